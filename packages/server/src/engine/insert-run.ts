import type { Sealer } from '../secrets/envelope.js';
import { type Database, sql, type Transaction } from '../database/database.js';
import { pendingBreakpoints } from './breakpoint.js';
import { jsonb } from './rows/jsonb.js';
import type { NewRun } from './model.js';

/** Task name of the doorbell's jobs. */
export const RUN_JOB = 'run';

/**
 * Writes a run, due at once, inside the caller's transaction: the run exists exactly if the caller's own rows do. (It is one
 * statement; who has nothing else to write needs no transaction.) After the commit the caller says `Engine.wake`, or `offerRun`
 * where no engine works; if it dies before, a sweep finds the run. No job is added here: adding and taking them was a third of
 * the database's work in creates, for runs that are mostly taken up at once where they were made.
 * Stage names must be known to the engine that carries it out; the id must be new.
 */
export async function insertRun(deps: { tx: Database; sealer: Sealer }, run: NewRun): Promise<void> {
  const sealed = deps.sealer.seal(JSON.stringify(run.values), run.id);
  await sql`
    insert into runs (id, kind, subject, org_id, cell_id, namespace, impersonate, field_manager, labels, workflow, before, after, data, sealed_values, breakpoints, deadline_at)
    values (${run.id}, ${run.kind}, ${run.subject}, ${run.orgId}, ${run.cellId}, ${run.namespace}, ${run.impersonate ?? null}, ${run.fieldManager},
      ${jsonb(run.labels)}, ${run.workflow === undefined ? null : jsonb(run.workflow)}, ${run.before}, ${run.after},
      ${jsonb(run.data)}, ${sealed}, ${run.breakpoints === undefined || run.breakpoints.length === 0 ? null : jsonb(pendingBreakpoints(run.breakpoints))}, now() + make_interval(secs => ${run.deadlineSeconds}))`.execute(
    deps.tx,
  );
}

/**
 * Rings for a run: somebody shall look at it now. In one transaction with whatever is to be seen. Without effect on a run
 * that has ended.
 */
export async function ringRun(tx: Transaction, id: string): Promise<void> {
  await sql`
    with rung as (
      update runs set due_at = least(due_at, now()), wake_seq = wake_seq + 1 where id = ${id} and finished_at is null returning id
    )
    select graphile_worker.add_job(${RUN_JOB}, json_build_object('id', id), job_key => 'run:' || id, max_attempts => 1) from rung`.execute(
    tx,
  );
}

/** Adds a job that says "look at this run" to whichever process works: for a process that does not take it up itself. */
export async function offerRun(db: Database, id: string): Promise<void> {
  await sql`select graphile_worker.add_job(${RUN_JOB}, json_build_object('id', ${id}::text), job_key => 'run:' || ${id}::text, max_attempts => 1)`.execute(
    db,
  );
}
