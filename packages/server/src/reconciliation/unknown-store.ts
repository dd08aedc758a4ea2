/** What the database knows of namespaces that were read in a cell: SQL. */
import { type Database, sql } from '../database/database.js';

/** Of these namespaces those that belong to an instance that lives, or on which something goes on. */
export async function knownNamespaces(db: Database, cellId: string, names: string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const { rows } = await sql<{ namespace: string }>`
    select namespace from instances i where cell_id = ${cellId} and namespace = any(${names}) and (deleted_at is null
      or exists (select 1 from operations o where o.instance_id = i.id and o.status in ('running', 'waiting')))`.execute(db);
  return new Set(rows.map((row) => row.namespace));
}
