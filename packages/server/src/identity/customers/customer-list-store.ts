/** Pages of customers and their organizations, with what they have. */
import { type Database, sql } from '../../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../../database/page.js';

export interface CustomerRow {
  userId: string;
  email: string;
  userName: string;
  status: 'ACTIVE' | 'NOT_ENABLED';
  verifiedAt: Date | null;
  suspendedAt: Date | null;
  attributes: Record<string, string>;
  orgId: string;
  orgName: string;
  orgUrl: string;
  createdAt: Date;
  modifiedAt: Date;
  modifiedBy: string | null;
  modifierName: string | null;
  /** Null where they were not asked for. */
  instanceCount: number | null;
  subscriptionCount: number | null;
  /** In the one subscription that was asked for. */
  role: string | null;
}

/** Which of a provider's customers are meant; missing members do not restrict. */
export interface CustomerFilter {
  userId?: string | undefined;
  orgId?: string | undefined;
  /** Members of subscriptions of these products. */
  serviceIds?: readonly string[] | undefined;
  environmentId?: string | undefined;
  subscriptionId?: string | undefined;
  /** A part of id, name, address or organization, ignoring case. */
  search?: string | undefined;
  states?: readonly CustomerState[] | undefined;
}

/** Whether somebody gets in: they do; they are kept out; their address is not confirmed. */
export const CUSTOMER_STATES = ['ACTIVE', 'SUSPENDED', 'UNCONFIRMED'] as const;
export type CustomerState = (typeof CUSTOMER_STATES)[number];

const CUSTOMERS: PagedList = { name: 'customers', by: 'time', usual: 100, most: 500 };
const OLDEST_CUSTOMERS: PagedList = { ...CUSTOMERS, name: 'customers-oldest-first' };
const ORGANIZATIONS: PagedList = { name: 'organizations', by: 'time', usual: 100, most: 500 };

/** True of `subscriptions b`. */
const matches = ({ serviceIds, environmentId, subscriptionId }: CustomerFilter) => sql`
  ${subscriptionId === undefined ? sql`true` : sql`b.id = ${subscriptionId}`}
  and ${
    serviceIds === undefined && environmentId === undefined
      ? sql`true`
      : sql`b.plan_id in (select p.id from plans p join environments e on e.id = p.environment_id
          where p.deleted_at is null and ${serviceIds === undefined ? sql`true` : sql`e.service_id = any(${[...serviceIds]})`}
            and ${environmentId === undefined ? sql`true` : sql`e.id = ${environmentId}`})`
  }`;

const restricts = ({ serviceIds, environmentId, subscriptionId }: CustomerFilter) =>
  serviceIds !== undefined || environmentId !== undefined || subscriptionId !== undefined;

/** Whether the provider has the environment in that product. */
export async function hasEnvironment(db: Database, providerOrgId: string, serviceId: string, environmentId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from environments e join services s on s.id = e.service_id
    where s.org_id = ${providerOrgId} and s.id = ${serviceId} and e.deleted_at is null and e.id = ${environmentId}`.execute(db);
  return rows.length > 0;
}

/** Customers of a provider, newest first. Counts are of their organizations, within the filter. */
export async function selectCustomers(
  db: Database,
  providerOrgId: string,
  filter: CustomerFilter,
  query: PageQuery & { excludeStats?: boolean | undefined; oldestFirst?: boolean | undefined } = {},
): Promise<{ rows: CustomerRow[]; nextPageToken?: string }> {
  const isUpwards = query.oldestFirst === true;
  const page = readPage(isUpwards ? OLDEST_CUSTOMERS : CUSTOMERS, query);
  const withStats = query.excludeStats !== true;
  const { rows } = await sql<CustomerRow & { place: string }>`
    select u.id as "userId", u.email, u.name as "userName", u.status, u.verified_at as "verifiedAt", u.suspended_at as "suspendedAt", u.attributes, o.id as "orgId", o.name as "orgName", o.url as "orgUrl",
      u.created_at as "createdAt", u.modified_at as "modifiedAt", u.modified_by as "modifiedBy", c.name as "modifierName",
      u.created_at::text as place,
      case when ${withStats} then (select count(*)::int from instances i join subscriptions b on b.id = i.subscription_id
        where i.org_id = u.org_id and i.deleted_at is null and ${matches(filter)}) end as "instanceCount",
      case when ${withStats} then (select count(*)::int from subscriptions b
        where b.org_id = u.org_id and b.status in ('ACTIVE', 'SUSPENDED') and ${matches(filter)}) end as "subscriptionCount",
      (select m.role_type from subscription_members m where m.user_id = u.id and m.subscription_id = ${filter.subscriptionId ?? null}) as role
    from users u join organizations o on o.id = u.org_id left join users c on c.id = u.modified_by
    where u.provider_org_id = ${providerOrgId} and u.deleted_at is null
      and ${filter.userId === undefined ? sql`true` : sql`u.id = ${filter.userId}`}
      and ${filter.orgId === undefined ? sql`true` : sql`o.id = ${filter.orgId}`}
      and ${
        filter.search === undefined
          ? sql`true`
          : sql`exists (select 1 from unnest(array[u.id, u.name, u.email, o.id, o.name]) part where strpos(lower(part), lower(${filter.search})) > 0)`
      }
      and ${
        filter.states === undefined
          ? sql`true`
          : sql`case when u.suspended_at is not null then 'SUSPENDED' when u.status = 'ACTIVE' then 'ACTIVE' else 'UNCONFIRMED' end
              = any(${[...filter.states]})`
      }
      and ${
        restricts(filter)
          ? sql`u.id in (select m.user_id from subscription_members m join subscriptions b on b.id = m.subscription_id
              where b.provider_org_id = ${providerOrgId} and ${matches(filter)})`
          : sql`true`
      }
      and ${
        page.after === undefined
          ? sql`true`
          : isUpwards
            ? sql`(u.created_at, u.id) > (${page.after.at}::timestamptz, ${page.after.id})`
            : sql`(u.created_at, u.id) < (${page.after.at}::timestamptz, ${page.after.id})`
      }
    order by ${isUpwards ? sql`u.created_at, u.id` : sql`u.created_at desc, u.id desc`} limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.place, id: row.userId }));
}

