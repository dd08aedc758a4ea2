/** Rows of customers that their provider changes. */
import { sql, type Transaction } from '../../database/database.js';

/** What a provider does with a customer: who, and of which provider. */
export interface CustomerChange {
  userId: string;
  by: string;
}

/** Keeps a user out. Sessions end with the status (migration 0051). Doing it again changes nothing. Answers whether it has. */
export async function suspend(tx: Transaction, { userId, by }: CustomerChange): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update users set suspended_at = now(), status = 'NOT_ENABLED', modified_at = now(), modified_by = ${by}
    where id = ${userId} and suspended_at is null`.execute(tx);
  return numAffectedRows === 1n;
}

/** Lets a user in again, once the address is confirmed. Answers whether they were suspended. */
export async function unsuspend(tx: Transaction, { userId, by }: CustomerChange): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update users set suspended_at = null, status = case when verified_at is null then 'NOT_ENABLED' else 'ACTIVE' end,
      modified_at = now(), modified_by = ${by}
    where id = ${userId} and suspended_at is not null`.execute(tx);
  return numAffectedRows === 1n;
}

/** Sets attributes; others stay. Answers how long all of them are together. Characters. */
export async function mergeAttributes(
  tx: Transaction,
  { userId, by }: CustomerChange,
  attributes: Record<string, string>,
): Promise<number> {
  const { rows } = await sql<{
    length: number;
  }>`update users set attributes = attributes || ${JSON.stringify(attributes)}::jsonb, modified_at = now(), modified_by = ${by}
    where id = ${userId} returning length(attributes::text) as length`.execute(tx);
  return rows[0]?.length ?? 0;
}
