/** Looks at cells for drift: one copy of the program at a cell, each cell at its own pace. */
import { randomUUID } from 'node:crypto';
import { type Cells, findCell } from '../cells/cell.js';
import { keepLease, Lease } from '../database/lease.js';
import { messageOf } from '../errors.js';
import type { LookDeps } from './look-at-instance.js';
import { claimDrift, DRIFT_LEASE_MS, failDrift, finishDrift, renewDrift, scheduleDrift } from './pass-store.js';
import { driftPass } from './drift-pass.js';
import { requestBudget } from './request-budget.js';

export interface DriftLoopDeps extends LookDeps {
  cells: Cells;
  /** From the end of a pass to the next one, a tenth more or less. 0: no passes; an instance is looked at where somebody asks. */
  intervalMs: number;
  requestsPerMinute: number;
}

export interface DriftLoop {
  /** Begins the passes that are due and does not wait for them. */
  tick(): Promise<void>;
  /** Resolves when no pass is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** A pass that takes longer is given up; the next one goes on with what this one has not looked at. Milliseconds. */
const LONGEST_MS = 3_600_000;

export function createDriftLoop(deps: DriftLoopDeps): DriftLoop {
  const owner = randomUUID();
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  return {
    tick: async () => {
      if (deps.intervalMs === 0) return;
      await scheduleDrift(deps.db, deps.intervalMs);
      const sentAt = performance.now();
      for (const { cellId } of await claimDrift(deps.db, owner, [...running.keys()]))
        running.set(
          cellId,
          carryOut(deps, owner, { cellId, sentAt }, stopping.signal).finally(() => running.delete(cellId)),
        );
    },
    idle: async () => void (await Promise.all(running.values())),
    stop: async () => {
      stopping.abort(new Error('the program stops'));
      await Promise.all(running.values());
    },
  };
}

/** Never rejects: what went wrong is stored, and the next pass comes. */
async function carryOut(
  { cells, intervalMs, requestsPerMinute, ...deps }: DriftLoopDeps,
  owner: string,
  { cellId, sentAt }: { cellId: string; sentAt: number },
  stop: AbortSignal,
): Promise<void> {
  const { db, log } = deps;
  const monotonic = () => performance.now();
  const lease = new Lease({ what: `the drift pass over cell ${cellId}`, ms: DRIFT_LEASE_MS, sentAt, monotonic });
  const letGo = keepLease(lease, {
    everyMs: DRIFT_LEASE_MS / 3,
    giveUpMs: 0,
    monotonic,
    renew: () => renewDrift(db, owner, cellId),
    onTrouble: (error) => log.warn({ cell: cellId, error: messageOf(error) }, 'the lease of a drift pass could not be renewed'),
  });
  try {
    const signal = AbortSignal.any([stop, lease.signal, AbortSignal.timeout(LONGEST_MS)]);
    const { key } = await findCell(db, cellId);
    const client = await cells.client(cellId);
    const counts = await driftPass(deps, cellId, { client, signal, take: requestBudget(requestsPerMinute, signal) });
    await finishDrift(db, owner, cellId, { intervalMs, counts });
    log.debug({ cell: key, ...counts }, 'the cell was looked at for drift');
  } catch (error) {
    const message = messageOf(error);
    if (!stop.aborted) log.warn({ cell: cellId, error: message }, 'a drift pass over a cell did not come to its end');
    await failDrift(db, owner, cellId, { intervalMs, message }).catch((failure: unknown) =>
      log.warn({ cell: cellId, error: messageOf(failure) }, 'the end of a drift pass could not be stored; its lease runs out'),
    );
  } finally {
    letGo();
  }
}
