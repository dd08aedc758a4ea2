import { type Database, sql } from '../../database/database.js';
import { jsonb } from './jsonb.js';
import { LEASE_MS } from './lease.js';
import type { RunRow, StageRow, TaskRow } from './run-row.js';
import { clearStep, markStep, MOST_STRIKES, SUSPECT, TRUSTED } from './strikes.js';

/** A run that has just become ours. */
export interface ClaimedRun {
  row: RunRow;
  /** Its last owner died or was too slow: what it had in flight is unknown. */
  takenOver: boolean;
  tasks: TaskRow[];
  stages: StageRow[];
}

/** What a claim of a run is at before there is anything else of it; see `atStep`. */
const READING = 'its stored tasks';

/** So many owners in a row may end before they have renewed their lease once, and the run is not doubted: processes are killed, too. */
const TRUSTED_TAKE_OVERS = 3;

/**
 * Several owners in a row did not come back, or one did not come back from a known step: each step of the run is stored before it begins.
 * Of other runs only a step that uses a processor for a second is stored, by the thread that watches the event loop.
 */
export function isDoubtful(row: Pick<RunRow, 'taken_over' | 'strikes'>): boolean {
  return row.taken_over > TRUSTED_TAKE_OVERS || row.strikes > 0;
}

/**
 * Takes the leases of those runs that are due and have no owner, by the database's clock. Ownership that this very
 * process has given up without letting go (`owner` is still us) is taken at once: its calls were aborted.
 */
export async function claimRuns(
  db: Database,
  owner: string,
  ids: string[],
  which: 'trusted' | 'suspect' = 'trusted',
): Promise<ClaimedRun[]> {
  const claimed = await sql<RunRow & { previous: string | null }>`
    with due as (
      select id, owner as previous from runs
      where id = any(${ids}) and finished_at is null and due_at <= now() and ${which === 'suspect' ? SUSPECT : TRUSTED}
        and (owner is null or owner = ${owner} or lease_until < now())
      order by id for no key update skip locked
    )
    update runs r set owner = ${owner}, fence = r.fence + 1, lease_until = now() + ${LEASE_MS} * interval '1 millisecond',
      taken_over = case when due.previous is null or due.previous = ${owner} then r.taken_over else r.taken_over + 1 end
    from due where r.id = due.id
    returning r.*, due.previous`.execute(db);
  // Read after the claim: what the last owner committed until then is in these rows.
  const begun = claimed.rows.filter((row) => row.phase !== 'Pending' && row.strikes < MOST_STRIKES);
  const plain = begun.filter((row) => row.strikes === 0).map((row) => row.id);
  const [tasks, stages] = plain.length === 0 ? [[], []] : await Promise.all([readTasks(db, plain), readStages(db, plain)]);
  for (const row of begun.filter(({ strikes }) => strikes > 0)) {
    const step = { run: row.id, fence: row.fence, label: READING };
    await markStep(db, step);
    tasks.push(...(await readTasks(db, [row.id])));
    stages.push(...(await readStages(db, [row.id])));
    await clearStep(db, step);
  }
  return claimed.rows.map((row) => ({
    row,
    takenOver: row.previous !== null || row.strikes > 0,
    tasks: tasks.filter((task) => task.run_id === row.id),
    stages: stages.filter((stage) => stage.run_id === row.id),
  }));
}

async function readTasks(db: Database, ids: string[]): Promise<TaskRow[]> {
  const answer = await sql<TaskRow>`select * from run_tasks where run_id = any(${ids})`.execute(db);
  return answer.rows;
}

async function readStages(db: Database, ids: string[]): Promise<(StageRow & { run_id: string })[]> {
  const answer = await sql<StageRow & { run_id: string }>`select * from run_stages where run_id = any(${ids}) order by started_at`.execute(
    db,
  );
  return answer.rows;
}

