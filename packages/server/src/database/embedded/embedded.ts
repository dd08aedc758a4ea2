import type { Client } from 'pg';
import { messageOf } from '../../errors.js';
import { groupState, type ProcessGroup } from '../../exec/process-group.js';
import { onSuddenEnd } from '../../process/last-resort.js';
import type { Logger } from '../../log.js';
import type { Connection } from '../database.js';
import { unprivilegedAccount } from './account.js';
import { prepareLayout } from './layout.js';
import { installBinaries } from './binaries.js';
import { connectionOf } from './connection.js';
import { DirectoryTaken, takeDirectory } from './directory.js';
import { endPostmaster, OF_STOP } from './end-postmaster.js';
import { forgetHolder, otherHolder, writeHolder } from './holder.js';
import { ensureRunning, type StartOptions } from './postmaster.js';
import { findPostmaster } from './processes.js';
import { superviseEmbedded } from './supervisor.js';

/** A PostgreSQL that this process supervises. */
export interface EmbeddedPostgres {
  connection: Connection;
  /** Why it does not answer at the moment; undefined while it does. */
  trouble(): string | undefined;
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
  /** How long another server that has the directory may take to bring its PostgreSQL back, milliseconds. @default 30000 */
  othersMs?: number;
  /** Told to stop while it starts: what was started is ended, and the start rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Starts or adopts the embedded PostgreSQL of a data directory and takes the directory for this process. While we run, it is brought
 * back whenever it takes no new connections. Refuses with `DatabaseError` if another server has the directory.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options;
  let launched: ProcessGroup | undefined;
  let found: ProcessGroup | undefined;
  // Ours to end: what we started, and what we use since the directory is ours; never what another server uses.
  let current: ProcessGroup | undefined;
  const onLaunched = (process: ProcessGroup) => (current = launched = process);
  // Immediate shutdown: there is no time left for another one, and PostgreSQL recovers from it.
  const forget = onSuddenEnd(() => {
    if (current === undefined || groupState(current) !== 'alive') return;
    process.kill(current.pgid, 'SIGQUIT');
    // A process that is suspended (SIGSTOP) handles other signals only after SIGCONT.
    process.kill(current.pgid, 'SIGCONT');
  });
  const ensure = async (more: Partial<StartOptions>) => {
    // Also the folders and programs: they may have gone with what is brought back.
    found = await ensureRunning({ ...(await prepareEmbedded(dataDir)), log, onLaunched, ...more });
    return found;
  };
  const take = async (signal: AbortSignal | undefined) => {
    const { patienceMs } = options;
    const lock = await takeDirectory(layout, {
      dataDir,
      ...(patienceMs === undefined ? {} : { patienceMs }),
      ...(signal === undefined ? {} : { signal }),
    });
    current = found;
    await writeHolder(layout).catch((error: unknown) => log.warn({ error: messageOf(error) }, 'the data directory takes no notes'));
    return lock;
  };
  const { layout } = await prepareEmbedded(dataDir);
  let first: { postmaster: ProcessGroup | undefined; lock: Client };
  try {
    const { signal, othersMs } = options;
    const postmaster = await ensure({
      ...(signal === undefined ? {} : { signal }),
      ...(othersMs === undefined ? {} : { othersMs }),
    });
    first = { postmaster, lock: await take(signal) };
  } catch (error) {
    forget();
    // It was started for us; where somebody else was faster to take the directory, it is theirs.
    if (launched !== undefined && !(error instanceof DirectoryTaken) && (await otherHolder(layout)) === undefined)
      await endPostmaster(layout, launched, OF_STOP);
    throw error;
  }
  const supervisor = superviseEmbedded(first, {
    layout,
    log,
    ensure: (signal) => ensure({ signal, expectData: true }),
    take,
    onLost: (error) => {
      forget();
      options.onLost(error);
    },
  });
  return {
    connection: connectionOf(layout),
    trouble: () => supervisor.trouble(),
    stop: async () => {
      await supervisor.stop();
      const postmaster = supervisor.postmaster();
      if (postmaster !== undefined) {
        const how = await endPostmaster(layout, postmaster, OF_STOP).catch(messageOf);
        if (how !== 'fast' && how !== 'gone')
          log.warn({ pid: postmaster.pgid, how }, 'the embedded PostgreSQL did not end in order; its next start recovers');
      }
      await forgetHolder(layout).catch(() => undefined);
      forget();
    },
  };
}

/**
 * Takes the directory of a server that was killed while its PostgreSQL runs on. `taken`: another server has it;
 * undefined: no PostgreSQL of it runs.
 */
export async function takeLeftPostgres(dataDir: string): Promise<{ stop(): Promise<void> } | 'taken' | undefined> {
  const { layout } = await prepareEmbedded(dataDir);
  const left = await findPostmaster(layout);
  if (left === undefined) return undefined;
  if ((await otherHolder(layout)) !== undefined) return 'taken';
  const lock = await takeDirectory(layout, { dataDir }).catch((error: unknown) => {
    if (error instanceof DirectoryTaken) return 'taken' as const;
    // It is starting or ending, or hangs: nobody works with it.
    return undefined;
  });
  if (lock === 'taken') return 'taken';
  return {
    stop: async () => {
      await lock?.end().catch(() => undefined);
      await endPostmaster(layout, left.process, OF_STOP);
    },
  };
}

/** Folders and programs, without starting anything. */
export async function prepareEmbedded(dataDir: string): Promise<StartOptions> {
  const account = await unprivilegedAccount();
  const layout = await prepareLayout(dataDir, account);
  return { layout, account, binaries: await installBinaries(layout.binaries) };
}
