/** What people call instances, those that are deleted too, as long as their rows are kept. */
import { type Database, sql } from '../database/database.js';

/** The name that people gave `instances i`; empty: none. */
export const nameOfInstance = sql<string>`coalesce((select t->>'value' from jsonb_array_elements(i.tags::jsonb) t where lower(t->>'key') = 'name' limit 1), '')`;

export interface InstanceName {
  id: string;
  /** Empty: nobody has named it. */
  name: string;
  deletedAt: Date | null;
}

/** Of these instances those whose rows there are. Whoever asks has found the ids in what its viewer may see. */
export async function selectInstanceNames(db: Database, ids: string[]): Promise<Map<string, InstanceName>> {
  const { rows } = await sql<InstanceName>`
    select i.id, ${nameOfInstance} as name, i.deleted_at as "deletedAt" from instances i where i.id = any(${ids})`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
