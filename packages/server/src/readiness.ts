/** Whether requests can be answered, and what is wrong with each part if not. */
import type { Cell } from './cells/cell.js';
import { type OpenDatabase, sql } from './database/database.js';
import type { EmbeddedPostgres } from './database/embedded/embedded.js';
import type { StorageWatch } from './database/storage-watch.js';
import { messageOf } from './errors.js';
import type { Readiness } from './http/app.js';

export interface ReadinessParts {
  database: OpenDatabase;
  embedded: EmbeddedPostgres | undefined;
  storage: StorageWatch;
  cells: () => Promise<Cell[]>;
}

/** Ready = requests can be answered: the database. A cell that is away is told, and does not stop anybody from asking. */
export async function readiness(parts: ReadinessParts): Promise<Readiness> {
  const checks: Record<string, string> = {};
  checks['database'] = await databaseReadiness(parts);
  const ready = checks['database'] === 'ok';
  if (ready) {
    for (const cell of await parts.cells())
      checks[`cell ${cell.key}`] = cell.status === 'RUNNING' ? 'ok' : `${cell.status}: ${cell.statusMessage}`;
  }
  return { ready, checks };
}

/** No address or path: those are in the log. */
async function databaseReadiness({ database, embedded, storage }: ReadinessParts): Promise<string> {
  const trouble = await storage.current();
  if (trouble !== undefined) return `${trouble.code}: ${trouble.message}`;
  if (embedded?.trouble() !== undefined) return 'database-away: the embedded PostgreSQL takes no new connections and is brought back';
  return sql`select 1`.execute(database.db).then(
    () => 'ok',
    (error: unknown) => messageOf(error),
  );
}
