/** Subscriptions as those see them who are members: with the plan, who has it and the viewer's own role. */
import type { Handlers } from '@cellplane/api';
import { cloudsOfAccounts } from '../catalog/offered-clouds.js';
import { type Database, sql } from '../database/database.js';
import type { Viewer } from '../identity/viewer.js';
import { limitOf, type Subscription, type Terms } from './store.js';

export type OwnSubscription = Awaited<ReturnType<Handlers['customerDescribeSubscription']>>;

export interface OwnFilter {
  id?: string;
  serviceId?: string;
  /** PROD, DEV, … */
  environmentType?: string;
  /** @default all */
  statuses?: readonly Subscription['status'][];
}

type Row = Omit<
  OwnSubscription,
  | 'createdAt'
  | 'cloudProviderNames'
  | 'accountConfigIdentityId'
  | 'maxNumberOfInstances'
  | 'paymentMethodConfigured'
  | 'subscriptionOwnerName'
> & { made: Date; accounts: Record<string, string> | null; maxInstances: number | null; terms: Terms };

/**
 * Newest first. Of a provider's people: the subscriptions that their organization has itself, with the role that they have in it.
 * A new membership counts at once: it is read here, not taken from the viewer.
 */
export async function selectOwnList(
  db: Database,
  viewer: Viewer & { userId: string; roleType: string },
  filter: OwnFilter = {},
): Promise<OwnSubscription[]> {
  const isCustomer = viewer.subscriptions !== undefined;
  const { rows } = await sql<Row>`
    select b.id, b.status, ${isCustomer ? sql`m.role_type` : sql`${viewer.roleType}::text`} as "roleType",
      b.is_default as "defaultSubscription", s.id as "serviceId", s.name as "serviceName", s.logo_url as "serviceLogoURL",
      o.id as "serviceOrgId", o.name as "serviceOrgName", p.id as "productTierId", p.name as "productTierName", u.id as "rootUserId",
      u.name as "rootUserName", b.org_id as "rootUserOrgId", owner.name as "rootUserOrgName",
      b.allow_creates_without_payment as "allowCreatesWhenPaymentNotConfigured", b.created_at as made,
      p.built_plan->'deployment'->'accounts' as accounts, b.max_instances as "maxInstances", b.terms
    from ${isCustomer ? sql`subscription_members m join subscriptions b on b.id = m.subscription_id` : sql`subscriptions b`}
    join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id join services s on s.id = e.service_id
    join organizations o on o.id = s.org_id join users u on u.id = b.root_user_id join organizations owner on owner.id = b.org_id
    where p.deleted_at is null and ${isCustomer ? sql`m.user_id = ${viewer.userId}` : sql`b.org_id = ${viewer.orgId}`}
      and ${viewer.products === undefined ? sql`true` : sql`s.id = any(${[...viewer.products]})`}
      and ${filter.id === undefined ? sql`true` : sql`b.id = ${filter.id}`}
      and ${filter.serviceId === undefined ? sql`true` : sql`s.id = ${filter.serviceId}`}
      and ${filter.environmentType === undefined ? sql`true` : sql`e.type = ${filter.environmentType}`}
      and ${filter.statuses === undefined ? sql`true` : sql`b.status = any(${[...filter.statuses]})`}
    order by b.created_at desc, b.id desc`.execute(db);
  return rows.map(onWire);
}

function onWire({ made, accounts, maxInstances, terms, ...row }: Row): OwnSubscription {
  const limit = limitOf({ maxInstances, terms });
  return {
    ...row,
    subscriptionOwnerName: row.rootUserName,
    createdAt: made.toISOString(),
    cloudProviderNames: cloudsOfAccounts(accounts ?? {}),
    accountConfigIdentityId: '',
    paymentMethodConfigured: false,
    ...(limit === undefined ? {} : { maxNumberOfInstances: limit }),
  };
}
