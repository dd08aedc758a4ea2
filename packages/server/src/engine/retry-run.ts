import { cut } from '@cellplane/plan';
import { sql, type Transaction } from '../database/database.js';
import { invalidState } from '../errors.js';
import { turned } from './breakpoint.js';
import { wakeRun } from './wake-up.js';

/** How long a run that is tried again has. */
export interface RetryTime {
  /** For its stages. */
  stageSeconds: number;
  /** For its workflow, if that says nothing else. */
  workflowSeconds: number;
}

/**
 * Takes a failed or terminated run up again: what has succeeded stays, failed stages and tasks (and what their failure kept
 * from running) begin anew, with a new deadline from now. The caller has made sure that no other run acts on the subject.
 * A breakpoint at which it was held when it was ended holds it again. Throws `invalid_state` for a run that has not failed.
 */
export async function retryRun(tx: Transaction, id: string, time: RetryTime): Promise<void> {
  const reopened = await sql<{ id: string }>`
    update runs set phase = 'Running', message = '', code = '', finished_at = null, terminate = null, paused = false, taken_over = 0, strikes = 0, struck_at = null, at_step = null, objects_are_new = false, breakpoints = ${turned('Hit', 'Pending')}, due_at = now(),
      deadline_at = now() + make_interval(secs => ${time.stageSeconds}::float8 + coalesce((workflow->>'activeDeadlineSeconds')::float8, ${time.workflowSeconds}))
    where id = ${id} and phase in ('Failed', 'Terminated') returning id`.execute(tx);
  if (reopened.rows.length === 0)
    throw invalidState('run-not-failed', `Run "${cut(id)}" has not failed; only a failed or terminated run can be retried.`);
  // Only finished leaves and loops' and DAGs' successful parts stay; the tree grows again around them.
  await sql`delete from run_tasks where run_id = ${id} and node->>'phase' <> 'Succeeded'`.execute(tx);
  await sql`delete from run_stages where run_id = ${id} and state <> 'Succeeded'`.execute(tx);
  await wakeRun(tx, id);
}
