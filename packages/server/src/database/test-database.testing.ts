/**
 * A fresh, migrated database for a test file:
 *
 *     const { db } = await testDatabase();      // at the top level of the file
 *     it('…', async () => { await sql`insert …`.execute(db); });
 *
 * It is cloned in some 50 ms from a template with all migrations, and dropped after the file's tests. The PostgreSQL
 * behind it is the embedded one, started by `scripts/vitest-postgres.ts` (vitest's globalSetup) in the temporary folder
 * and shared with other test runs of the same user at the same time. `url` is for child processes (their DATABASE_URL).
 * Works as root and as a user.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll } from 'vitest';
import { silentLogger } from '../log.js';
import { clientSettings, type Connection, type OpenDatabase, type OpenOptions, openDatabase } from './database.js';
import { connectionOf } from './embedded/connection.js';
import { prepareEmbedded } from './embedded/embedded.js';
import { endPostmaster, OF_TROUBLE } from './embedded/end-postmaster.js';
import { ensureRunning } from './embedded/postmaster.js';
import { migrate, readMigrations } from './migrate.js';

/** Set by globalSetup: socket directory of the shared server. */
const SOCKET_VARIABLE = 'CELLPLANE_TEST_POSTGRES_SOCKET';
/** Held shared by every test run that uses the server; whoever gets it alone at its end may stop the server. */
const USERS_LOCK = 7_320_114_403;
const TEMPLATE_LOCK = 7_320_114_404;

/** What tests hold is held until they say otherwise, however slow the machine is. */
const OF_TESTS = { log: silentLogger, poolSize: 10, deadlineMs: 5_000, idleInTransactionMs: 120_000 };

/** An empty schema of this version of the program, for the calling test file alone. */
export async function testDatabase(options: Partial<OpenOptions> = {}): Promise<OpenDatabase> {
  const template = await ensureTemplate();
  const name = `test_${Date.now()}_${randomBytes(4).toString('hex')}`;
  await asAdmin((client) => client.query(`create database ${name} template ${template}`));
  const database = await openDatabase(sharedConnection(name), { ...OF_TESTS, ...options });
  afterAll(async () => {
    await database.close();
    await asAdmin((client) => client.query(`drop database if exists ${name} with (force)`));
  });
  return database;
}

/** A database without any table, for tests of the migrations themselves. */
export async function emptyTestDatabase(): Promise<OpenDatabase> {
  const name = `test_${Date.now()}_${randomBytes(4).toString('hex')}`;
  await asAdmin((client) => client.query(`create database ${name}`));
  const database = await openDatabase(sharedConnection(name), OF_TESTS);
  afterAll(async () => {
    await database.close();
    await asAdmin((client) => client.query(`drop database if exists ${name} with (force)`));
  });
  return database;
}

/** For globalSetup: starts or adopts the shared server, and answers what to do at the end of the run. */
export async function startTestServer(): Promise<() => Promise<void>> {
  const home = join(tmpdir(), `cellplane-test-${userInfo().uid}`);
  await mkdir(home, { recursive: true });
  const start = { ...(await prepareEmbedded(home)), settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] };
  for (;;) {
    const postmaster = await ensureRunning(start);
    const client = new Client(clientSettings(connectionOf(start.layout)));
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select pg_advisory_lock_shared($1::bigint)', [USERS_LOCK]);
    } catch {
      // Another run was stopping the server between our look and our lock: start it again.
      await client.end().catch(() => undefined);
      continue;
    }
    process.env[SOCKET_VARIABLE] = start.layout.socketDir;
    await dropLeftovers(client);
    return async () => {
      await client.query('select pg_advisory_unlock_shared($1::bigint)', [USERS_LOCK]);
      const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1::bigint) as alone', [USERS_LOCK]);
      if (rows[0]?.alone && postmaster !== undefined) await endPostmaster(start.layout, postmaster, OF_TROUBLE);
      await client.end().catch(() => undefined);
    };
  }
}

function sharedConnection(database: string): Connection {
  const socketDir = process.env[SOCKET_VARIABLE];
  if (socketDir === undefined) throw new Error('testDatabase() needs the globalSetup scripts/vitest-postgres.ts in vitest.config.ts');
  return { socketDir, user: 'cellplane', database };
}

async function asAdmin<T>(body: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(clientSettings(sharedConnection('cellplane')));
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

/** The template is named after the migrations' text, so an edited migration makes a new one. */
async function ensureTemplate(): Promise<string> {
  const migrations = await readMigrations();
  const hash = createHash('sha256')
    .update(migrations.map((one) => `${one.number}${one.text}`).join('\0'))
    .digest('hex');
  const name = `template_${hash.slice(0, 16)}`;
  await asAdmin(async (client) => {
    await client.query('select pg_advisory_lock($1::bigint)', [TEMPLATE_LOCK]);
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if ((found.rowCount ?? 0) > 0) return;
    const making = `making_${process.pid}_${Date.now()}`;
    await client.query(`create database ${making}`);
    try {
      const database = await openDatabase(sharedConnection(making), { log: silentLogger, poolSize: 2, deadlineMs: 5_000 });
      try {
        await migrate(database.db, silentLogger, migrations);
      } finally {
        await database.close();
      }
      await client.query(`alter database ${making} rename to ${name}`);
    } finally {
      await client.query(`drop database if exists ${making} with (force)`);
    }
  });
  return name;
}

/** Databases of test runs that were killed: older than an hour, or templates nobody named for a day. */
async function dropLeftovers(client: Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(`select datname from pg_database where datname ~ '^(test|making)_'`);
  for (const { datname } of rows) {
    const made = Number(/(\d{13})/.exec(datname)?.[1] ?? 0);
    if (Date.now() - made > 3_600_000) await client.query(`drop database if exists ${datname} with (force)`);
  }
}
