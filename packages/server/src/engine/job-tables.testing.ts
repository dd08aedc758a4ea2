/** The tables of the job queue, without a queue: for tests of statements that name them. */
import { runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';

export async function createJobTables(pool: Pool): Promise<void> {
  await runMigrations({ pgPool: pool });
}
