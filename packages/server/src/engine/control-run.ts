import { sql, type Transaction } from '../database/database.js';
import { turned } from './breakpoint.js';
import { wakeRun } from './wake-up.js';

/**
 * Asks for a run's end: no new task starts, open ones end with this reason, the run ends `Terminated`. What tasks have
 * made stays. Answers whether the run was still going on.
 */
export async function terminateRun(tx: Transaction, id: string, reason: string): Promise<boolean> {
  const answer = await sql<{ id: string }>`
    update runs set terminate = coalesce(terminate, ${reason}) where id = ${id} and finished_at is null returning id`.execute(tx);
  if (answer.rows.length === 0) return false;
  await wakeRun(tx, id);
  return true;
}

/** Stops new tasks; running ones go on. Answers whether the run was still going on. Its deadline does not stand still. */
export async function pauseRun(tx: Transaction, id: string): Promise<boolean> {
  return setPaused(tx, id, true);
}

/** Ends a pause, and passes the breakpoints at which the run is held. Answers whether the run was still going on. */
export async function resumeRun(tx: Transaction, id: string): Promise<boolean> {
  return setPaused(tx, id, false);
}

async function setPaused(tx: Transaction, id: string, paused: boolean): Promise<boolean> {
  const answer = await sql<{ id: string }>`
    update runs set paused = ${paused}, breakpoints = ${paused ? sql`breakpoints` : turned('Hit', 'Passed')} where id = ${id} and finished_at is null returning id`.execute(
    tx,
  );
  if (answer.rows.length === 0) return false;
  await wakeRun(tx, id);
  return true;
}
