import { type Database, type RawBuilder, sql } from '../database/database.js';
import { pageOf, type PagedList, readPage } from '../database/page.js';
import type { RunFilter, RunPhase, RunSummary } from './model.js';
import type { RunRow } from './rows/run-row.js';

type SummaryRow = Pick<
  RunRow,
  | 'id'
  | 'kind'
  | 'subject'
  | 'org_id'
  | 'cell_id'
  | 'phase'
  | 'message'
  | 'code'
  | 'paused'
  | 'created_at'
  | 'started_at'
  | 'finished_at'
  | 'deadline_at'
>;

const RUNS: PagedList = { name: 'runs', by: 'time', usual: 50, most: 500 };

/**
 * Runs that match, newest first, and the token of the next page. `among`: a condition on the column `subject`, for whoever knows what
 * subjects are; it is part of the statement, so that however many subjects there are, only a page of runs is read.
 * @throws DomainError bad_request for a token of another list
 */
export async function listRuns(
  db: Database,
  filter: RunFilter,
  among: RawBuilder<unknown> = sql`true`,
): Promise<{ runs: RunSummary[]; nextPageToken?: string }> {
  const page = readPage(RUNS, filter);
  const conditions = [
    filter.subject === undefined ? sql`true` : sql`subject = ${filter.subject}`,
    among,
    filter.orgId === undefined ? sql`true` : sql`org_id = ${filter.orgId}`,
    filter.cellId === undefined ? sql`true` : sql`cell_id = ${filter.cellId}`,
    filter.phases === undefined ? sql`true` : sql`phase = any(${filter.phases})`,
    filter.createdAfter === undefined ? sql`true` : sql`created_at >= ${filter.createdAfter}`,
    filter.createdBefore === undefined ? sql`true` : sql`created_at < ${filter.createdBefore}`,
    page.after === undefined ? sql`true` : sql`(created_at, id) < (${page.after.at}::timestamptz, ${page.after.id})`,
  ];
  const answer = await sql<SummaryRow & { place: string }>`
    select id, kind, subject, org_id, cell_id, phase, message, code, paused, created_at, started_at, finished_at, deadline_at, created_at::text as place
    from runs where ${sql.join(conditions, sql` and `)} order by created_at desc, id desc limit ${page.limit}`.execute(db);
  const { rows, ...next } = pageOf(page, answer.rows, (row) => ({ at: row.place, id: row.id }));
  return { runs: rows.map(summaryOf), ...next };
}

/** How many runs among these (see `listRuns`) were open within the last milliseconds, by the phase that they are in now. */
export async function countRuns(db: Database, withinMs: number, among: RawBuilder<unknown>): Promise<Partial<Record<RunPhase, number>>> {
  const { rows } = await sql<{ phase: RunPhase; count: number }>`
    select phase, count(*)::int as count from runs
    where (finished_at is null or finished_at >= now() - ${withinMs} * interval '1 millisecond') and ${among} group by phase`.execute(db);
  return Object.fromEntries(rows.map(({ phase, count }) => [phase, count]));
}

/** A row as it is shown in lists. */
export function summaryOf(row: SummaryRow): RunSummary {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    orgId: row.org_id,
    cellId: row.cell_id,
    phase: row.phase,
    message: row.message,
    code: row.code,
    paused: row.paused,
    createdAt: row.created_at,
    deadlineAt: row.deadline_at,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
  };
}
