/** Finds out whether a database URL leads to a PostgreSQL that keeps what a session has: a pooler in transaction mode does not. */
import { randomInt } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';

/** Connections that ask beside each other: a pooler gives them each other's sessions. */
const CLIENTS = 3;
const ROUNDS = 3;
/** A statement that waits so long waits for the session that another connection has. Milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * What is lost between two statements of one connection; undefined if nothing is. Several connections set a variable and take a lock
 * each, and look after it while the others work.
 */
export async function lostSessionState(settings: ClientConfig): Promise<string | undefined> {
  const clients = Array.from({ length: CLIENTS }, () => new Client({ ...settings, query_timeout: PATIENCE_MS }));
  for (const client of clients) client.on('error', () => {});
  const base = randomInt(1_000_000_000);
  try {
    await Promise.all(clients.map((client) => client.connect()));
    const backends = await Promise.all(clients.map((client, i) => begin(client, base + i)));
    for (let round = 0; round < ROUNDS; round++) {
      // Those that hold a transaction open take their session away from the others, where sessions are shared.
      const holder = clients[round % CLIENTS];
      await holder?.query('begin');
      const found = await Promise.all(
        clients.map(async (client, i) => (client === holder ? undefined : checkSession(client, base + i, backends[i] ?? 0))),
      );
      await holder?.query('rollback');
      const lost = found.find((one) => one !== undefined);
      if (lost !== undefined) return lost;
    }
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.message === 'Query read timeout')
      return 'a statement waits for the transaction of another connection';
    if (error instanceof Error && /transaction blocks not allowed/.test(error.message)) return 'transactions are refused';
    throw error;
  } finally {
    // A lock that stays in a shared session would stay for ever.
    await Promise.all(
      clients.map(async (client) => {
        await client.query('select pg_advisory_unlock_all()').catch(() => undefined);
        await client.end().catch(() => undefined);
      }),
    );
  }
}

async function begin(client: Client, key: number): Promise<number> {
  await client.query(`select set_config('cellplane.session', $1, false)`, [String(key)]);
  await client.query('select pg_advisory_lock($1::int, 0)', [key]);
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

async function checkSession(client: Client, key: number, backend: number): Promise<string | undefined> {
  const { rows } = await client.query<{ pid: number; value: string | null; locked: boolean }>(
    `select pg_backend_pid() as pid, current_setting('cellplane.session', true) as value,
       exists(select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and classid = $1::int::oid and granted) as locked`,
    [key],
  );
  const found = rows[0];
  if (found?.pid !== backend) return 'statements of one connection run in different sessions';
  if (found.value !== String(key)) return 'what is set for a session is lost';
  return found.locked ? undefined : 'locks of a session are lost';
}
