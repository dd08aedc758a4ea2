import { Client } from 'pg';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { clientSettings, type Connection, DatabaseError } from '../database.js';
import { type Layout, prepareLayout, unprivilegedAccount } from './account.js';
import { installBinaries } from './binaries.js';
import { EMBEDDED_DATABASE, EMBEDDED_USER, ensureRunning, type StartOptions, stopPostmaster } from './postmaster.js';

/** A PostgreSQL that this process looks after. */
export interface EmbeddedPostgres {
  connection: Connection;
  /** Releases the data directory and stops PostgreSQL; call it last. Never throws. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log: Logger;
  /** Called once if the data directory can no longer be held (another server took it after PostgreSQL died). */
  onLost: (error: Error) => void;
  /** How long a predecessor's session may linger before the directory counts as taken, milliseconds. @default 3000 */
  patienceMs?: number;
}

/** Whoever holds this session lock is *the* server of the data directory. */
const SERVER_LOCK = 7_320_114_401;

/**
 * Starts or adopts the embedded PostgreSQL of a data directory (design 5.8) and takes the directory for this process.
 * If PostgreSQL dies while we run, it is started again. Refuses with `DatabaseError` if another server has the directory.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const start = await prepareEmbedded(options.dataDir);
  let pid = await ensureRunning(start);
  let stopping = false;
  let lock = await takeDirectory(start.layout, options);
  const watch = () => {
    lock.once('end', () => {
      if (stopping) return;
      options.log.warn({}, 'the embedded PostgreSQL went away; starting it again');
      revive().then(watch, (error: unknown) => {
        if (!stopping) options.onLost(error instanceof Error ? error : new Error(messageOf(error)));
      });
    });
  };
  const revive = async () => {
    pid = await ensureRunning(start);
    lock = await takeDirectory(start.layout, options);
  };
  watch();
  return {
    connection: connectionOf(start.layout),
    stop: async () => {
      stopping = true;
      await lock.end().catch(() => undefined);
      const stopped = await stopPostmaster(start.layout, pid, 3_000).catch(() => false);
      if (!stopped) options.log.warn({ pid }, 'the embedded PostgreSQL is still shutting down by itself');
    },
  };
}

/** Folders and programs, without starting anything. */
export async function prepareEmbedded(dataDir: string): Promise<StartOptions> {
  const account = await unprivilegedAccount();
  const layout = await prepareLayout(dataDir, account);
  return { layout, account, binaries: await installBinaries(layout.binaries) };
}

/** How to reach the server of a layout. */
export function connectionOf(layout: Layout, database: string = EMBEDDED_DATABASE): Connection {
  return { socketDir: layout.socketDir, user: EMBEDDED_USER, database };
}

async function takeDirectory(layout: Layout, options: EmbeddedOptions): Promise<Client> {
  const client = new Client(clientSettings(connectionOf(layout)));
  client.on('error', () => {});
  await client.connect();
  const deadline = Date.now() + (options.patienceMs ?? 3_000);
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1::bigint) as taken', [SERVER_LOCK]);
    if (rows[0]?.taken === true) return client;
    // The session of a server that was just killed ends a moment after it.
    if (Date.now() > deadline) {
      await client.end();
      throw new DatabaseError(
        `Another Cellplane server is running with the data directory ${options.dataDir}. Stop it, choose another CELLPLANE_DATA_DIR, or let several servers share one PostgreSQL with DATABASE_URL.`,
      );
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}
