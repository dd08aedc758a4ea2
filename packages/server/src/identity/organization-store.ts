import { sql, type Transaction } from '../database/database.js';

/** Keeps the organization for this transaction until it ends: what must not be done twice at once for one organization takes turns by it. */
export async function lockOrganization(tx: Transaction, orgId: string): Promise<void> {
  await sql`select 1 from organizations where id = ${orgId} for no key update`.execute(tx);
}
