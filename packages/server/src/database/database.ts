import { type Transaction as KyselyTransaction, Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely';
import { Client, type ClientConfig, type CustomTypesConfig, Pool, types } from 'pg';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { Listener, type ListenOptions } from './listener.js';
import { prepareMarked } from './prepared.js';
import { lostSessionState } from './session-state.js';
import { endWhenSilent } from './silence.js';

export { type RawBuilder, sql };
/** A pool of connections, or one transaction of it: SQL is written with the `sql` tag and run with `.execute(db)`. */
export type Database = Kysely<unknown>;
/** A `Database` that is surely a transaction. */
export type Transaction = KyselyTransaction<unknown>;

/** Where PostgreSQL is: an URL, or the socket directory of an embedded server. */
export type Connection = { url: string } | { socketDir: string; user: string; database: string };

/** An open database. `db` and `pool` share connections; `pool` is for the job runner only. */
export interface OpenDatabase {
  db: Database;
  pool: Pool;
  /** Calls back for each NOTIFY on the channel; survives lost connections (see `ListenOptions.onGap`). Answers an unsubscribe function. */
  listen(channel: string, callback: (payload: string) => void, options?: ListenOptions): Promise<() => Promise<void>>;
  /** For child processes and messages to them: may hold a password, never log it. */
  url: string;
  close(): Promise<void>;
}

export interface OpenOptions {
  log: Logger;
  /** Connections in the pool. @default 20 */
  poolSize?: number;
  /** How long to wait for a server that does not answer yet, milliseconds. @default 60000 */
  deadlineMs?: number;
  /** Longest single statement, milliseconds; 0 = no limit. @default 30000 */
  statementTimeoutMs?: number;
  /** A server that does not say even that a statement's time is over, for so many milliseconds, is gone. @default 5000 */
  silenceMs?: number;
  /**
   * A transaction that says nothing for so long is ended by PostgreSQL, milliseconds: its process is suspended or cut off, and holds rows that
   * others need. @default 10000
   */
  idleInTransactionMs?: number;
}

/** An idle connection is asked by the operating system whether its other end is there, after this time. Milliseconds. */
const KEEP_ALIVE_MS = 10_000;

/** PostgreSQL could not be used. The message says where it was looked for, what it answered, and the cure; never a password. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

/**
 * Opens the pool and waits until PostgreSQL answers a query. Errors that waiting cannot cure (wrong password, no such
 * database, a server older than 14) fail at once; others are retried until the deadline, each second, with a warning.
 */
export async function openDatabase(connection: Connection, options: OpenOptions): Promise<OpenDatabase> {
  const settings = clientSettings(connection);
  const limitMs = options.statementTimeoutMs ?? 30_000;
  const limits = {
    statement_timeout: limitMs,
    lock_timeout: 15_000,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 10_000,
  };
  // Poolers take nothing of it at the start of a connection, so it is set on each one that is ours.
  const setLimits = `select ${Object.entries(limits)
    .map(([name, value]) => `set_config('${name}', '${value}', false)`)
    .join(', ')}`;
  let isSuitable = false;
  const pool = new Pool({
    ...settings,
    max: options.poolSize ?? 20,
    ...('url' in connection ? {} : limits),
    // In sessions of others nothing is set. The pool waits for this, which its types do not say.
    // oxlint-disable-next-line typescript/no-misused-promises
    onConnect: async (client) => {
      if ('url' in connection && isSuitable) await client.query(setLimits);
    },
  });
  // An idle client's error reaches the pool, a checked-out one's only itself; without a listener either ends the process.
  pool.on('error', (error) => options.log.warn({ error: error.message }, 'a connection to PostgreSQL was lost'));
  pool.on('connect', (client) => {
    client.on('error', () => {});
    prepareMarked(client);
    if (limitMs > 0) endWhenSilent(client, limitMs + (options.silenceMs ?? 5_000));
  });
  try {
    const where = describe(connection);
    await waitUntilUsable(pool, where, options, async () => {
      // A server of our own has nothing between it and us.
      if (!('url' in connection)) return;
      await refuseUnsuitable(settings, where);
      isSuitable = true;
      await pool.query(setLimits);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const listener = new Listener(settings, options.log);
  let closed: Promise<void> | undefined;
  return {
    db,
    pool,
    listen: (channel, callback, listenOptions) => listener.listen(channel, callback, listenOptions),
    url: urlOf(connection),
    close: () => (closed ??= Promise.all([listener.close(), db.destroy()]).then(() => undefined)),
  };
}

/** Writes what a transaction has left for its end: all of one kind at once. */
type Write<T> = (tx: Transaction, left: T[]) => Promise<void>;

/** What a transaction has left for its end. */
interface Ending {
  left: Map<Write<unknown>, unknown[]>;
  committed: (() => void)[];
}

const endings = new WeakMap<Transaction, Ending>();

/** Runs `body` in a transaction; inside one already, joins it. Commits when it resolves, rolls back when it rejects. */
export async function transaction<T>(db: Database, body: (tx: Transaction) => Promise<T>): Promise<T> {
  if (db.isTransaction) return body(db as Transaction);
  const ending: Ending = { left: new Map(), committed: [] };
  const answer = await db.transaction().execute(async (tx) => {
    endings.set(tx, ending);
    const made = await body(tx);
    for (let [next] = ending.left; next !== undefined; [next] = ending.left) {
      const [write, left] = next;
      ending.left.delete(write);
      await write(tx, left);
    }
    return made;
  });
  for (const told of ending.committed) told();
  return answer;
}

/**
 * Runs a part of a transaction that may be refused. Of a refused part nothing stays: no row, and nothing of what it has left for the end of the
 * transaction. Answers what `work` answers, or the refusal; other errors are thrown, and the whole transaction is to fail with them.
 */
export async function savepoint<T, R>(tx: Transaction, work: () => Promise<T>, isRefusal: (error: unknown) => error is R): Promise<T | R> {
  const ending = endings.get(tx);
  const before = ending === undefined ? undefined : copyOf(ending);
  await sql`savepoint part`.execute(tx);
  try {
    const made = await work();
    await sql`release savepoint part`.execute(tx);
    return made;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await sql`rollback to savepoint part`.execute(tx);
    await sql`release savepoint part`.execute(tx);
    if (ending !== undefined) Object.assign(ending, before);
    return error;
  }
}

function copyOf({ left, committed }: Ending): Ending {
  return { left: new Map([...left].map(([write, rows]) => [write, [...rows]])), committed: [...committed] };
}

/**
 * Leaves something for the end of a transaction, right before its commit, where `write` gets all that was left for it at once; the transaction
 * fails with it. Does it at once in a transaction that `transaction` has not begun.
 */
export async function beforeCommit<T>(tx: Transaction, write: Write<T>, left: T[]): Promise<void> {
  const ending = endings.get(tx);
  if (ending === undefined) return write(tx, left);
  const key = write as Write<unknown>;
  ending.left.set(key, [...(ending.left.get(key) ?? []), ...left]);
}

/** Calls back once the transaction is committed; never where the commit failed or nobody knows whether it did. */
export function afterCommit(tx: Transaction, told: () => void): void {
  endings.get(tx)?.committed.push(told);
}

/** Connection settings for `pg`, with the conversions that all our SQL relies on: int8 as a number. */
export function clientSettings(connection: Connection): ClientConfig {
  const where =
    'url' in connection
      ? { connectionString: connection.url }
      : { host: connection.socketDir, port: 5432, user: connection.user, database: connection.database };
  return {
    ...where,
    application_name: 'cellplane',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: { getTypeParser },
  };
}

/** The connection as an URL. */
function urlOf(connection: Connection): string {
  if ('url' in connection) return connection.url;
  return `postgresql://${encodeURIComponent(connection.user)}@localhost/${encodeURIComponent(connection.database)}?host=${encodeURIComponent(connection.socketDir)}`;
}

const getTypeParser: CustomTypesConfig['getTypeParser'] = (oid, format) => {
  if (oid === types.builtins.INT8 && format !== 'binary') return parseInt8;
  return types.getTypeParser(oid, format);
};

function parseInt8(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`int8 ${text} does not fit a number without loss`);
  return number;
}

/** Host, port and database for messages: no user, no password. */
function describe(connection: Connection): string {
  if ('socketDir' in connection) return `the socket in ${connection.socketDir}`;
  const url = new URL(connection.url);
  const host = url.searchParams.get('host') ?? (decodeURIComponent(url.hostname) || 'localhost');
  return `${host}${url.port === '' ? '' : `:${url.port}`}${url.pathname}`;
}

async function waitUntilUsable(pool: Pool, where: string, options: OpenOptions, alsoNeeded: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + (options.deadlineMs ?? 60_000);
  for (;;) {
    try {
      const answer = await pool.query<{ version: number }>(`select current_setting('server_version_num')::int as version`);
      const version = answer.rows[0]?.version ?? 0;
      if (version < 140_000)
        throw new DatabaseError(`PostgreSQL at ${where} is version ${Math.floor(version / 10_000)}; version 14 or newer is needed.`);
      await alsoNeeded();
      return;
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      const message = `PostgreSQL at ${where} is not reachable: ${messageOf(error)}.`;
      if (isHopeless(error)) throw new DatabaseError(`${message} Check DATABASE_URL (user, password, database name).`, { cause: error });
      if (performance.now() >= deadline)
        throw new DatabaseError(`${message} Start it, or check host and port in DATABASE_URL.`, { cause: error });
      options.log.warn({}, `${message} Trying again.`);
      await new Promise((done) => setTimeout(done, Math.min(1_000, Math.max(1, deadline - performance.now()))));
    }
  }
}

/** What waiting does not cure, looked for before anything is kept there. */
async function refuseUnsuitable(settings: ClientConfig, where: string): Promise<void> {
  const client = new Client(settings);
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ recovery: boolean; readonly: string; encoding: string }>(
      `select pg_is_in_recovery() as recovery, current_setting('default_transaction_read_only') as readonly,
         pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`,
    );
    const found = rows[0];
    if (found?.recovery === true)
      throw new DatabaseError(`PostgreSQL at ${where} is a replica, which can only be read. Set DATABASE_URL to the primary server.`);
    if (found?.readonly === 'on')
      throw new DatabaseError(
        `PostgreSQL at ${where} can only be read (default_transaction_read_only is on). Turn that off for this user and database.`,
      );
    if (found !== undefined && found.encoding !== 'UTF8')
      throw new DatabaseError(
        `The database at ${where} has the encoding ${found.encoding}; UTF8 is needed. Make one with: create database … encoding 'UTF8' template template0.`,
      );
  } finally {
    await client.end().catch(() => undefined);
  }
  const lost = await lostSessionState(settings);
  if (lost !== undefined)
    throw new DatabaseError(
      `There is a connection pooler in transaction or statement mode (such as pgbouncer) at ${where}: ${lost}. Cellplane needs sessions of its own, for locks and LISTEN: set the pooler to session mode (pool_mode = session), or DATABASE_URL to PostgreSQL itself.`,
    );
}

/** Class 28 = authorization, 3D = no such database; waiting does not cure them. */
function isHopeless(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code.startsWith('28') || code === '3D000';
}
