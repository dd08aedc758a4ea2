/** What the row of a run records about owners that ended at one of its steps. */
import { type Database, sql } from '../../database/database.js';
import type { Step } from '../../watchdog/board.js';

/** Owners that may end at one step of a run. After so many, no worker claims the run any more. */
export const MOST_STRIKES = 3;
/** From here on, owners ended even while they only ended the run as failed: that is tried again, but seldom. */
const SELDOM = 2 * MOST_STRIKES;

/** True for a row of `runs` that may be claimed as soon as it is due: no owner has ended at a step of it, or so many have that the run is to be ended. */
export const TRUSTED = sql`at_step is null and (strikes = 0 or strikes between ${MOST_STRIKES} and ${SELDOM - 1})`;
/** True for a row of `runs` that is claimed after a delay, and only one such run at a time. */
export const SUSPECT = sql`at_step is null and (strikes between 1 and ${MOST_STRIKES - 1} or strikes >= ${SELDOM})`;

/** Adds a strike to each run whose owner ended at a step of it, with the name of the step. The run has no owner then. */
export async function countStrikes(db: Database, owner: string, held: string[]): Promise<void> {
  await sql`
    with left_behind as (
      select id from runs
      where due_at <= now() and finished_at is null and at_step is not null and (owner is null or owner = ${owner} or lease_until < now())
        and id <> all(${held})
      order by id for no key update skip locked
    )
    update runs r set strikes = case when r.at_step = r.struck_at then r.strikes + 1 else 1 end, struck_at = r.at_step, at_step = null,
      taken_over = r.taken_over + 1, owner = null, lease_until = null
    from left_behind where r.id = left_behind.id`.execute(db);
}

/**
 * A due run at one of whose steps owners have ended, with the number of these owners; undefined: there is none. The last owner may have
 * released the run, or died between two steps: then its lease expires.
 */
export async function nextSuspect(db: Database, owner: string, held: string[]): Promise<{ id: string; strikes: number } | undefined> {
  const answer = await sql<{ id: string; strikes: number }>`
    select id, strikes from runs
    where due_at <= now() and finished_at is null and ${SUSPECT} and (owner is null or owner = ${owner} or lease_until < now()) and id <> all(${held})
    order by due_at limit 1`.execute(db);
  return answer.rows[0];
}

/** Writes the step that the owner is about to do into the row. False if the row belongs to another owner, or is locked just now. */
export async function markStep(db: Database, { run, fence, label }: Step): Promise<boolean> {
  const answer = await sql`
    with mine as (
      select id from runs where id = ${run} and fence = ${fence} and owner is not null and finished_at is null for no key update skip locked
    )
    update runs r set at_step = ${label} from mine where r.id = mine.id returning r.id`.execute(db);
  return answer.rows.length > 0;
}

/** Removes the mark of a step that has returned. */
export async function clearStep(db: Database, { run, fence }: Step): Promise<void> {
  await sql`update runs set at_step = null where id = ${run} and fence = ${fence} and at_step is not null`.execute(db);
}

/** Sets the count to zero: an owner has worked on the run for so long that the earlier owners did not end because of it. */
export async function forgive(db: Database, { run, fence }: Pick<Step, 'run' | 'fence'>): Promise<void> {
  await sql`update runs set strikes = 0, struck_at = null, taken_over = 0 where id = ${run} and fence = ${fence} and finished_at is null`.execute(
    db,
  );
}

/** Adds a strike when a process ends at a step of a run that it does not own (any more), and wakes the run for another worker. */
export async function strike(db: Database, { run, label }: Pick<Step, 'run' | 'label'>): Promise<void> {
  await sql`
    update runs set strikes = case when struck_at = ${label} then strikes + 1 else 1 end, struck_at = ${label},
      due_at = least(due_at, now()), wake_seq = wake_seq + 1
    where id = ${run} and finished_at is null`.execute(db);
}
