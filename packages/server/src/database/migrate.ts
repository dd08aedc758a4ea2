import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../log.js';
import { type Connection, type Database, DatabaseError, openDatabase, sql, transaction } from './database.js';

/** A step of the schema. Files are `NNNN-name.sql`; ranges: 0001 engine, 0010 identity and catalog, 0020 secrets, 0030 cells, subscriptions, instances. */
export interface Migration {
  number: number;
  name: string;
  text: string;
}

/** `packages/server/migrations`, from the sources and from `dist` alike. */
const DIRECTORY = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Arbitrary, fixed: whoever migrates holds it. */
const LOCK = 7_320_114_402;

/** All migrations of this version of the program, in order. Throws on a misnamed file or a number used twice. */
export async function readMigrations(directory: string = DIRECTORY): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
      if (match === null) throw new DatabaseError(`Migration file ${file} must be named NNNN-name.sql.`);
      return { number: Number(match[1]), name: match[2] ?? '', text: await readFile(`${directory}/${file}`, 'utf8') };
    }),
  );
  const twice = migrations.find((migration, index) => migrations[index - 1]?.number === migration.number);
  if (twice !== undefined) throw new DatabaseError(`Two migrations have the number ${twice.number}.`);
  return migrations;
}

/** Brings the schema of a database forward, on a connection of its own: a migration of much data takes as long as it takes. */
export async function bringForward(connection: Connection, log: Logger): Promise<void> {
  const database = await openDatabase(connection, { log, poolSize: 1, statementTimeoutMs: 0 });
  try {
    await migrate(database.db, log);
  } finally {
    await database.close();
  }
}

/**
 * Brings the schema forward, each migration in its own transaction under one advisory lock: replicas that start together
 * wait for each other. A schema with a migration that this program does not know is refused: it belongs to a newer version.
 */
export async function migrate(db: Database, log: Logger, migrations?: Migration[]): Promise<void> {
  const all = migrations ?? (await readMigrations());
  await transaction(db, async (tx) => {
    await lock(tx);
    await sql`create table if not exists schema_migration (number int primary key, name text not null, applied_at timestamptz not null default now())`.execute(
      tx,
    );
  });
  for (const migration of all) {
    await transaction(db, async (tx) => {
      await lock(tx);
      const applied = await sql<{ number: number; name: string }>`select number, name from schema_migration order by number`.execute(tx);
      refuseNewer(applied.rows, all);
      if (applied.rows.some((row) => row.number === migration.number)) return;
      await sql.raw(migration.text).execute(tx);
      await sql`insert into schema_migration (number, name) values (${migration.number}, ${migration.name})`.execute(tx);
      log.info({ migration: `${migration.number}-${migration.name}` }, 'database schema brought forward');
    });
  }
}

async function lock(tx: Database): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx);
  await sql`set local lock_timeout = '10min'`.execute(tx);
  await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`.execute(tx);
}

function refuseNewer(applied: { number: number; name: string }[], known: Migration[]): void {
  const unknown = applied.find((row) => !known.some((migration) => migration.number === row.number));
  if (unknown === undefined) return;
  throw new DatabaseError(
    `The database has migration ${unknown.number}-${unknown.name}, which this version of Cellplane does not know. It was used by a newer version: run that version, or restore a backup from before it.`,
  );
}
