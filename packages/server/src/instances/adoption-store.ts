/** What is known of ids and namespaces that an adopted instance is to have. */
import { type Database, sql, type Transaction } from '../database/database.js';

/** Whether an instance, deleted or not, has the id. */
export async function isIdTaken(db: Database, id: string): Promise<boolean> {
  return (await sql`select 1 from instances where id = ${id}`.execute(db)).rows.length > 0;
}

/** The live instance of the cell whose namespace it is; undefined: none. */
export async function selectOwnerOfNamespace(db: Database, cellId: string, namespace: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from instances where cell_id = ${cellId} and namespace = ${namespace} and deleted_at is null`.execute(db);
  return rows[0]?.id;
}

/** The instance that this transaction has inserted runs already, and its namespace is there. */
export async function markAdopted(tx: Transaction, id: string): Promise<void> {
  await sql`update instances set adopted = true, ever_ran = true, placed = true, status = 'RUNNING' where id = ${id}`.execute(tx);
}
