/** Counts the use of cells, again and again. */
import { type CellPasses, createCellPasses } from '../cells/cell-passes.js';
import type { Cells } from '../cells/cell.js';
import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import { meterPass } from './meter-pass.js';
import { claimUsage, failUsage, renewUsage, scheduleUsage, USAGE_LEASE_MS } from './pass-store.js';

export interface MeterDeps {
  db: Database;
  log: Logger;
  cells: Cells;
  /** From the end of a pass to the next one. 0: nothing is metered. */
  intervalMs: number;
}

/** A pass that takes longer is given up; the next one counts what it would have counted. Milliseconds. */
const LONGEST_MS = 600_000;

export function createMeterLoop({ db, log, cells, intervalMs }: MeterDeps): CellPasses {
  const passes = createCellPasses(
    {
      name: 'usage',
      leaseMs: USAGE_LEASE_MS,
      longestMs: LONGEST_MS,
      claim: (owner, except) => claimUsage(db, owner, except),
      renew: (owner, cellId) => renewUsage(db, owner, cellId),
      carryOut: async ({ cellId, countedUntil }, owner, signal) =>
        meterPass(db, await cells.client(cellId), { cellId, countedUntil, owner, intervalMs }, signal),
      fail: (owner, cellId, message) => failUsage(db, owner, cellId, { intervalMs, message }),
    },
    log,
  );
  return {
    ...passes,
    tick: async () => {
      if (intervalMs === 0) return;
      await scheduleUsage(db, intervalMs);
      await passes.tick();
    },
  };
}
