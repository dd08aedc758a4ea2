/**
 * Breakpoints: places at which a run is held before it goes on. The run's owner marks one as hit in the commit in which it
 * would have begun what stands there, and that commit pauses the run, too; what runs already goes on. Ending the pause
 * passes every hit breakpoint. All of it is in the run's row, so whoever takes the run over holds it as well.
 */
import { sql, type Transaction } from '../database/database.js';
import { invalidState } from '../errors.js';
import { pendingBreakpoints } from './insert-run.js';
import type { NewBreakpoint } from './model.js';
import { wakeRun } from './wake-up.js';

/** What a place is, in words. */
export function placeInWords(place: string): string {
  if (place === 'workflow') return 'the first task';
  return place.replace(':', ' ');
}

/** Gives a run that has just been inserted, in the same transaction, its breakpoints. */
export async function holdRun(tx: Transaction, runId: string, wanted: readonly NewBreakpoint[]): Promise<void> {
  if (wanted.length === 0) return;
  await sql`update runs set breakpoints = ${JSON.stringify(pendingBreakpoints(wanted))}::jsonb where id = ${runId}`.execute(tx);
}

/**
 * Adds breakpoints to a run that goes on. The caller has made sure that the places exist. One that begins in the same moment
 * may be past holding; its breakpoint stays Pending then. One that holds the run already goes on holding it, and is passed with the
 * next resume: made Pending again it would not be known for what holds the run, and hold it a second time.
 * @throws DomainError invalid_state for a run that has ended, and for a place that has begun
 */
export async function addBreakpoints(tx: Transaction, runId: string, wanted: readonly NewBreakpoint[]): Promise<void> {
  const [run] = (
    await sql<{ entrypoint: string | null }>`
      select workflow->>'entrypoint' as entrypoint from runs where id = ${runId} and finished_at is null for no key update`.execute(tx)
  ).rows;
  if (run === undefined) throw invalidState('run-has-ended', `Workflow ${runId} has ended; there is nothing to hold.`);
  const begun = await sql<{ place: string }>`
    select 'stage:' || name as place from run_stages where run_id = ${runId}
    union all select 'task:' || (node->>'task') from run_tasks where run_id = ${runId} and node_id <> ${run.entrypoint ?? ''}
    union all select 'workflow' from run_tasks where run_id = ${runId} and node_id = ${run.entrypoint ?? ''}`.execute(tx);
  const late = wanted.find(({ place }) => begun.rows.some((row) => row.place === place));
  if (late !== undefined)
    throw invalidState(
      'breakpoint-too-late',
      `Workflow ${runId}: ${placeInWords(late.place)} has begun already; it cannot be held before it.`,
    );
  await sql`
    update runs set breakpoints = coalesce(breakpoints, '{}') || ${JSON.stringify(pendingBreakpoints(wanted))}::jsonb || (
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(coalesce(breakpoints, '{}')) where value->>'status' = 'Hit')
    where id = ${runId}`.execute(tx);
  await wakeRun(tx, runId);
}

/** Expression for an update of `runs`: the breakpoints with every `from` made `to`. */
export function turned(from: 'Hit', to: 'Pending' | 'Passed') {
  return sql`(select jsonb_object_agg(key, case when value->>'status' = ${from} then (value - 'hitAt') || jsonb_build_object('status', ${to}::text) else value end)
    from jsonb_each(breakpoints))`;
}
