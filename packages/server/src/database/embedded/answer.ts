import { Client, DatabaseError as PostgresError, escapeIdentifier } from 'pg';
import { messageOf } from '../../errors.js';
import { clientSettings, type Connection } from '../database.js';

/**
 * What a new connection gets to hear. `answers`: it works. `full`: all connections are taken, by whom it works for. `starting` and
 * `ending`: PostgreSQL says so. `closed`: nobody listens. `silent`: no word in time. `refuses`: another error.
 */
export type AnswerKind = 'answers' | 'full' | 'starting' | 'ending' | 'closed' | 'silent' | 'refuses';

/** What was heard, and the words of it for people. */
export interface Answer {
  kind: AnswerKind;
  words: string;
}

/** A statement of a healthy server on its own machine takes milliseconds; a machine under load may need seconds. */
const PATIENCE_MS = 3_000;

/** Socket errors of an address where nobody listens: no file, a file without a listener, a folder that is closed or gone. */
const CLOSED = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTDIR', 'ENOTSOCK', 'ELOOP']);

/**
 * Opens a new connection and asks something, since open ones may go on in a server that takes no more. `database` is made if it
 * is named and not there.
 */
export async function askPostgres(at: Connection, database?: string): Promise<Answer> {
  const client = new Client({ ...clientSettings(at), connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    if (database === undefined) await client.query('select 1');
    else await ensureDatabase(client, database);
    return { kind: 'answers', words: 'ok' };
  } catch (error) {
    return { kind: kindOf(error), words: messageOf(error) };
  } finally {
    drop(client);
  }
}

async function ensureDatabase(client: Client, name: string): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount !== 0) return;
  await client.query(`create database ${escapeIdentifier(name)}`).catch((error: unknown) => {
    // Another process made it at the same moment.
    if (!(error instanceof PostgresError) || (error.code !== '42P04' && error.code !== '23505')) throw error;
  });
}

function kindOf(error: unknown): AnswerKind {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (CLOSED.has(code)) return 'closed';
  if (code === '53300') return 'full';
  if (code === '57P03' || code.startsWith('57P0'))
    return /shutting down|administrator command/.test(messageOf(error)) ? 'ending' : 'starting';
  if (error instanceof PostgresError) return 'refuses';
  // Also a connection that ends without a word: its process died, which the next one may not.
  return 'silent';
}

/** A server that hangs never says good-bye: nobody waits for that. */
function drop(client: Client): void {
  const ended = client.end().catch(() => undefined);
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  const timer = setTimeout(() => stream.destroy(), 1_000);
  void ended.then(() => clearTimeout(timer));
}
