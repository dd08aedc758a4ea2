/** Pages of audit events, with the names of what they are about. */
import { type Database, sql } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { Viewer } from '../identity/viewer.js';
import { nameOfInstance } from '../instances/list-store.js';
import type { EventRow } from './chain.js';
import { eventColumns } from './chain-store.js';

/** An event with names. Null: what it names is gone, or not the provider's. */
export interface ListedRow extends EventRow {
  place: string;
  serviceName: string | null;
  environmentType: string | null;
  planName: string | null;
  planVersion: string | null;
  resourceKey: string | null;
  cloudProvider: string | null;
  region: string | null;
  /** Empty: nobody has named it, or its row is gone. */
  instanceName: string;
  /** Null: it is there, or its row is gone. */
  instanceDeletedAt: Date | null;
  runId: string | null;
  failure: string | null;
}

/** Whose view it is: the provider's, of its whole trail; or that of those who have subscriptions. */
export type View = { as: 'provider'; providerOrgId: string } | { as: 'customer'; viewer: Viewer };

export interface EventFilter {
  id?: string | undefined;
  serviceId?: string | undefined;
  environmentId?: string | undefined;
  environmentType?: string | undefined;
  planId?: string | undefined;
  instanceId?: string | undefined;
  subscriptionId?: string | undefined;
  userId?: string | undefined;
  orgId?: string | undefined;
  address?: string | undefined;
  operation?: string | undefined;
  outcome?: string | undefined;
  correlationId?: string | undefined;
  sources?: string[] | undefined;
  from?: Date | undefined;
  until?: Date | undefined;
}

const EVENTS: PagedList = { name: 'audit-events', by: 'time', usual: 50, most: 500 };

/** True of `audit_events a`. Customers see what people and the platform did to what is theirs, and nothing of how the provider works. */
const visibleIn = (view: View) =>
  view.as === 'provider'
    ? sql`a.provider_org_id = ${view.providerOrgId}`
    : sql`${
        view.viewer.subscriptions === undefined
          ? sql`a.tenant_org_id = ${view.viewer.orgId}`
          : sql`a.subscription_id = any(${[...view.viewer.subscriptions]}) and not a.by_provider`
      } and ${view.viewer.products === undefined ? sql`true` : sql`a.service_id = any(${[...view.viewer.products]})`}`;

/** Newest first. @throws DomainError bad_request for a token of another list */
export async function selectEvents(
  db: Database,
  view: View,
  filter: EventFilter,
  query: PageQuery = {},
): Promise<{ rows: ListedRow[]; nextPageToken?: string }> {
  const page = readPage(EVENTS, query);
  const when = (value: unknown, condition: ReturnType<typeof sql>) => (value === undefined ? sql`true` : condition);
  const { rows } = await sql<ListedRow>`
    select ${eventColumns}, a.at::text as place, s.name as "serviceName", coalesce(e.type, i.environment_type) as "environmentType",
      p.name as "planName", i.plan_version as "planVersion", i.resource_key as "resourceKey", i.cloud_provider as "cloudProvider", i.region,
      ${nameOfInstance} as "instanceName", i.deleted_at as "instanceDeletedAt",
      o.run_id as "runId", case when a.outcome = 'failed' then o.message end as failure
    from audit_events a
      left join instances i on i.id = a.instance_id and i.subscription_id = a.subscription_id
      left join services s on s.id = a.service_id and s.org_id = a.provider_org_id
      left join environments e on e.id = a.environment_id and e.service_id = s.id
      left join plans p on p.id = a.plan_id and exists (
        select 1 from environments pe join services ps on ps.id = pe.service_id where pe.id = p.environment_id and ps.org_id = a.provider_org_id)
      left join operations o on o.id = a.operation_id
    where ${visibleIn(view)}
      and ${when(filter.id, sql`a.id = ${filter.id}`)}
      and ${when(filter.serviceId, sql`a.service_id = ${filter.serviceId} and a.service_id <> ''`)}
      and ${when(filter.environmentId, sql`a.environment_id = ${filter.environmentId} and a.environment_id <> ''`)}
      and ${when(filter.environmentType, sql`coalesce(e.type, i.environment_type) = ${filter.environmentType}`)}
      and ${when(filter.planId, sql`a.plan_id = ${filter.planId}`)}
      and ${when(filter.instanceId, sql`a.instance_id = ${filter.instanceId} and a.instance_id <> ''`)}
      and ${when(filter.subscriptionId, sql`a.subscription_id = ${filter.subscriptionId} and a.subscription_id <> ''`)}
      and ${when(filter.userId, sql`a.user_id = ${filter.userId}`)}
      and ${when(filter.orgId, sql`a.org_id = ${filter.orgId}`)}
      and ${when(filter.address, sql`a.address = ${filter.address}`)}
      and ${when(filter.operation, sql`a.operation = ${filter.operation}`)}
      and ${when(filter.outcome, sql`a.outcome = ${filter.outcome}`)}
      and ${when(filter.correlationId, sql`a.correlation_id = ${filter.correlationId}`)}
      and ${when(filter.sources, sql`a.source = any(${filter.sources ?? []})`)}
      and ${when(filter.from, sql`a.at >= ${filter.from}`)}
      and ${when(filter.until, sql`a.at < ${filter.until}`)}
      and ${page.after === undefined ? sql`true` : sql`(a.at, a.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by a.at desc, a.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.place, id: row.id }));
}

/** The place of an event in its trail; nulls: it has none yet. */
export async function selectPlace(
  db: Database,
  id: string,
): Promise<{ position: number | null; previousHash: Buffer | null; hash: Buffer | null } | undefined> {
  const { rows } = await sql<{ position: number | null; previousHash: Buffer | null; hash: Buffer | null }>`
    select position, previous_hash as "previousHash", hash from audit_events where id = ${id}`.execute(db);
  return rows[0];
}
