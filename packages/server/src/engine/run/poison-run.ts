/**
 * Runs that hurt whoever works on them: a step that does not come back, or takes the process with it. Killing processes fails no run,
 * however often: what counts is only an owner that ended at a step of this very run, the same one several times in a row.
 */
import { type Database, sql } from '../../database/database.js';
import { markStep, MOST_STRIKES } from '../../watchdog/strikes.js';
import { endBroken } from './broken-run.js';
import type { Journal } from '../rows/journal.js';
import type { RunRow } from '../rows/run-row.js';

/** Stands in `runs.code` of a run that ended so. */
export const HURTS_OWNER = 'run-hurts-owner';

/** How long a process waits before it takes up a run, at most, by how many owners have ended at one of its steps. Milliseconds. */
const HESITATION_MS = [0, 5_000, 15_000];
/** And where they ended although it was only to be ended. Milliseconds. */
const SELDOM_MS = 60_000;

/** True if nobody may work on the run any more. */
export function hurtsOwner(row: Pick<RunRow, 'strikes'>): boolean {
  return row.strikes >= MOST_STRIKES;
}

/**
 * How long a process waits before it takes up such a run, by chance: whatever ends processes at moments of its own, such as right after
 * each start, does not find the same step three times.
 */
export function hesitation(row: Pick<RunRow, 'strikes'>, random: () => number = Math.random): number {
  return random() * (HESITATION_MS[row.strikes] ?? SELDOM_MS);
}

/**
 * Ends the run as failed, by name and with the step; nothing of it is opened, and nothing in it is waited for any more. What the domain
 * makes of the end may hurt as well: then it counts like the step, and after some more it is tried seldom.
 */
export async function endHurting(deps: { db: Database; journal: Journal; now: () => number }, row: RunRow): Promise<string> {
  const at = row.struck_at ?? 'a step that is not known';
  const message = `RunHurtsOwner: ${row.strikes} processes in a row ended, or stood still until they were ended, at the same step of this run: ${at}. It is not taken up any more`;
  await markStep(deps.db, { run: row.id, fence: row.fence, label: at });
  await sql`update runs set code = ${HURTS_OWNER}, message = ${message} where id = ${row.id} and fence = ${row.fence} and finished_at is null`.execute(
    deps.db,
  );
  const now = deps.now();
  const step = /^task ([^:]+):/.exec(at)?.[1] ?? at;
  const event = { at: now, type: 'WorkflowStepFailed' as const, step, message, details: { code: HURTS_OWNER } };
  await endBroken(deps.journal, row, { phase: 'Failed', code: HURTS_OWNER, message }, now, [event]);
  await sql`
    update run_tasks set watch = null,
      node = case when node->>'phase' in ('Pending', 'Running')
        then node || jsonb_build_object('phase', 'Failed', 'finishedAt', ${now}::bigint, 'message', 'the run was ended (' || ${HURTS_OWNER}::text || ')') else node end
    where run_id = ${row.id}`.execute(deps.db);
  return message;
}
