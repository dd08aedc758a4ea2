/** When the instances of each cell are looked at for drift, by whom, and what came of it: SQL of `drift_passes`. */
import { type Database, sql } from '../database/database.js';

/** How long a copy of the program holds a cell without renewing its lease. Milliseconds. */
export const DRIFT_LEASE_MS = 30_000;
/** The pass after one that failed begins so much later at the latest. Milliseconds. */
const AGAIN_MS = 60_000;

export interface DriftCounts {
  instances: number;
  objects: number;
  /** Objects that were asked for one by one. */
  looked: number;
  /** Objects of which it cannot be told what they should be, or whether they are. */
  troubled: number;
  /** Sent to the cell: lists, objects and dry runs. */
  requests: number;
  /** Milliseconds. */
  took: number;
}

/**
 * Each cell has its row. The first pass of a new cell, and the first after a start, comes within `withinMs`, spread by the cell's id, so that
 * cells are not all asked at once.
 */
export async function scheduleDrift(db: Database, withinMs: number): Promise<void> {
  const spread = sql`(abs(hashtext(id)) % 1000) / 1000.0`;
  await sql`
    insert into drift_passes (cell_id, next_at) select id, now() + ${spread} * ${withinMs} * interval '1 millisecond' from deployment_cells c
    where not exists (select 1 from drift_passes p where p.cell_id = c.id) on conflict (cell_id) do nothing`.execute(db);
  await sql`
    update drift_passes p set next_at = now() + (abs(hashtext(p.cell_id)) % 1000) / 1000.0 * ${withinMs} * interval '1 millisecond'
    where next_at > now() + ${withinMs} * interval '1 millisecond'`.execute(db);
}

/** Takes the cells that are due and that nobody looks at; a cell that is away is left until it answers. */
export async function claimDrift(db: Database, owner: string, except: string[]): Promise<{ cellId: string }[]> {
  const { rows } = await sql<{ cellId: string }>`
    with due as (
      select p.cell_id from drift_passes p join deployment_cells c on c.id = p.cell_id
      where c.status <> 'DISCONNECTED' and (p.lease_until is null or p.lease_until < now()) and not (p.cell_id = any(${except}))
        and p.next_at <= now()
      order by p.next_at for update of p skip locked
    )
    update drift_passes p set owner = ${owner}, lease_until = now() + ${DRIFT_LEASE_MS} * interval '1 millisecond', begun_at = now()
    from due where p.cell_id = due.cell_id returning p.cell_id as "cellId"`.execute(db);
  return rows;
}

/** Answers false if the cell is not ours any more. */
export async function renewDrift(db: Database, owner: string, cellId: string): Promise<boolean> {
  const { rows } = await sql`
    update drift_passes set lease_until = now() + ${DRIFT_LEASE_MS} * interval '1 millisecond'
    where cell_id = ${cellId} and owner = ${owner} returning 1`.execute(db);
  return rows.length > 0;
}

/** The next pass comes after the interval, up to a tenth sooner or later. */
export async function finishDrift(
  db: Database,
  owner: string,
  cellId: string,
  to: { intervalMs: number; counts: DriftCounts },
): Promise<void> {
  await sql`
    update drift_passes set owner = null, lease_until = null, ended_at = now(), message = '', counts = ${JSON.stringify(to.counts)}::jsonb,
      next_at = now() + (0.9 + random() * 0.2) * ${to.intervalMs} * interval '1 millisecond'
    where cell_id = ${cellId} and owner = ${owner}`.execute(db);
}

/** It was not brought to its end. */
export async function failDrift(db: Database, owner: string, cellId: string, to: { intervalMs: number; message: string }): Promise<void> {
  await sql`
    update drift_passes set owner = null, lease_until = null, failed_at = now(), message = ${to.message},
      next_at = now() + ${Math.min(to.intervalMs, AGAIN_MS)} * interval '1 millisecond'
    where cell_id = ${cellId} and owner = ${owner}`.execute(db);
}

/** What the last pass over each cell counted, by the cell's key. */
export async function selectDriftCounts(db: Database, of: keyof DriftCounts): Promise<Record<string, number>> {
  const { rows } = await sql<{ key: string; count: number }>`
    select c.key, (p.counts->>${of})::float8 as count from drift_passes p join deployment_cells c on c.id = p.cell_id
    where p.counts->>${of} is not null`.execute(db);
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]));
}

/** Seconds since the end of the last pass over each cell that came to its end, by the cell's key. */
export async function selectDriftAges(db: Database): Promise<Record<string, number>> {
  const { rows } = await sql<{ key: string; age: number }>`
    select c.key, extract(epoch from now() - p.ended_at)::float8 as age from drift_passes p join deployment_cells c on c.id = p.cell_id
    where p.ended_at is not null`.execute(db);
  return Object.fromEntries(rows.map(({ key, age }) => [key, age]));
}
