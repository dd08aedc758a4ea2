/** PostgreSQL of a benchmark: the embedded one, with a folder that goes with it. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createLogger, startEmbedded } from '@cellplane/server';

export interface BenchPostgres {
  connection: Connection;
  /** Stops it, and removes its files. */
  stop(): Promise<void>;
}

/** Starts it. The program ends where PostgreSQL is lost. */
export async function startPostgres(): Promise<BenchPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cellplane-bench-'));
  // PostgreSQL's account passes through it.
  await chmod(dataDir, 0o711);
  const postgres = await startEmbedded({
    dataDir,
    log: createLogger('warn'),
    onLost: (error) => {
      throw error;
    },
  });
  return {
    connection: postgres.connection,
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
