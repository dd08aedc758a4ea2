/** Looks at cells for drift. */
import { type CellPasses, createCellPasses } from '../cells/cell-passes.js';
import { type Cells, findCell } from '../cells/cell.js';
import { driftPass } from './drift-pass.js';
import type { LookDeps } from './look-at-instance.js';
import { claimDrift, DRIFT_LEASE_MS, failDrift, finishDrift, renewDrift, scheduleDrift } from './pass-store.js';
import { requestBudget } from './request-budget.js';

export interface DriftLoopDeps extends LookDeps {
  cells: Cells;
  /** From the end of a pass to the next one, a tenth more or less. 0: no passes; an instance is looked at where somebody asks. */
  intervalMs: number;
  requestsPerMinute: number;
}

/** A pass that takes longer is given up; the next one goes on with what this one has not looked at. Milliseconds. */
const LONGEST_MS = 3_600_000;

export function createDriftLoop(deps: DriftLoopDeps): CellPasses {
  const { db, log, intervalMs } = deps;
  const passes = createCellPasses(
    {
      name: 'drift',
      leaseMs: DRIFT_LEASE_MS,
      longestMs: LONGEST_MS,
      claim: (owner, except) => claimDrift(db, owner, except),
      renew: (owner, cellId) => renewDrift(db, owner, cellId),
      carryOut: ({ cellId }, owner, signal) => look(deps, cellId, owner, signal),
      fail: (owner, cellId, message) => failDrift(db, owner, cellId, { intervalMs, message }),
    },
    log,
  );
  return {
    ...passes,
    tick: async () => {
      if (intervalMs === 0) return;
      await scheduleDrift(db, intervalMs);
      await passes.tick();
    },
  };
}

async function look(
  { cells, intervalMs, requestsPerMinute, ...deps }: DriftLoopDeps,
  cellId: string,
  owner: string,
  signal: AbortSignal,
): Promise<void> {
  const { db, log } = deps;
  const { key } = await findCell(db, cellId);
  const client = await cells.client(cellId);
  const counts = await driftPass(deps, cellId, { client, signal, take: requestBudget(requestsPerMinute, signal) });
  await finishDrift(db, owner, cellId, { intervalMs, counts });
  log.debug({ cell: key, ...counts }, 'the cell was looked at for drift');
}
