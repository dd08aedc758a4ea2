/**
 * Waking a run: its row becomes due and its `wake_seq` grows, in the transaction of whoever has something for it. The job that
 * follows carries the run's id and nothing else; if it is lost, the sweep finds the due row within a second.
 */
import { type Database, sql, type Transaction } from '../database/database.js';

/** Name of the jobs that carry a run's id to a process that works. */
export const RUN_JOB = 'run';

/**
 * Wakes a run: an owner reads its rows again, or somebody takes it. Call it in the transaction that writes what the run is to
 * read. Without effect on a run that has ended.
 */
export async function wakeRun(tx: Transaction, id: string): Promise<void> {
  await sql`
    with woken as (
      update runs set due_at = least(due_at, now()), wake_seq = wake_seq + 1 where id = ${id} and finished_at is null returning id
    )
    select graphile_worker.add_job(${RUN_JOB}, json_build_object('id', id), job_key => 'run:' || id, max_attempts => 1) from woken`.execute(
    tx,
  );
}

/** Adds a job with the run's id for whichever process works: for a process that does not take the run itself. */
export async function offerRun(db: Database, id: string): Promise<void> {
  await sql`select graphile_worker.add_job(${RUN_JOB}, json_build_object('id', ${id}::text), job_key => 'run:' || ${id}::text, max_attempts => 1)`.execute(
    db,
  );
}

/** Makes runs due without a job: the caller takes them itself, or the sweep does. */
export async function makeDue(db: Database, ids: string[]): Promise<void> {
  await sql`update runs set due_at = least(due_at, now()), wake_seq = wake_seq + 1 where id = any(${ids}) and finished_at is null`.execute(
    db,
  );
}
