import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../log.js';
import { type Connection, type Database, DatabaseError, openDatabase, sql, transaction } from './database.js';

/**
 * A step of the schema. Files are `NNNN-name.sql`, one sequence, never renumbered. A released file (released.sha256 beside them)
 * never changes: what is to be otherwise is a new migration.
 */
export interface Migration {
  number: number;
  name: string;
  text: string;
}

/** `packages/server/migrations`, from the sources and from `dist` alike. */
const DIRECTORY = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Arbitrary, fixed: whoever migrates holds it. */
const LOCK = 7_320_114_402;

/** A migration that was applied; `sha256` is null where a version before 0068 applied it. */
interface Applied {
  number: number;
  name: string;
  sha256: string | null;
}

/** All migrations of this version of the program, in order. Throws on a misnamed file, or a number or a name used twice. */
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
  const namesake = migrations.find((migration, index) => migrations.findIndex((one) => one.name === migration.name) !== index);
  if (namesake !== undefined) throw new DatabaseError(`Two migrations have the name ${namesake.name}.`);
  return migrations;
}

/** What a migration does, as the hash of its text: kept with the row of the applied one, and in released.sha256. Hexadecimal. */
export function hashOf(migration: Pick<Migration, 'text'>): string {
  return createHash('sha256').update(migration.text).digest('hex');
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
 * wait for each other. A schema is refused if it has a migration that this program does not know (it belongs to a newer version), or
 * one whose text is another here.
 */
export async function migrate(db: Database, log: Logger, migrations?: Migration[]): Promise<void> {
  const all = migrations ?? (await readMigrations());
  await transaction(db, async (tx) => {
    await lock(tx);
    await sql`create table if not exists schema_migration (number int primary key, name text not null, applied_at timestamptz not null default now())`.execute(
      tx,
    );
    await sql`alter table schema_migration add column if not exists sha256 text`.execute(tx);
    refuseNewer(await selectApplied(tx), all);
    // Versions before 0068 kept no hash: what they applied is taken to be what is here.
    for (const migration of all)
      await sql`update schema_migration set sha256 = ${hashOf(migration)}
        where number = ${migration.number} and name = ${migration.name} and sha256 is null`.execute(tx);
  });
  for (const migration of all) {
    await transaction(db, async (tx) => {
      await lock(tx);
      const applied = await selectApplied(tx);
      refuseNewer(applied, all);
      const same = applied.find((row) => row.number === migration.number);
      if (same !== undefined) return refuseChanged(same, migration);
      await sql.raw(migration.text).execute(tx);
      await sql`insert into schema_migration (number, name, sha256) values (${migration.number}, ${migration.name}, ${hashOf(migration)})`.execute(
        tx,
      );
      log.info({ migration: `${migration.number}-${migration.name}` }, 'database schema brought forward');
    });
  }
}

async function lock(tx: Database): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx);
  await sql`set local lock_timeout = '10min'`.execute(tx);
  await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`.execute(tx);
}

async function selectApplied(tx: Database): Promise<Applied[]> {
  return (await sql<Applied>`select number, name, sha256 from schema_migration order by number`.execute(tx)).rows;
}

function refuseChanged(applied: Applied, known: Migration): void {
  if (applied.name === known.name && applied.sha256 === hashOf(known)) return;
  throw new DatabaseError(
    `The database has migration ${applied.number}-${applied.name} with another text than this version of Cellplane has in ${known.number}-${known.name}. It was used by another build, or the migration's file was changed: install a released version that knows this database, or restore a backup from before it.`,
  );
}

function refuseNewer(applied: Applied[], known: Migration[]): void {
  const unknown = applied.find((row) => !known.some((migration) => migration.number === row.number));
  if (unknown === undefined) return;
  throw new DatabaseError(
    `The database has migration ${unknown.number}-${unknown.name}, which this version of Cellplane does not know. It was used by a newer version: run that version, or restore a backup from before it.`,
  );
}
