/** SQL of the table `work`. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { asProcessGroup, type ProcessGroup } from '../exec/process-group.js';
import type { WorkState } from './kind.js';

/** Which work. */
export interface WorkName {
  kind: string;
  key: string;
}

/** The state of a piece of work, as rooms read it. */
export interface WorkStatus {
  state: WorkState;
  /** Running: its owner has given a sign of life within the lease's time. */
  isHeld: boolean;
  /** Waiting: the pause after a failure is over. */
  isDue: boolean;
  /** Why the last try failed; empty before the first failure. */
  message: string;
  /** Another try may help. */
  retriable: boolean;
  failedAttempts: number;
  /** The last words of the last try, masked. */
  log: string;
  /** When it was asked for, begun or ended. */
  modifiedAt: Date;
}

/** One ownership of a piece of work. */
export interface Claim extends WorkName {
  fence: number;
  sealedInput: Buffer;
  failedAttempts: number;
  cancelAsked: boolean;
  /** Milliseconds until the deadline, by the database's clock; null without one. */
  deadlineInMs: number | null;
  /** Of a former owner's child. */
  former: ProcessGroup | undefined;
}

const status = sql`state, coalesce(state = 'running' and lease_until > now(), false) as "isHeld", next_attempt_at <= now() as "isDue",
  message, retriable, failed_attempts as "failedAttempts", log, modified_at as "modifiedAt"`;

const claimed = sql`kind, key, fence, sealed_input as "sealedInput", failed_attempts as "failedAttempts", cancel_asked as "cancelAsked",
  (extract(epoch from deadline_at - now()) * 1000)::float8 as "deadlineInMs", process_group as former`;

interface ClaimRow extends Omit<Claim, 'former'> {
  former: unknown;
}

const claimOf = (row: ClaimRow): Claim => ({ ...row, former: asProcessGroup(row.former) });

const until = (seconds: number) => sql`now() + make_interval(secs => ${seconds})`;
const owned = (claim: Claim) => sql`kind = ${claim.kind} and key = ${claim.key} and fence = ${claim.fence} and state = 'running'`;

export async function selectWork(db: Database, { kind, key }: WorkName): Promise<WorkStatus | undefined> {
  return (await sql<WorkStatus>`select ${status} from work where kind = ${kind} and key = ${key}`.execute(db)).rows[0];
}

export interface NewWork extends WorkName {
  sealedInput: Buffer;
  owner: string;
  leaseSeconds: number;
  /** A further try of what failed: its count of tries goes on. */
  isRetry: boolean;
  deadlineSeconds: number | null;
}

/** Asks for the work and takes it for the owner in one statement. Undefined if another owner holds it. */
export async function beginWork(tx: Transaction, work: NewWork): Promise<Claim | undefined> {
  const deadline = work.deadlineSeconds === null ? sql`null::timestamptz` : until(work.deadlineSeconds);
  const { rows } = await sql<ClaimRow>`
    insert into work (kind, key, state, sealed_input, owner, fence, lease_until, deadline_at)
    values (${work.kind}, ${work.key}, 'running', ${work.sealedInput}, ${work.owner}, 1, ${until(work.leaseSeconds)}, ${deadline})
    on conflict (kind, key) do update set state = 'running', sealed_input = excluded.sealed_input, owner = excluded.owner,
      fence = work.fence + 1, lease_until = excluded.lease_until, message = '', log = '', cancel_asked = false, modified_at = now(),
      failed_attempts = case when ${work.isRetry} then work.failed_attempts else 0 end,
      deadline_at = case when ${work.isRetry} then work.deadline_at else excluded.deadline_at end
    where work.state <> 'running' or work.lease_until < now()
    returning ${claimed}`.execute(tx);
  return rows.map(claimOf)[0];
}

/** Takes what is due and what its owner has left, with the input that it was asked for with. */
export async function claimWork(
  db: Database,
  by: { kinds: string[]; owner: string; leaseSeconds: number; atMost: number },
): Promise<Claim[]> {
  const { rows } = await sql<ClaimRow>`
    update work set state = 'running', owner = ${by.owner}, fence = fence + 1, lease_until = ${until(by.leaseSeconds)}, modified_at = now()
    where (kind, key) in (
      select kind, key from work
      where kind = any(${by.kinds}) and sealed_input is not null
        and (state = 'waiting' and next_attempt_at <= now() or state = 'running' and lease_until < now())
      order by next_attempt_at limit ${by.atMost} for update skip locked)
    returning ${claimed}`.execute(db);
  return rows.map(claimOf);
}

/** Renews the lease, with the last words where there are new ones. `ours`: false if another owner has the work. */
export async function renewWork(
  db: Database,
  claim: Claim,
  to: { leaseSeconds: number; log: string | null },
): Promise<{ ours: boolean; cancelAsked: boolean }> {
  const { rows } = await sql<{ cancelAsked: boolean }>`
    update work set lease_until = ${until(to.leaseSeconds)}, log = coalesce(${to.log}::text, log) where ${owned(claim)}
    returning cancel_asked as "cancelAsked"`.execute(db);
  return { ours: rows.length > 0, cancelAsked: rows[0]?.cancelAsked === true };
}

/** Records the child's process group. False if another owner has the work. */
export async function recordGroup(db: Database, claim: Claim, group: ProcessGroup): Promise<boolean> {
  const { rows } = await sql`
    update work set process_group = ${JSON.stringify(group)}::jsonb where ${owned(claim)} returning 1`.execute(db);
  return rows.length > 0;
}

/** How a try ended. */
export type WorkEnd =
  | { state: 'done' }
  | { state: 'failed'; message: string; retriable: boolean }
  | { state: 'waiting'; message: string; afterSeconds: number }
  | { state: 'cancelled' }
  /** The owner stops: the next one begins at once, and this try counts for nothing. */
  | { state: 'let go' };

/** Writes how the work ended and releases the lease. False, and nothing is written, if another owner has the work. */
export async function endWork(db: Database, claim: Claim, end: WorkEnd, log: string): Promise<boolean> {
  const hasFailed = end.state === 'failed' || end.state === 'waiting';
  const { rows } = await sql`
    update work set state = ${end.state === 'let go' ? 'waiting' : end.state}, owner = null, lease_until = null, log = ${log},
      message = ${'message' in end ? end.message : ''}, retriable = ${end.state === 'failed' ? end.retriable : true},
      failed_attempts = case when ${end.state === 'done'} then 0 when ${hasFailed} then failed_attempts + 1 else failed_attempts end,
      next_attempt_at = ${until(end.state === 'waiting' ? end.afterSeconds : 0)}, cancel_asked = false, modified_at = now(),
      process_group = case when ${end.state === 'done'} then null else process_group end,
      sealed_input = case when ${end.state === 'waiting' || end.state === 'let go'} then sealed_input end
    where ${owned(claim)} returning 1`.execute(db);
  return rows.length > 0;
}

/** What waits is cancelled now; of what runs the owner is told by its next renewal. Answers the state that it has then; undefined without such work. */
export async function cancelWork(db: Database, { kind, key }: WorkName): Promise<WorkState | undefined> {
  const { rows } = await sql<{ state: WorkState }>`
    update work set cancel_asked = state = 'running', state = case when state = 'waiting' then 'cancelled' else state end,
      modified_at = case when state = 'waiting' then now() else modified_at end,
      sealed_input = case when state = 'waiting' then null else sealed_input end
    where kind = ${kind} and key = ${key} returning state`.execute(db);
  return rows[0]?.state;
}
