import { sql, type Transaction } from './database.js';

/**
 * For a transaction that others wait behind: it waits for a lock that somebody holds no longer than this, then fails (`gaveWay`).
 * The pool's own limit is for requests, which nobody waits behind.
 */
export async function waitForLocks(tx: Transaction, milliseconds: number): Promise<void> {
  await sql`/* prepared */ select set_config('lock_timeout', ${String(milliseconds)}, true)`.execute(tx);
}

/**
 * The same for a single statement outside of a transaction: joined where it locks its first rows, so that what it locks after
 * those is waited for no longer.
 */
export function patience(milliseconds: number) {
  return sql`(select set_config('lock_timeout', ${String(milliseconds)}, true)) as patience`;
}
