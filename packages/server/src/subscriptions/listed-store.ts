/** Subscriptions with the plan that they are of and who has them: lists and searches, for which rows of other rooms are joined. */
import type { Handlers } from '@cellplane/api';
import { type Database, sql } from '../database/database.js';
import type { Viewer } from '../identity/viewer.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import { limitOf, type Subscription, type Terms } from './store.js';

/** With its environment and who has it, as the list of all products shows it. */
export type ListedSubscription = Awaited<ReturnType<Handlers['listAllSubscriptions']>>['subscriptions'][number];

/** Missing members do not restrict. */
export interface SubscriptionFilter {
  environmentId?: string;
  serviceIds?: readonly string[];
  environmentTypes?: readonly string[];
  /** Whose they are. */
  orgId?: string;
  /** A part of id, plan, product, organization, or of name or address of the root, ignoring case. */
  search?: string;
  id?: string;
  /** @default all */
  ids?: readonly string[];
  planId?: string;
  /** @default all */
  statuses?: readonly Subscription['status'][];
}

const SUBSCRIPTIONS: PagedList = { name: 'subscriptions', by: 'time', usual: null, most: 500 };

type Row = Omit<ListedSubscription, 'createdAt' | 'updatedAt' | 'maxNumberOfInstances' | 'terms'> & {
  made: Date;
  changed: Date;
  place: string;
  maxInstances: number | null;
  terms: Terms;
};

/**
 * Of the caller's own plans; newest first. Where nobody has changed one, it is whoever has it.
 * @throws DomainError bad_request for a token of another list
 */
export async function selectSubscriptions(
  db: Database,
  providerOrgId: string,
  filter: SubscriptionFilter,
  query: PageQuery = {},
): Promise<{ rows: ListedSubscription[]; nextPageToken?: string }> {
  const page = readPage(SUBSCRIPTIONS, query);
  const { rows } = await sql<Row>`
    select b.id, b.status, b.is_default as "defaultSubscription", p.id as "productTierId", p.name as "productTierName",
      s.id as "serviceId", s.name as "serviceName", s.logo_url as "serviceLogoURL", u.id as "rootUserId", u.email as "rootUserEmail",
      u.name as "rootUserName", b.org_id as "rootUserOrgId", o.name as "rootUserOrgName",
      e.id as "environmentId", e.name as "environmentName", e.type as "environmentType", b.max_instances as "maxInstances", b.terms,
      b.external_payer_id as "externalPayerId", b.allow_creates_without_payment as "allowCreatesWhenPaymentNotConfigured",
      (select count(*) from subscription_members m where m.subscription_id = b.id) as "userCount",
      coalesce(by.id, u.id) as "updatedByUserId", coalesce(by.name, u.name) as "updatedByUserName", b.created_at as made, b.modified_at as changed, b.created_at::text as place,
      (select count(*) from instances i where i.subscription_id = b.id and i.deleted_at is null) as "instanceCount"
    from subscriptions b join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
    join services s on s.id = e.service_id join users u on u.id = b.root_user_id join organizations o on o.id = b.org_id
    left join users by on by.id = b.updated_by
    where b.provider_org_id = ${providerOrgId} and p.deleted_at is null
      and ${filter.environmentId === undefined ? sql`true` : sql`e.id = ${filter.environmentId}`}
      and ${filter.serviceIds === undefined ? sql`true` : sql`s.id = any(${[...filter.serviceIds]})`}
      and ${filter.environmentTypes === undefined ? sql`true` : sql`e.type = any(${[...filter.environmentTypes]})`}
      and ${filter.orgId === undefined ? sql`true` : sql`b.org_id = ${filter.orgId}`}
      and ${
        filter.search === undefined
          ? sql`true`
          : sql`exists (select 1 from unnest(array[b.id, p.name, s.name, o.id, o.name, u.name, u.email]) part
              where strpos(lower(part), lower(${filter.search})) > 0)`
      }
      and ${filter.id === undefined ? sql`true` : sql`b.id = ${filter.id}`}
      and ${filter.ids === undefined ? sql`true` : sql`b.id = any(${[...filter.ids]})`}
      and ${filter.planId === undefined ? sql`true` : sql`p.id = ${filter.planId}`}
      and ${filter.statuses === undefined ? sql`true` : sql`b.status = any(${[...filter.statuses]})`}
      and ${page.after === undefined ? sql`true` : sql`(b.created_at, b.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by b.created_at desc, b.id desc limit ${page.limit}`.execute(db);
  const { rows: found, ...next } = pageOf(page, rows, (row) => ({ at: row.place, id: row.id }));
  const wire = found.map(({ made, changed, place: _place, maxInstances, terms, ...row }) => {
    const limit = limitOf({ maxInstances, terms });
    return {
      ...row,
      terms,
      createdAt: made.toISOString(),
      updatedAt: changed.toISOString(),
      ...(limit === undefined ? {} : { maxNumberOfInstances: limit }),
    };
  });
  return { rows: wire, ...next };
}

/** A subscription as a search finds it. */
export interface FoundSubscription {
  id: string;
  orgID: string;
  productTierID: string;
  rootUserID: string;
  status: Subscription['status'];
  servicePlanName: string;
  serviceID: string;
  serviceName: string;
  serviceEnvironmentID: string;
  serviceEnvironmentName: string;
  serviceEnvironmentType: string;
  rootUserEmail: string;
  rootUserName: string;
}

/** What the viewer's organization has or offers, newest first: where the text is a part of its id, its plan's name or its user's email, ignoring case. */
export async function searchSubscriptions(db: Database, viewer: Viewer, text: string): Promise<FoundSubscription[]> {
  const holdsText = (value: ReturnType<typeof sql>) => sql`strpos(lower(${value}), lower(${text})) > 0`;
  const { rows } = await sql<FoundSubscription>`
    select b.id, b.org_id as "orgID", b.plan_id as "productTierID", b.root_user_id as "rootUserID", b.status,
      p.name as "servicePlanName", s.id as "serviceID", s.name as "serviceName", e.id as "serviceEnvironmentID",
      e.name as "serviceEnvironmentName", e.type as "serviceEnvironmentType", u.email as "rootUserEmail", u.name as "rootUserName"
    from subscriptions b join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
    join services s on s.id = e.service_id join users u on u.id = b.root_user_id
    -- Whoever has one is of the same organization or provider: said again, so that others' users are not read.
    where p.deleted_at is null and ${viewer.orgId} in (b.org_id, b.provider_org_id) and ${viewer.orgId} in (u.org_id, u.provider_org_id)
      and ${viewer.subscriptions === undefined ? sql`true` : sql`b.id = any(${[...viewer.subscriptions]})`}
      and ${viewer.products === undefined ? sql`true` : sql`s.id = any(${[...viewer.products]})`}
      and (${holdsText(sql`b.id`)} or ${holdsText(sql`p.name`)} or ${holdsText(sql`u.email`)})
    order by b.created_at desc, b.id`.execute(db);
  return rows;
}
