/**
 * What an installation has in its database and its cell, as one file: recorded with one version of the program, given back
 * to a later one. The queue of jobs is left out: a job only tells a worker to read the row.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ClusterAccess } from '@cellplane/kubernetes';
import { cellSealContext } from '../../packages/server/src/cells/cell.js';
import { type Database, type OpenDatabase, sql, transaction } from '../../packages/server/src/database/database.js';
import { migrate, readMigrations } from '../../packages/server/src/database/migrate.js';
import { silentLogger } from '../../packages/server/src/log.js';
import { createSealer } from '../../packages/server/src/secrets/envelope.js';

export interface RecordedState {
  migrations: { number: number; name: string }[];
  /** Rows as `row_to_json` tells them. */
  tables: Record<string, object[]>;
  /** Lines of the API server's record. */
  cell: object[];
}

/** Writes everything of an installation whose processes have ended. */
export async function recordState(db: Database, cellFolder: string, file: string): Promise<void> {
  const names = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'schema_migration' order by 1`.execute(db);
  const tables: RecordedState['tables'] = {};
  for (const { name } of names.rows) {
    const { rows } = await sql<{ row: object }>`select row_to_json(t) as row from ${sql.table(name)} t`.execute(db);
    if (rows.length > 0) tables[name] = rows.map(({ row }) => row);
  }
  const { rows: migrations } = await sql<{
    number: number;
    name: string;
  }>`select number, name from schema_migration order by number`.execute(db);
  const cell = (await readFile(join(cellFolder, 'log.jsonl'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { resource: string; object: { metadata: { name: string; namespace?: string } } })
    // What every cell begins with is there again by itself.
    .filter(({ resource, object }) =>
      (resource === 'namespaces' ? object.metadata.name : (object.metadata.namespace ?? '')).startsWith('instance-'),
    );
  const state: RecordedState = { migrations, tables, cell };
  await writeFile(file, gzipSync(JSON.stringify(state), { level: 9 }));
}

export async function readRecorded(file: URL): Promise<RecordedState> {
  return JSON.parse(gunzipSync(await readFile(file)).toString('utf8')) as RecordedState;
}

/** Gives the cell its objects back, before it starts. */
export async function restoreCell(state: RecordedState, folder: string): Promise<void> {
  await writeFile(join(folder, 'log.jsonl'), state.cell.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
}

/** When it was recorded, epoch milliseconds: the last thing that had happened. */
function recordedAt(state: RecordedState): number {
  return Math.max(...(state.tables['run_events'] ?? []).map((row) => Date.parse((row as { at: string }).at)));
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$/;
const year = (number: number) => Date.UTC(number, 0);

/** Every time in it later by so much: deadlines are as far away as they were when it was recorded. */
function later(value: unknown, byMs: number): unknown {
  if (typeof value === 'string') return TIMESTAMP.test(value) ? new Date(Date.parse(value) + byMs).toISOString() : value;
  // Nodes of runs have epoch milliseconds.
  if (typeof value === 'number') return value > year(2026) && value < year(2100) ? value + byMs : value;
  if (Array.isArray(value)) return value.map((one) => later(one, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, later(inner, byMs)]));
}

/**
 * Gives an empty database the schema of then and the rows, as if they had been recorded just now. The cell gets the address that
 * it has now.
 */
export async function restoreRows(
  { database, access, masterKey }: { database: OpenDatabase; access: ClusterAccess; masterKey: Buffer },
  state: RecordedState,
): Promise<void> {
  const { db } = database;
  const now = await readMigrations();
  const then = state.migrations.map(({ number, name }) => {
    const found = now.find((migration) => migration.number === number && migration.name === name);
    if (found === undefined) throw new Error(`this version has no migration ${number}-${name}`);
    return found;
  });
  await migrate(db, silentLogger, then);
  const identity = createHash('sha256').update(`${access.server}\n`).digest('hex');
  const sealed = createSealer(masterKey).seal(JSON.stringify(access), cellSealContext(identity));
  const passed = Date.now() - recordedAt(state);
  await transaction(db, async (tx) => {
    // The order of the tables is the alphabet's, not that of their references.
    await sql`set local session_replication_role = replica`.execute(tx);
    for (const [name, rows] of Object.entries(state.tables))
      await sql`insert into ${sql.table(name)} overriding system value
        select * from json_populate_recordset(null::${sql.table(name)}, ${JSON.stringify(later(rows, passed))}::json)`.execute(tx);
    await sql`select setval(pg_get_serial_sequence('run_events', 'sequence'), (select max(sequence) from run_events))`.execute(tx);
    await sql`update deployment_cells set identity = ${identity}, server = ${access.server}, sealed_access = ${sealed}, modified_at = now()`.execute(
      tx,
    );
  });
}
