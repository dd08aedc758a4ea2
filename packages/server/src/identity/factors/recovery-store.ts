/** SQL of recovery codes. */
import { sql, type Transaction } from '../../database/database.js';

/** Sets a person's codes; those from before are good for nothing. */
export async function replaceRecoveryCodes(tx: Transaction, userId: string, hashes: readonly Buffer[]): Promise<void> {
  await sql`delete from recovery_codes where user_id = ${userId}`.execute(tx);
  if (hashes.length > 0)
    await sql`insert into recovery_codes (user_id, hash) select ${userId}, hash from unnest(${hashes}::bytea[]) as made (hash)`.execute(tx);
}

/** Uses a code. False if it is none of this person, or was used. */
export async function useRecoveryCode(tx: Transaction, userId: string, hash: Buffer): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update recovery_codes set used_at = now() where user_id = ${userId} and hash = ${hash} and used_at is null`.execute(tx);
  return numAffectedRows === 1n;
}
