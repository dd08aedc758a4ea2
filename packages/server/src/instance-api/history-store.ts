/** Operations of one instance with who asked for them, and their runs. */
import type { JsonObject } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { Step } from '../lifecycle/operation.js';

export interface HistoryRow {
  id: string;
  kind: string;
  status: string;
  run_id: string | null;
  requested_by: string;
  requested_by_name: string | null;
  message: string;
  code: string;
  created_at: Date;
  place: string;
  finished_at: Date | null;
  skip_final_snapshot: boolean;
  skip_snapshot_cleanup: boolean;
  step: Step | null;
  versions: JsonObject;
}

export interface RunOfHistory {
  id: string;
  operation_id: string;
  kind: string;
  step: Step | null;
  resource_key: string | null;
  phase: string;
  paused: boolean;
  message: string;
  started_at: Date;
  finished_at: Date | null;
}

const OPERATIONS: PagedList = { name: 'operations', by: 'time', usual: 50, most: 200 };

/** Newest first; of custom workflows those of these verbs, undefined: of all. @throws DomainError bad_request for a token that is not ours */
export async function selectHistory(
  db: Database,
  of: { instanceId: string; verbs: string[] | undefined },
  query: PageQuery,
): Promise<{ rows: HistoryRow[]; nextPageToken?: string }> {
  const page = readPage(OPERATIONS, query);
  const { rows } = await sql<HistoryRow>`
      select o.id, o.kind, o.status, o.run_id, o.requested_by, u.name as requested_by_name, o.message, o.code, o.created_at, o.created_at::text as place,
        o.finished_at, o.skip_final_snapshot, o.skip_snapshot_cleanup, o.step,
        json_build_object('fromVersion', o.data->'fromVersion', 'toVersion', o.data->'toVersion') as versions
      from operations o left join users u on u.id = o.requested_by
      where o.instance_id = ${of.instanceId}
        and ${of.verbs === undefined ? sql`true` : sql`(o.kind <> 'custom' or o.data->>'verb' = any(${of.verbs}))`}
        and ${page.after === undefined ? sql`true` : sql`(o.created_at, o.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
      order by o.created_at desc, o.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, (row) => ({ at: row.place, id: row.id }));
}

/** The runs of these operations, in the order in which they were begun. */
export async function selectRunsOfHistory(db: Database, instanceId: string, operations: HistoryRow[]): Promise<RunOfHistory[]> {
  const ids = operations.map((row) => row.id);
  const { rows } = await sql<RunOfHistory>`
    select r.id, r.data->>'operationId' as operation_id, r.kind, r.data->'step' as step, r.data->>'resourceKey' as resource_key,
      r.phase, r.paused, r.message, coalesce(r.started_at, r.created_at) as started_at, r.finished_at
    from runs r where r.subject = ${instanceId} and r.data->>'operationId' = any(${ids}) order by r.created_at, r.id`.execute(db);
  return rows;
}
