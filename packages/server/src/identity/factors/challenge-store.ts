/** SQL of what was asked of somebody and is answered once. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import type { Reservation } from '../attempts.js';

/** The second step of a sign-in, a sign-in with a passkey alone, a new passkey. */
export const CHALLENGE_PURPOSES = ['SECOND_STEP', 'PASSKEY', 'NEW_PASSKEY'] as const;
export type ChallengePurpose = (typeof CHALLENGE_PURPOSES)[number];

/** Answers to one challenge. */
const TRIES = 5;
/** Of one person that wait for an answer: more than the limits of sign-ins let anybody begin meanwhile, so that nobody pushes another's out. */
const KEPT = 1_000;

export interface ChallengeRow {
  userId: string | null;
  purpose: ChallengePurpose;
  factorId: string | null;
}

/** Keeps a challenge for so long; of a person's, the oldest make room. */
export async function insertChallenge(
  db: Database,
  row: {
    hash: Buffer;
    userId: string | null;
    purpose: ChallengePurpose;
    factorId: string | null;
    seconds: number;
    tries: Reservation;
  },
): Promise<Date> {
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into factor_challenges (hash, user_id, purpose, factor_id, expires_at, try_keys, try_ends)
    values (${row.hash}, ${row.userId}, ${row.purpose}, ${row.factorId}, now() + ${row.seconds} * interval '1 second',
      ${row.tries.map(({ key }) => key)}::bytea[], ${row.tries.map(({ until }) => until)}::bigint[])
    returning expires_at as "expiresAt"`.execute(db);
  if (row.userId !== null)
    await sql`delete from factor_challenges where hash in (
      select hash from factor_challenges where user_id = ${row.userId} order by expires_at desc offset ${KEPT} for update skip locked)`.execute(
      db,
    );
  if (rows[0] === undefined) throw new Error('an insert has no row');
  return rows[0].expiresAt;
}

/** One that still waits. */
export async function selectChallenge(db: Database, hash: Buffer): Promise<(ChallengeRow & { expiresAt: Date }) | undefined> {
  const { rows } = await sql<ChallengeRow & { expiresAt: Date }>`
    select user_id as "userId", purpose, factor_id as "factorId", expires_at as "expiresAt" from factor_challenges
    where hash = ${hash} and expires_at > now() and tries < ${TRIES}`.execute(db);
  return rows[0];
}

/** Counts an answer before it is looked at. Undefined if the challenge was answered, is over, or had too many wrong answers. */
export async function countAnswer(db: Database, hash: Buffer): Promise<ChallengeRow | undefined> {
  const { rows } = await sql<ChallengeRow>`
    update factor_challenges set tries = tries + 1 where hash = ${hash} and expires_at > now() and tries < ${TRIES}
    returning user_id as "userId", purpose, factor_id as "factorId"`.execute(db);
  return rows[0];
}

/** Takes it away, and answers the tries that were counted before it: of several right answers at once, one finds it. */
export async function takeChallenge(tx: Transaction, hash: Buffer): Promise<Reservation | undefined> {
  const { rows } = await sql<{ key: Buffer | null; until: number | null }>`
    with taken as (delete from factor_challenges where hash = ${hash} and expires_at > now() returning try_keys, try_ends)
    select counted.key, counted.until
    from taken left join lateral unnest(taken.try_keys, taken.try_ends) as counted (key, until) on true`.execute(tx);
  if (rows.length === 0) return undefined;
  return rows.flatMap(({ key, until }) => (key === null || until === null ? [] : [{ key, until }]));
}

/** Removes what is over, at most so many rows. Answers how many. */
export async function sweepChallenges(db: Database, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from factor_challenges where hash in (
      select hash from factor_challenges where expires_at <= now() limit ${most} for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0);
}
