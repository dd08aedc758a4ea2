/** Rows of notices. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { Viewer } from '../identity/viewer.js';
import type { Notice } from './notice.js';

/** Keeps a notice of the event at this position; false if there is one. */
export async function insertNotice(tx: Transaction, position: number, n: Notice): Promise<boolean> {
  const { rows } = await sql`/* prepared */
    insert into notices (id, provider_org_id, position, event_type, category, alert_type, priority, environment_type, environment_id,
      service_id, service_name, plan_id, plan_name, plan_version, instance_id, resource_name, payload, at)
    values (${n.id}, ${n.providerOrgId}, ${position}, ${n.eventType}, ${n.category}, ${n.alertType}, ${n.priority}, ${n.environmentType},
      ${n.environmentId}, ${n.serviceId}, ${n.serviceName}, ${n.planId}, ${n.planName}, ${n.planVersion}, ${n.instanceId},
      ${n.resourceName}, ${JSON.stringify(n.payload)}::jsonb, ${n.at})
    on conflict (position) do nothing returning 1`.execute(tx);
  return rows.length > 0;
}

export interface NoticeFilter {
  environmentType?: string | undefined;
  eventTypes?: readonly string[] | undefined;
  serviceId?: string | undefined;
  environmentId?: string | undefined;
  planId?: string | undefined;
  instanceId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

const NOTICES: PagedList = { name: 'service-provider-events', by: 'time', usual: 100, most: 500 };

function wanted({ orgId, products }: Viewer, filter: NoticeFilter) {
  const when = (value: unknown, condition: ReturnType<typeof sql>) => (value === undefined ? sql`true` : condition);
  return sql`n.provider_org_id = ${orgId}
    and ${when(products, sql`n.service_id = any(${[...(products ?? [])]})`)}
    and ${when(filter.environmentType, sql`n.environment_type = ${filter.environmentType}`)}
    and ${when(filter.eventTypes, sql`n.event_type = any(${[...(filter.eventTypes ?? [])]})`)}
    and ${when(filter.serviceId, sql`n.service_id = ${filter.serviceId}`)}
    and ${when(filter.environmentId, sql`n.environment_id = ${filter.environmentId}`)}
    and ${when(filter.planId, sql`n.plan_id = ${filter.planId}`)}
    and ${when(filter.instanceId, sql`n.instance_id = ${filter.instanceId}`)}
    and ${when(filter.from, sql`n.at >= ${filter.from}`)}
    and ${when(filter.to, sql`n.at <= ${filter.to}`)}`;
}

/** A page of the notices that the viewer may see, newest first. @throws DomainError bad_request for a token of another list */
export async function selectNotices(
  db: Database,
  viewer: Viewer,
  filter: NoticeFilter,
  query: PageQuery,
): Promise<{ rows: Notice[]; nextPageToken?: string }> {
  const page = readPage(NOTICES, query);
  const { rows } = await sql<Notice & { place: string }>`
    select n.id, n.provider_org_id as "providerOrgId", n.event_type as "eventType", n.category, n.alert_type as "alertType", n.priority,
      n.environment_type as "environmentType", n.environment_id as "environmentId", n.service_id as "serviceId",
      n.service_name as "serviceName", n.plan_id as "planId", n.plan_name as "planName", n.plan_version as "planVersion",
      n.instance_id as "instanceId", n.resource_name as "resourceName", n.payload, n.at, n.at::text as place
    from notices n where ${wanted(viewer, filter)}
      and ${page.after === undefined ? sql`true` : sql`(n.at, n.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by n.at desc, n.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.place, id: row.id }));
}

/** How many notices there are of each type. */
export async function countNotices(db: Database, viewer: Viewer, filter: NoticeFilter): Promise<Record<string, number>> {
  const { rows } = await sql<{ type: string; count: number }>`
    select n.event_type as type, count(*) as count from notices n where ${wanted(viewer, filter)} group by 1 order by 1`.execute(db);
  return Object.fromEntries(rows.map(({ type, count }) => [type, count]));
}

/** Removes notices that are older than so many days; at most `limit`. Answers how many. */
export async function pruneNotices(db: Database, { days, limit }: { days: number; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from notices where id in (
      select id from notices where at < now() - make_interval(days => ${days}) order by at limit ${limit})`.execute(db);
  return Number(numAffectedRows ?? 0);
}
