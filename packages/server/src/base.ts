/** What every room stands on: the database, the master key, the installation's provider, work folders. */
import type { Config } from './config.js';
import { type Connection, type OpenDatabase, openDatabase } from './database/database.js';
import { type EmbeddedPostgres, startEmbedded } from './database/embedded/embedded.js';
import { bringForward } from './database/migrate.js';
import { migrateJobQueue } from './engine/wake-up-jobs.js';
import { keepWorkFolders } from './exec/keep-work-folders.js';
import type { WorkFolders } from './exec/work-folders.js';
import { ensureFirstProvider, type FirstProvider } from './identity/provider.js';
import type { Logger } from './log.js';
import { createSealer, type Sealer } from './secrets/envelope.js';
import { claimMasterKey, loadMasterKey } from './secrets/master-key.js';
import { startStep } from './process/start-step.js';

export interface Base {
  config: Config;
  log: Logger;
  embedded: EmbeddedPostgres | undefined;
  database: OpenDatabase;
  /** What goes on by itself has connections of its own: however many requests wait for a row, leases are renewed and runs go on. */
  background: OpenDatabase;
  masterKey: Buffer;
  sealer: Sealer;
  provider: FirstProvider;
  folders: WorkFolders;
}

export interface BaseOptions {
  config: Config;
  log: Logger;
  onFatal: (error: Error) => void;
  /** See `ServerOptions.watchLoop`. */
  watchLoop?: ((connection: Connection) => () => Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
}

/** Opens all of it; `onStarted` takes what ends each part, in order. */
export async function openBase(options: BaseOptions, onStarted: (stop: () => Promise<void>) => void): Promise<Base> {
  const { config, log, onFatal, watchLoop, signal } = options;
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbedded({ dataDir: config.dataDir, log, onLost: onFatal, ...(signal === undefined ? {} : { signal }) })
      : undefined;
  if (embedded !== undefined) onStarted(() => embedded.stop());
  const connection = embedded?.connection ?? { url: config.databaseUrl ?? '' };
  const open = async () => {
    const opened = await startStep(signal, openDatabase(connection, { log }), (late) => late.close());
    onStarted(() => opened.close());
    return opened;
  };
  const database = await open();
  const background = await open();
  await startStep(signal, bringForward(connection, log));
  await startStep(signal, migrateJobQueue(database, log));
  if (watchLoop !== undefined) onStarted(watchLoop(connection));

  const masterKey = await loadMasterKey(config, (message) => log.warn({}, message));
  const sealer = createSealer(masterKey);
  await claimMasterKey(database.db, sealer);
  const provider = await ensureFirstProvider(database.db, config.provider);
  if (provider.passwordChanged)
    log.info({ user: provider.userId }, 'the password of the provider was replaced: all its sessions have ended');
  const folders = await keepWorkFolders(config.dataDir, log);
  onStarted(() => folders.stop());
  return { config, log, embedded, database, background, masterKey, sealer, provider, folders };
}
