/** Rows of tokens that are mailed to people. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import { isThere } from './account-store.js';

export const TOKEN_PURPOSES = ['verify', 'reset'] as const;
export type TokenPurpose = (typeof TOKEN_PURPOSES)[number];

/** Of one user and purpose: more are forgotten, the oldest first. */
const KEPT = 20;

export async function insertToken(
  tx: Transaction,
  row: { hash: Buffer; userId: string | null; purpose: TokenPurpose; passwordHash: string; seconds: number },
): Promise<void> {
  await sql`insert into user_tokens (hash, user_id, purpose, password_hash, expires_at)
    values (${row.hash}, ${row.userId}, ${row.purpose}, ${row.passwordHash}, now() + ${row.seconds} * interval '1 second')`.execute(tx);
  await sql`delete from user_tokens where hash in (
    select hash from user_tokens where user_id = ${row.userId} and purpose = ${row.purpose} order by created_at desc, hash offset ${KEPT})`.execute(
    tx,
  );
}

/** Whose token it is, if it is good. */
export async function selectTokenUser(
  db: Database,
  { hash, email, purpose }: { hash: Buffer; email: string; purpose: TokenPurpose },
): Promise<{ userId: string } | undefined> {
  const { rows } = await sql<{ userId: string }>`
    select u.id as "userId" from user_tokens t join users u on u.id = t.user_id
    where t.hash = ${hash} and t.purpose = ${purpose} and t.expires_at > now() and lower(u.email) = ${email} and ${isThere}`.execute(db);
  return rows[0];
}

/** Uses a token up, and all others of its user and purpose. Of several at once, one gets it. The user is locked before the token, as everywhere. */
export async function takeToken(
  tx: Transaction,
  { hash, email, purpose }: { hash: Buffer; email: string; purpose: TokenPurpose },
): Promise<{ userId: string; passwordHash: string } | undefined> {
  const { rows } = await sql<{ userId: string; passwordHash: string }>`
    with held as materialized (
      select u.id from users u join user_tokens t on t.user_id = u.id
      where t.hash = ${hash} and t.purpose = ${purpose} and t.expires_at > now() and lower(u.email) = ${email} and ${isThere}
      for no key update of u
    )
    delete from user_tokens t using held
    where t.user_id = held.id and t.hash = ${hash}
    returning held.id as "userId", t.password_hash as "passwordHash"`.execute(tx);
  const [taken] = rows;
  if (taken !== undefined) await forgetTokens(tx, taken.userId, purpose);
  return taken;
}

export async function forgetTokens(tx: Transaction, userId: string, purpose: TokenPurpose): Promise<void> {
  await sql`delete from user_tokens where user_id = ${userId} and purpose = ${purpose}`.execute(tx);
}

/** Removes tokens that are over, at most so many. Answers how many. */
export async function sweepTokens(db: Database, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from user_tokens where hash in (select hash from user_tokens where expires_at < now() limit ${most} for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** The password that came with sign-ups that are not answered, if all have the same one; else empty. */
export async function onlyPasswordOf(tx: Transaction, userId: string): Promise<string> {
  const { rows } = await sql<{ hash: string }>`
    select distinct password_hash as hash from user_tokens
    where user_id = ${userId} and purpose = 'verify' and password_hash <> '' and expires_at > now() limit 2`.execute(tx);
  return rows.length === 1 ? (rows[0]?.hash ?? '') : '';
}