export interface MembershipRow {
  subscriptionId: string;
  createdAt: Date;
  ownerName: string;
  status: string;
  isDefault: boolean;
  role: string;
  serviceId: string;
  serviceName: string;
  environmentId: string;
  planId: string;
  planName: string;
  instanceCount: number;
  userCount: number;
  cloudProviders: string[] | null;
}

/** Subscriptions that a customer is a member of, newest first. */
export async function selectMemberships(
  db: Database,
  providerOrgId: string,
  userId: string,
  filter: CustomerFilter,
): Promise<MembershipRow[]> {
  const { rows } = await sql<MembershipRow>`
    select b.id as "subscriptionId", b.created_at as "createdAt", r.name as "ownerName", b.status, b.is_default as "isDefault",
      m.role_type as role, s.id as "serviceId", s.name as "serviceName", e.id as "environmentId", p.id as "planId", p.name as "planName",
      (select count(*)::int from instances i where i.subscription_id = b.id and i.deleted_at is null) as "instanceCount",
      (select count(*)::int from subscription_members x where x.subscription_id = b.id) as "userCount",
      (select array_agg(distinct i.cloud_provider) from instances i where i.subscription_id = b.id and i.deleted_at is null) as "cloudProviders"
    from subscription_members m join subscriptions b on b.id = m.subscription_id join users r on r.id = b.root_user_id
    join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id join services s on s.id = e.service_id
    where m.user_id = ${userId} and b.provider_org_id = ${providerOrgId} and p.deleted_at is null and ${matches(filter)}
    order by b.created_at desc, b.id`.execute(db);
  return rows;
}

export interface OrganizationRow {
  orgId: string;
  orgName: string;
  orgUrl: string;
  /** Of its oldest user. */
  email: string | null;
}

/** Organizations of a provider's customers, newest first: those that have somebody. */
export async function selectOrganizations(
  db: Database,
  providerOrgId: string,
  filter: CustomerFilter,
  query: PageQuery = {},
): Promise<{ rows: OrganizationRow[]; nextPageToken?: string }> {
  const page = readPage(ORGANIZATIONS, query);
  const { rows } = await sql<OrganizationRow & { place: string }>`
    select o.id as "orgId", o.name as "orgName", o.url as "orgUrl", o.created_at::text as place,
      (select u.email from users u where u.org_id = o.id and u.deleted_at is null order by u.created_at, u.id limit 1) as email
    from organizations o
    where o.provider_org_id = ${providerOrgId}
      and exists (select 1 from users u where u.org_id = o.id and u.deleted_at is null)
      and ${filter.orgId === undefined ? sql`true` : sql`o.id = ${filter.orgId}`}
      and ${
        restricts(filter)
          ? sql`o.id in (select b.org_id from subscriptions b
              where b.provider_org_id = ${providerOrgId} and b.status in ('ACTIVE', 'SUSPENDED') and ${matches(filter)})`
          : sql`true`
      }
      and ${page.after === undefined ? sql`true` : sql`(o.created_at, o.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by o.created_at desc, o.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.place, id: row.orgId }));
}
