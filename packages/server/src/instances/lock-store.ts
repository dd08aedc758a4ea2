import { sql, type Transaction } from '../database/database.js';

/** The instance, locked until the transaction ends, unless somebody holds it. Answers whether it is there and locked. */
export async function lockUnlessHeld(tx: Transaction, id: string): Promise<boolean> {
  return (await sql`select 1 from instances where id = ${id} for update skip locked`.execute(tx)).rows.length > 0;
}
