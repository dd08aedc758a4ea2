/** Lists of instances, and the names of those that other lists tell of. */
import { type Database, sql } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { Viewer } from '../identity/viewer.js';
import { columns, type InstanceRow, visibleTo } from './store.js';

export interface InstanceFilter {
  serviceId?: string;
  environmentId?: string;
  planId?: string;
  planVersion?: string;
  subscriptionId?: string;
  /** The customer's organization. */
  ownedBy?: string;
  /** PROD, DEV, … */
  environmentType?: string;
  resourceKey?: string;
}

const INSTANCES: PagedList = { name: 'instances', by: 'time', usual: null, most: 500 };

const matches = (viewer: Viewer, filter: InstanceFilter) => {
  const when = (value: string | undefined, condition: ReturnType<typeof sql>) => (value === undefined ? sql`true` : condition);
  return sql`i.deleted_at is null and ${visibleTo(viewer)}
      and ${when(filter.serviceId, sql`i.service_id = ${filter.serviceId}`)}
      and ${when(filter.environmentId, sql`i.environment_id = ${filter.environmentId}`)}
      and ${when(filter.planId, sql`i.plan_id = ${filter.planId}`)}
      and ${when(filter.planVersion, sql`i.plan_version = ${filter.planVersion}`)}
      and ${when(filter.subscriptionId, sql`i.subscription_id = ${filter.subscriptionId}`)}
      and ${when(filter.ownedBy, sql`i.org_id = ${filter.ownedBy}`)}
      and ${when(filter.environmentType, sql`i.environment_type = ${filter.environmentType}`)}
      and ${when(filter.resourceKey, sql`i.resource_key = ${filter.resourceKey}`)}`;
};

/** Live instances that the viewer may see, newest first. @throws DomainError bad_request for a token of another list */
export async function selectInstances(
  db: Database,
  viewer: Viewer,
  filter: InstanceFilter,
  query: PageQuery = {},
): Promise<{ rows: InstanceRow[]; nextPageToken?: string }> {
  const page = readPage(INSTANCES, query);
  const { rows } = await sql<InstanceRow & { createdPlace: string }>`
    select ${columns}, i.created_at::text as "createdPlace" from instances i
    where ${matches(viewer, filter)} and ${page.after === undefined ? sql`true` : sql`(i.created_at, i.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by i.created_at desc, i.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.createdPlace, id: row.id }));
}

/** Their ids alone. */
export async function selectMatchingIds(db: Database, viewer: Viewer, filter: InstanceFilter): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select i.id from instances i where ${matches(viewer, filter)} order by i.created_at desc, i.id desc`.execute(db);
  return rows.map((row) => row.id);
}

/** The name that people gave `instances i`, as `givenName` has it; empty: none. */
export const nameOfInstance = sql<string>`coalesce((select btrim(t->>'value') from jsonb_array_elements(i.tags::jsonb) t where lower(t->>'key') = 'name' limit 1), '')`;

export interface InstanceName {
  id: string;
  /** Empty: nobody has named it. */
  name: string;
  deletedAt: Date | null;
}

/** Of these instances those whose rows are kept, deleted or not. Whoever asks has found the ids in what its viewer may see. */
export async function selectInstanceNames(db: Database, ids: string[]): Promise<Map<string, InstanceName>> {
  const { rows } = await sql<InstanceName>`
    select i.id, ${nameOfInstance} as name, i.deleted_at as "deletedAt" from instances i where i.id = any(${ids})`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
