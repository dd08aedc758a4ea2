/** Runs as the outside sees them are operations on instances; this reads them with the names that the wire shows. */
import { type Database, sql } from '../database/database.js';

export interface OperationView {
  id: string;
  kind: string;
  status: 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  runId: string;
  message: string;
  code: string;
  createdAt: Date;
  finishedAt: Date | null;
  instanceId: string;
  serviceId: string;
  environmentId: string;
  planId: string;
  planName: string;
  resourceId: string;
  resourceKey: string;
  cloudProvider: string;
  orgName: string;
}

const columns = sql`o.id, o.kind, o.status, o.run_id as "runId", o.message, o.code, o.created_at as "createdAt", o.finished_at as "finishedAt",
  i.id as "instanceId", i.service_id as "serviceId", i.environment_id as "environmentId", i.plan_id as "planId", coalesce(p.name, '') as "planName",
  i.resource_id as "resourceId", i.resource_key as "resourceKey", i.cloud_provider as "cloudProvider", g.name as "orgName"`;

const tables = sql`operations o join instances i on i.id = o.instance_id join organizations g on g.id = i.org_id left join plans p on p.id = i.plan_id`;

const visibleTo = (orgId: string) => sql`${orgId} in (i.provider_org_id, i.org_id) and o.run_id is not null`;

export interface OperationFilter {
  serviceId: string;
  environmentId: string;
  instanceId?: string;
  createdAfter?: Date;
  createdBefore?: Date;
  limit: number;
  /** The last one seen. */
  before?: { createdAt: Date; id: string };
}

/** Operations that have a run, newest first; those of deleted instances too. */
export async function selectOperations(db: Database, orgId: string, filter: OperationFilter): Promise<OperationView[]> {
  const when = (value: unknown, condition: ReturnType<typeof sql>) => (value === undefined ? sql`true` : condition);
  const { rows } = await sql<OperationView>`
    select ${columns} from ${tables}
    where ${visibleTo(orgId)} and i.service_id = ${filter.serviceId} and i.environment_id = ${filter.environmentId}
      and ${when(filter.instanceId, sql`i.id = ${filter.instanceId}`)}
      and ${when(filter.createdAfter, sql`o.created_at >= ${filter.createdAfter}`)}
      and ${when(filter.createdBefore, sql`o.created_at <= ${filter.createdBefore}`)}
      and ${filter.before === undefined ? sql`true` : sql`(date_trunc('milliseconds', o.created_at), o.id) < (${filter.before.createdAt}, ${filter.before.id})`}
    order by date_trunc('milliseconds', o.created_at) desc, o.id desc limit ${filter.limit}`.execute(db);
  return rows;
}

/** The operation of a run. */
export async function selectOperationOf(db: Database, orgId: string, runId: string): Promise<OperationView | undefined> {
  return (await sql<OperationView>`select ${columns} from ${tables} where ${visibleTo(orgId)} and o.run_id = ${runId}`.execute(db)).rows[0];
}

/** The instance's newest operation that has a run, and whether any operation is still open. */
export async function selectNewestOperation(db: Database, instanceId: string): Promise<{ runId?: string; isOpen: boolean }> {
  const { rows } = await sql<{ runId: string | null; isOpen: boolean }>`
    select (select run_id from operations where instance_id = ${instanceId} and run_id is not null order by created_at desc, id desc limit 1) as "runId",
           exists (select 1 from operations where instance_id = ${instanceId} and status in ('running', 'waiting')) as "isOpen"`.execute(
    db,
  );
  const row = rows[0];
  return { isOpen: row?.isOpen ?? false, ...(row?.runId == null ? {} : { runId: row.runId }) };
}

/** How many runs of an environment go on, have succeeded, have failed. */
export async function countOperations(
  db: Database,
  orgId: string,
  of: { serviceId: string; environmentId: string },
): Promise<{ active: number; completed: number; failed: number }> {
  const { rows } = await sql<{ active: number; completed: number; failed: number }>`
    select count(*) filter (where o.status in ('running', 'waiting')) as active, count(*) filter (where o.status = 'succeeded') as completed,
           count(*) filter (where o.status in ('failed', 'cancelled')) as failed
    from ${tables} where ${visibleTo(orgId)} and i.service_id = ${of.serviceId} and i.environment_id = ${of.environmentId}`.execute(db);
  return rows[0] ?? { active: 0, completed: 0, failed: 0 };
}
