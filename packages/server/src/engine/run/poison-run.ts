/**
 * Poison runs: a run with a step that never returns, or that crashes the process. Killing processes fails no run, however often: only an
 * owner counts that ended at a step of this very run, and only the same step several times in a row makes the run poison.
 */
import { type Database, sql } from '../../database/database.js';
import { markStep, MOST_STRIKES } from '../rows/strikes.js';
import { endBroken } from './broken-run.js';
import type { Journal } from '../rows/journal.js';
import type { RunRow } from '../rows/run-row.js';

/** Stands in `runs.code` of a run that ended so. */
export const HURTS_OWNER = 'run-hurts-owner';

/** How long a process waits before it claims a run, at most, by how many owners have ended at one of its steps. Milliseconds. */
const DELAY_MS = [0, 5_000, 15_000];
/** The same, where owners ended even while they only ended the run. Milliseconds. */
const SELDOM_MS = 60_000;

/** True if no process may work on the run any more: it is only ended. */
export function isPoison(row: Pick<RunRow, 'strikes'>): boolean {
  return row.strikes >= MOST_STRIKES;
}

/**
 * How long a process waits before it claims a suspect run: a random time, so that something that kills processes at regular moments,
 * such as right after each start, does not hit the same step three times. Milliseconds.
 */
export function retryDelay(row: Pick<RunRow, 'strikes'>, random: () => number = Math.random): number {
  return random() * (DELAY_MS[row.strikes] ?? SELDOM_MS);
}

/**
 * Ends the run as failed, with the step in its message; its sealed values are not opened, and its waits end. The domain's part of the
 * end may crash the process as well: that counts like the step, and from then on the end is tried seldom.
 */
export async function endPoisonRun(deps: { db: Database; journal: Journal; now: () => number }, row: RunRow): Promise<string> {
  const at = row.struck_at ?? 'a step that is not known';
  const message = `RunHurtsOwner: ${row.strikes} processes in a row ended, or stood still until they were ended, at the same step of this run: ${at}. No worker claims it any more`;
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
