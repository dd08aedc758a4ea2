/** Which cells are watched: for the room that knows the cells. SQL of `cell_watchers`. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { LEASE_MS } from './rows/lease.js';

/** From now on some process watches the cell, whether or not a run waits there. Known ones stay as they are. */
export async function watchCell(tx: Transaction, cellId: string): Promise<void> {
  await sql`
    insert into cell_watchers (cell_id, lease_until) values (${cellId}, now() - interval '1 second') on conflict (cell_id) do nothing`.execute(
    tx,
  );
}

/**
 * Takes the cells that no process watches, because none works on runs, each once in this time (milliseconds) for all processes together: the
 * caller checks them.
 */
export async function claimUnwatchedCells(db: Database, everyMs: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update cell_watchers set checked_at = now() where cell_id in (
      select cell_id from cell_watchers where lease_until < now() - ${LEASE_MS} * interval '1 millisecond'
        and coalesce(checked_at, '-infinity') <= now() - ${everyMs} * interval '1 millisecond'
      order by cell_id for no key update skip locked) returning cell_id as id`.execute(db);
  return rows.map((row) => row.id);
}
