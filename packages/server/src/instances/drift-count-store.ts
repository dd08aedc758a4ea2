/** How many fields of an instance's objects others have changed, as it is shown with the instance. */
import { sql, type Transaction } from '../database/database.js';

/** The instance is locked. */
export async function setDriftedFields(tx: Transaction, id: string, count: number): Promise<void> {
  await sql`update instances set drifted_fields = ${count} where id = ${id} and drifted_fields <> ${count}`.execute(tx);
}
