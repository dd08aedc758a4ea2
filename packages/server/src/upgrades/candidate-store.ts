/** Which instances a path is to bring to another version, and how long such a thing has taken. */
import { type Database, sql } from '../database/database.js';
import type { Order } from './strategy.js';

/** What a request may choose instances by. Members that are missing do not restrict. */
export interface CandidateFilter {
  instanceIds?: string[];
  subscriptionIds?: string[];
  orgIds?: string[];
  regions?: string[];
  cellIds?: string[];
}

export interface Candidate {
  id: string;
  planVersion: string;
  orgId: string;
  subscriptionId: string;
  cellId: string;
  status: string;
}

/** Live instances of the plan, of whatever version, that the filter takes, in this order. */
export async function selectCandidates(db: Database, planId: string, filter: CandidateFilter, order: Order): Promise<Candidate[]> {
  const among = (values: string[] | undefined, column: ReturnType<typeof sql>) =>
    values === undefined ? sql`true` : sql`${column} = any(${values})`;
  const { rows } = await sql<Candidate>`
    select i.id, i.plan_version as "planVersion", i.org_id as "orgId", i.subscription_id as "subscriptionId", i.cell_id as "cellId", i.status
    from instances i
    where i.plan_id = ${planId} and i.deleted_at is null
      and ${among(filter.instanceIds, sql`i.id`)} and ${among(filter.subscriptionIds, sql`i.subscription_id`)}
      and ${among(filter.orgIds, sql`i.org_id`)} and ${among(filter.regions, sql`i.region`)} and ${among(filter.cellIds, sql`i.cell_id`)}
    order by ${
      order === 'own-first'
        ? // What breaks, breaks at home.
          sql`(i.org_id = i.provider_org_id) desc, i.created_at, i.id`
        : order === 'newest'
          ? sql`i.created_at desc, i.id desc`
          : sql`i.created_at, i.id`
    }`.execute(db);
  return rows;
}

/** How long an upgrade or modify of an instance of the plan took in the middle, of those of the last ninety days. Seconds; null: there was none. */
export async function selectMedianSeconds(db: Database, planId: string): Promise<number | null> {
  const { rows } = await sql<{ seconds: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from o.finished_at - o.created_at))::float8 as seconds
    from operations o join instances i on i.id = o.instance_id
    where i.plan_id = ${planId} and o.kind in ('upgrade', 'modify') and o.status = 'succeeded'
      and o.finished_at > now() - interval '90 days'`.execute(db);
  return rows[0]?.seconds ?? null;
}

/** Instances of the wave that were upgraded and are not well: the last operation on them failed, or their cell lacks what they must have. */
export async function selectUnwell(db: Database, pathId: string, wave: number): Promise<{ id: string; status: string }[]> {
  const { rows } = await sql<{ id: string; status: string }>`
    select i.id, i.status from instance_upgrades u join instances i on i.id = u.instance_id
    where u.path_id = ${pathId} and u.wave = ${wave} and u.status = 'COMPLETE' and i.deleted_at is null
      and (i.status = 'FAILED' or exists (select 1 from jsonb_array_elements(i.findings) f where f->>'code' <> 'unknown-run'))
    order by u.position`.execute(db);
  return rows;
}

/** An object that the upgrade of an instance has written, where it is. */
export interface WrittenObject {
  instanceId: string;
  cellId: string;
  namespace: string;
  apiVersion: string;
  kind: string;
  name: string;
}

/** Objects of these kinds that the upgrades of the path's present wave have written, of instances that run. */
export async function selectWrittenObjects(
  db: Database,
  { id, wave }: { id: string; wave: number },
  kinds: string[],
): Promise<WrittenObject[]> {
  const { rows } = await sql<WrittenObject>`
    select distinct i.id as "instanceId", i.cell_id as "cellId", i.namespace, t.api_version as "apiVersion", t.kind, t.name
    from instance_upgrades u join instances i on i.id = u.instance_id
    join runs r on r.subject = i.id and r.data->>'operationId' = u.operation_id
    join run_tasks t on t.run_id = r.id and t.kind = any(${kinds}) and t.name is not null and t.api_version is not null
    where u.path_id = ${id} and u.wave = ${wave} and u.status = 'COMPLETE' and i.deleted_at is null and i.status = 'RUNNING'
      and t.node->'leaf'->'write' is not null
    order by i.id, t.kind, t.name`.execute(db);
  return rows;
}
