import type { JsonObject } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { RunPhase } from '../engine/model.js';

/** A run of an instance, with what its operation knows of who asked for it and how. */
export interface ExecutionRow {
  runId: string;
  /** A system verb, or `custom`. */
  kind: string;
  customVerb: string | null;
  phase: RunPhase;
  message: string;
  code: string;
  resourceKey: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Null for runs without an operation. */
  operationId: string | null;
  operationKind: string | null;
  operationData: JsonObject | null;
  requestedBy: string | null;
  requestedByName: string | null;
}

export interface ExecutionFilter extends PageQuery {
  instanceId: string;
  runId?: string;
  /** System or custom, in any letter case; words of the wire (ADD_CAPACITY) too. */
  verb?: string;
  phases?: RunPhase[];
  /** Runs of custom workflows alone; with verbs, of these. */
  custom?: { verbs: string[] | undefined };
  /** By the time it began: from, and before. */
  from?: Date;
  before?: Date;
}

const EXECUTIONS: PagedList = { name: 'executions', by: 'time', usual: 50, most: 200 };

/** Newest first. @throws DomainError bad_request */
export async function selectExecutions(db: Database, filter: ExecutionFilter): Promise<{ rows: ExecutionRow[]; nextPageToken?: string }> {
  const page = readPage(EXECUTIONS, filter);
  const verb = filter.verb?.toLowerCase();
  const conditions = [
    sql`r.subject = ${filter.instanceId}`,
    ...(filter.runId === undefined ? [] : [sql`r.id = ${filter.runId}`]),
    ...(verb === undefined
      ? []
      : [sql`${verb} in (lower(r.kind), lower(r.data->'step'->>'customVerb')) or lower(r.kind) = ${verb.replaceAll('_', '')}`]),
    ...(filter.phases === undefined ? [] : [sql`r.phase = any(${filter.phases})`]),
    ...(filter.custom === undefined ? [] : [sql`r.data->'step'->>'customVerb' is not null`]),
    ...(filter.custom?.verbs === undefined
      ? []
      : [sql`lower(r.data->'step'->>'customVerb') = any(${filter.custom.verbs.map((one) => one.toLowerCase())})`]),
    ...(filter.from === undefined ? [] : [sql`r.created_at >= ${filter.from}`]),
    ...(filter.before === undefined ? [] : [sql`r.created_at < ${filter.before}`]),
    page.after === undefined ? sql`true` : sql`(r.created_at, r.id) < (${page.after.at}::timestamptz, ${page.after.id})`,
  ].map((condition) => sql`(${condition})`);
  const { rows } = await sql<ExecutionRow & { place: string }>`
    select r.id as "runId", r.kind, r.data->'step'->>'customVerb' as "customVerb", r.phase, r.message, r.code,
      r.data->>'resourceKey' as "resourceKey", r.created_at as "createdAt", r.started_at as "startedAt", r.finished_at as "finishedAt",
      o.id as "operationId", o.kind as "operationKind", o.data as "operationData", o.requested_by as "requestedBy", u.name as "requestedByName",
      r.created_at::text as place
    from runs r
    left join operations o on o.id = r.data->>'operationId'
    left join users u on u.id = o.requested_by
    where ${sql.join(conditions, sql` and `)}
    order by r.created_at desc, r.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.place, id: row.runId }));
}
