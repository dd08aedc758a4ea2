/** A pool through a proxy that breaks the connection at one query of some work: for what must hold at each of them. */
import { type Database, type OpenDatabase, openDatabase } from '../../packages/server/src/database/database.js';
import { silentLogger } from '../../packages/server/src/log.js';
import { startPostgresProxy } from './postgres-proxy.testing.js';
import type { Random } from './random.testing.js';

export interface FaultyDatabase {
  db: Database;
  /** Does the work with its n-th query failing: not carried out, or carried out and not answered. Answers whether there were so many queries. */
  failAt(n: number, fault: 'not carried out' | 'not answered', work: () => Promise<unknown>): Promise<boolean>;
  close(): Promise<void>;
}

/** The proxy's choices among faults. */
const KINDS = { 'not carried out': 0, 'not answered': 2 };

export async function openFaultyDatabase(database: OpenDatabase): Promise<FaultyDatabase> {
  let countdown = 0;
  let kind = 0;
  const dice: Random = { next: () => 0, below: () => kind, chance: () => --countdown === 0, fork: () => dice };
  const there = new URL(database.url);
  const proxy = await startPostgresProxy(
    {
      socketPath: `${there.searchParams.get('host') ?? ''}/.s.PGSQL.5432`,
      user: decodeURIComponent(there.username),
      database: there.pathname.slice(1),
    },
    dice,
  );
  const far = await openDatabase({ url: proxy.url }, { log: silentLogger, poolSize: 2 });
  const failures = () => proxy.counts.dropped + proxy.counts.unanswered;
  return {
    db: far.db,
    async failAt(n, fault, work) {
      countdown = n;
      kind = KINDS[fault];
      const before = failures();
      proxy.faults = 1;
      try {
        await work();
      } finally {
        proxy.faults = 0;
      }
      return failures() > before;
    },
    async close() {
      await far.close();
      await proxy.close();
    },
  };
}