/** Runs that are due and have no owner (or this process, but are not in `held`: it has given them up). For the sweep. */
export async function dueRuns(db: Database, owner: string, held: string[], limit: number): Promise<string[]> {
  const answer = await sql<{ id: string }>`
    select id from runs where due_at <= now() and finished_at is null and ${TRUSTED} and (owner is null or owner = ${owner} or lease_until < now()) and id <> all(${held})
    order by due_at limit ${limit}`.execute(db);
  return answer.rows.map((row) => row.id);
}

/** A run that this process owns, with the fencing counter of its claim. */
export interface OwnedRun {
  id: string;
  fence: number;
}

/**
 * Renews leases. Answers the runs that were renewed and how often each was woken so far. Locked rows are
 * skipped, so that one row does not keep all others waiting: `ownedRuns` tells such a run from one that is lost.
 */
export async function renewLeases(db: Database, owner: string, held: OwnedRun[]): Promise<Map<string, number>> {
  if (held.length === 0) return new Map();
  const answer = await sql<{ id: string; wake_seq: number }>`/* prepared */
    with given as (select * from unnest(${held.map((one) => one.id)}::text[], ${held.map((one) => one.fence)}::bigint[]) as g(id, fence)),
    mine as (
      select r.id from runs r join given g on g.id = r.id where r.owner = ${owner} and r.fence = g.fence order by r.id
      for no key update of r skip locked
    )
    update runs r set lease_until = now() + ${LEASE_MS} * interval '1 millisecond', taken_over = 0
    from mine where r.id = mine.id returning r.id, r.wake_seq`.execute(db);
  return new Map(answer.rows.map((row) => [row.id, row.wake_seq]));
}

/** Which of these runs this process still owns; read without waiting for anybody. */
export async function ownedRuns(db: Database, owner: string, held: OwnedRun[]): Promise<Set<string>> {
  if (held.length === 0) return new Set();
  const answer = await sql<{ id: string }>`/* prepared */
    select r.id from runs r
    join unnest(${held.map((one) => one.id)}::text[], ${held.map((one) => one.fence)}::bigint[]) as g(id, fence) on g.id = r.id
    where r.owner = ${owner} and r.fence = g.fence and r.finished_at is null`.execute(db);
  return new Set(answer.rows.map((row) => row.id));
}

/** Releases a run until its next timer, but only if it was not woken since `wakeSeq` was read. */
export interface Release {
  id: string;
  fence: number;
  wakeSeq: number;
  /** Epoch milliseconds; null = until a wake-up. */
  dueAt: number | null;
}

/** Answers for each whether it was released; false means: woken meanwhile, its row is locked, or no longer ours. */
export async function releaseRuns(db: Database, owner: string, releases: Release[]): Promise<boolean[]> {
  const answer = await sql<{ id: string }>`/* prepared */
    with given as (
      select * from jsonb_to_recordset(${jsonb(
        releases.map((one) => ({
          id: one.id,
          fence: one.fence,
          seq: one.wakeSeq,
          due: one.dueAt === null ? null : new Date(one.dueAt).toISOString(),
        })),
      )}::jsonb) as g(id text, fence bigint, seq bigint, due timestamptz)
    ), mine as (
      select r.id, g.due from runs r join given g on g.id = r.id
      where r.owner = ${owner} and r.fence = g.fence and r.wake_seq = g.seq order by r.id
      for no key update of r skip locked
    )
    update runs r set owner = null, lease_until = null, due_at = mine.due, taken_over = 0, strikes = 0, struck_at = null, at_step = null from mine where r.id = mine.id returning r.id`.execute(
    db,
  );
  const released = new Set(answer.rows.map((row) => row.id));
  return releases.map((one) => released.has(one.id));
}

/** Releases all runs but these at the end of the process, due at once for other processes. A locked row is left to its lease. */
export async function abandonRuns(db: Database, owner: string, except: string[]): Promise<void> {
  await sql`
    update runs set owner = null, lease_until = null, due_at = now()
    where id in (select id from runs where owner = ${owner} and id <> all(${except}) for no key update skip locked)`.execute(db);
}
