/** When cells are reconciled, and what came of it: SQL of `cell_comparisons`. */
import { type Database, sql } from '../database/database.js';
import type { CellFinding, PassCounts } from './cell-finding.js';

/** How long a copy of the program holds a cell without renewing its lease. Milliseconds. */
export const PASS_LEASE_MS = 30_000;
/** The pass after one that failed begins so much later at the latest. Milliseconds. */
const AGAIN_MS = 15_000;
/** A cell whose findings an operation may have mended is reconciled so often at most. Milliseconds. */
const MENDED_MS = 5_000;

export interface CellPass {
  cellId: string;
  nextAt: Date;
  askedAt: Date | null;
  /** When the last pass that came to its end had begun, and when it ended. */
  comparedAt: Date | null;
  endedAt: Date | null;
  failedAt: Date | null;
  message: string;
  findings: CellFinding[];
  counts: Partial<PassCounts>;
}

const columns = sql`l.cell_id as "cellId", l.next_at as "nextAt", l.asked_at as "askedAt", l.compared_at as "comparedAt", l.ended_at as "endedAt",
  l.failed_at as "failedAt", l.message, l.findings, l.counts`;

/** Each cell has its row; the first pass after a start comes soon. */
export async function schedulePasses(db: Database, withinMs: number): Promise<void> {
  const soon = sql`now() + ${withinMs} * interval '1 millisecond'`;
  await sql`insert into cell_comparisons (cell_id, next_at) select id, ${soon} from deployment_cells on conflict (cell_id) do nothing`.execute(
    db,
  );
  await sql`update cell_comparisons set next_at = ${soon} where next_at > ${soon}`.execute(db);
}

/**
 * Takes the cells that are due and that nobody reconciles: by the clock, because somebody asked, because the cell came back, or because an
 * operation has ended on an instance of which something is told. One that is away is left until it answers.
 */
export async function claimPasses(db: Database, owner: string, except: string[]): Promise<CellPass[]> {
  const { rows } = await sql<CellPass>`
    with fresh as (
      insert into cell_comparisons (cell_id) select id from deployment_cells c where not exists (select 1 from cell_comparisons l where l.cell_id = c.id)
      on conflict (cell_id) do nothing
    ), due as (
      select l.cell_id from cell_comparisons l join deployment_cells c on c.id = l.cell_id
      where c.status <> 'DISCONNECTED' and (l.lease_until is null or l.lease_until < now()) and not (l.cell_id = any(${except})) and (
        l.next_at <= now() or l.asked_at > coalesce(l.begun_at, '-infinity') or c.back_at > coalesce(l.begun_at, '-infinity')
        or l.ended_at < now() - ${MENDED_MS} * interval '1 millisecond' and exists (
          select 1 from instances i join operations o on o.instance_id = i.id
          where i.cell_id = l.cell_id and i.findings <> '[]'::jsonb and i.deleted_at is null and o.finished_at > l.begun_at))
      order by l.next_at for update of l skip locked
    )
    update cell_comparisons l set owner = ${owner}, lease_until = now() + ${PASS_LEASE_MS} * interval '1 millisecond', begun_at = now()
    from due where l.cell_id = due.cell_id returning ${columns}`.execute(db);
  return rows;
}

/** Answers false if the cell is not ours any more. */
export async function renewPass(db: Database, owner: string, cellId: string): Promise<boolean> {
  const { rows } = await sql`
    update cell_comparisons set lease_until = now() + ${PASS_LEASE_MS} * interval '1 millisecond'
    where cell_id = ${cellId} and owner = ${owner} returning 1`.execute(db);
  return rows.length > 0;
}

export async function finishPass(
  db: Database,
  owner: string,
  cellId: string,
  to: { intervalMs: number; findings: CellFinding[]; counts: PassCounts },
): Promise<void> {
  await sql`
    update cell_comparisons set owner = null, lease_until = null, compared_at = begun_at, ended_at = now(), message = '',
      next_at = now() + ${to.intervalMs} * interval '1 millisecond', findings = ${JSON.stringify(to.findings)}::jsonb,
      counts = ${JSON.stringify(to.counts)}::jsonb
    where cell_id = ${cellId} and owner = ${owner}`.execute(db);
}

/** It was not brought to its end; what was told before stays. */
export async function failPass(db: Database, owner: string, cellId: string, to: { intervalMs: number; message: string }): Promise<void> {
  await sql`
    update cell_comparisons set owner = null, lease_until = null, failed_at = now(), message = ${to.message},
      next_at = now() + ${Math.min(to.intervalMs, AGAIN_MS)} * interval '1 millisecond'
    where cell_id = ${cellId} and owner = ${owner}`.execute(db);
}

/** A pass begins soon; answers when it was asked for. */
export async function requestPass(db: Database, cellId: string): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`
    insert into cell_comparisons (cell_id, asked_at) values (${cellId}, date_trunc('milliseconds', now()))
    on conflict (cell_id) do update set asked_at = excluded.asked_at returning asked_at as at`.execute(db);
  const at = rows[0]?.at;
  if (at === undefined) throw new Error(`there is no cell ${cellId}`);
  return at;
}

/** What is known of the passes over a cell; undefined before the first was asked for. */
export async function selectPass(db: Database, cellId: string): Promise<CellPass | undefined> {
  return (await sql<CellPass>`select ${columns} from cell_comparisons l where l.cell_id = ${cellId}`.execute(db)).rows[0];
}

/** One of the counts of the last pass over each cell that has this count, by the cell's id. */
export async function selectPassCounts(db: Database, of: keyof PassCounts): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`
    select cell_id as id, (counts->>${of})::float8 as count from cell_comparisons where counts->>${of} is not null`.execute(db);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** Seconds since the end of the last pass over each cell that came to its end, by the cell's id. */
export async function selectPassAges(db: Database): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; age: number }>`
    select cell_id as id, extract(epoch from now() - ended_at)::float8 as age from cell_comparisons where ended_at is not null`.execute(db);
  return new Map(rows.map(({ id, age }) => [id, age]));
}
