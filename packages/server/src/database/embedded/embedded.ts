import { Client } from 'pg';
import { messageOf } from '../../errors.js';
import { groupState, type ProcessGroup, processGroup } from '../../exec/process-group.js';
import { onSuddenEnd } from '../../last-resort.js';
import { type Logger, silentLogger } from '../../log.js';
import { clientSettings, type Connection, DatabaseError } from '../database.js';
import { type Layout, prepareLayout, unprivilegedAccount } from './account.js';
import { installBinaries } from './binaries.js';
import { EMBEDDED_DATABASE, EMBEDDED_USER, ensureRunning, findPostmaster, type StartOptions, stopPostmaster } from './postmaster.js';

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
  /** Told to stop while it starts: what was started is ended, and the start rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Whoever holds this session lock is *the* server of the data directory. */
const SERVER_LOCK = 7_320_114_401;

/**
 * Starts or adopts the embedded PostgreSQL of a data directory (design 5.8) and takes the directory for this process.
 * If PostgreSQL dies while we run, it is started again. Refuses with `DatabaseError` if another server has the directory.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  let group: ProcessGroup | undefined;
  const onLaunched = (launched: number) => (group = processGroup(launched));
  // Immediate shutdown: there is no time left for another one, and PostgreSQL recovers from it.
  const forget = onSuddenEnd(() => {
    if (group !== undefined && groupState(group) === 'alive') process.kill(group.pgid, 'SIGQUIT');
  });
  const start: StartOptions = { ...(await prepareEmbedded(options.dataDir)), onLaunched };
  let stopping = false;
  let pid: number;
  let lock: Client;
  try {
    pid = await ensureRunning(options.signal === undefined ? start : { ...start, signal: options.signal });
    lock = await takeDirectory(start.layout, options);
  } catch (error) {
    forget();
    // What does not answer yet was ended where it was started; this one answers, and was started for us.
    if (options.signal?.aborted === true && group !== undefined) await stopPostmaster(start.layout, group.pgid, 3_000).catch(() => false);
    throw error;
  }
  group = processGroup(pid);
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
    group = processGroup(pid);
    lock = await takeDirectory(start.layout, options);
  };
  watch();
  return {
    connection: connectionOf(start.layout),
    stop: async () => {
      stopping = true;
      await lock.end().catch(() => undefined);
      const stopped = await stopPostmaster(start.layout, pid, 3_000).catch(() => false);
      forget();
      if (!stopped) options.log.warn({ pid }, 'the embedded PostgreSQL is still shutting down by itself');
    },
  };
}

/**
 * Takes the directory of a server that was killed while its PostgreSQL runs on. `taken`: another server has it;
 * undefined: no PostgreSQL of it runs.
 */
export async function takeLeftPostgres(dataDir: string): Promise<{ stop(): Promise<boolean> } | 'taken' | undefined> {
  const { layout } = await prepareEmbedded(dataDir);
  const pid = await findPostmaster(layout);
  if (pid === undefined) return undefined;
  const lock = await takeDirectory(layout, { dataDir, log: silentLogger, onLost: () => {} }).catch((error: unknown) => {
    if (error instanceof DatabaseError) return 'taken' as const;
    // It is starting or ending: nobody works with it.
    return undefined;
  });
  if (lock === 'taken') return 'taken';
  return {
    stop: async () => {
      await lock?.end().catch(() => undefined);
      return stopPostmaster(layout, pid, 3_000);
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
  const deadline = performance.now() + (options.patienceMs ?? 3_000);
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1::bigint) as taken', [SERVER_LOCK]);
    if (rows[0]?.taken === true) return client;
    if (options.signal?.aborted === true) {
      await client.end();
      options.signal.throwIfAborted();
    }
    // The session of a server that was just killed ends a moment after it.
    if (performance.now() > deadline) {
      await client.end();
      throw new DatabaseError(
        `Another Cellplane server is running with the data directory ${options.dataDir}. Stop it, choose another CELLPLANE_DATA_DIR, or let several servers share one PostgreSQL with DATABASE_URL.`,
      );
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}
