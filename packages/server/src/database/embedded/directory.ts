/** Which server has a data directory: whoever holds a session lock in its database. */
import { Client } from 'pg';
import { clientSettings, DatabaseError } from '../database.js';
import type { Layout } from './layout.js';
import { connectionOf } from './connection.js';

/** Whoever holds this session lock is *the* server of the data directory. */
const SERVER_LOCK = 7_320_114_401;

/** Another server has the directory. */
export class DirectoryTaken extends DatabaseError {}

/** Takes the directory for as long as the client is connected. @throws DirectoryTaken */
export async function takeDirectory(
  layout: Layout,
  options: { dataDir: string; patienceMs?: number; signal?: AbortSignal },
): Promise<Client> {
  const client = new Client(clientSettings(connectionOf(layout)));
  client.on('error', () => {});
  await client.connect();
  const deadline = performance.now() + (options.patienceMs ?? 3_000);
  try {
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1::bigint) as taken', [SERVER_LOCK]);
      if (rows[0]?.taken === true) return client;
      options.signal?.throwIfAborted();
      // The session of a server that was just killed ends a moment after it.
      if (performance.now() > deadline)
        throw new DirectoryTaken(
          `Another Cellplane server is running with the data directory ${options.dataDir}. Stop it, choose another CELLPLANE_DATA_DIR, or let several servers share one PostgreSQL with DATABASE_URL.`,
        );
      await new Promise((done) => setTimeout(done, 100));
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
