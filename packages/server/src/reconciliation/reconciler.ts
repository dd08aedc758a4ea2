/** Looks at cells by themselves: one copy of the program at a cell, each cell at its own pace. */
import { randomUUID } from 'node:crypto';
import { type Cells, checkCell } from '../cells/cell.js';
import type { Database } from '../database/database.js';
import { keepLease, Lease } from '../database/lease.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { lookAtCell } from './look.js';
import { tellOtherCluster } from './other-cluster.js';
import { type CellLook, claimLooks, failLook, finishLook, LOOK_LEASE_MS, prepareLooks, renewLook } from './looks-store.js';

export interface ReconcilerDeps {
  db: Database;
  cells: Cells;
  log: Logger;
  /** From the end of a look to the next one. */
  intervalMs: number;
  /** Until the first look after the start. @default 5000 */
  firstMs?: number;
}

export interface Reconciler {
  /** Begins the looks that are due and does not wait for them. */
  tick(): Promise<void>;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** A look that takes longer is given up. Milliseconds. */
const LONGEST_MS = 600_000;

export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const owner = randomUUID();
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  let prepared = false;
  return {
    tick: async () => {
      if (!prepared) await prepareLooks(deps.db, Math.min(deps.firstMs ?? 5_000, deps.intervalMs));
      prepared = true;
      const sentAt = performance.now();
      for (const look of await claimLooks(deps.db, owner, [...running.keys()]))
        running.set(
          look.cellId,
          carryOut(deps, owner, { ...look, sentAt }, stopping.signal).finally(() => running.delete(look.cellId)),
        );
    },
    idle: async () => void (await Promise.all(running.values())),
    stop: async () => {
      stopping.abort(new Error('the program stops'));
      await Promise.all(running.values());
    },
  };
}

/** Never rejects: what went wrong is stored, and the next look comes. */
async function carryOut(
  { db, cells, log, intervalMs }: ReconcilerDeps,
  owner: string,
  look: CellLook & { sentAt: number },
  stop: AbortSignal,
): Promise<void> {
  const { cellId } = look;
  const monotonic = () => performance.now();
  const lease = new Lease({ what: `the look at cell ${cellId}`, ms: LOOK_LEASE_MS, sentAt: look.sentAt, monotonic });
  const letGo = keepLease(lease, {
    everyMs: LOOK_LEASE_MS / 3,
    giveUpMs: 0,
    monotonic,
    renew: () => renewLook(db, owner, cellId),
    onTrouble: (error) => log.warn({ cell: cellId, error: messageOf(error) }, 'the lease of a look at a cell could not be renewed'),
  });
  try {
    const signal = AbortSignal.any([stop, lease.signal, AbortSignal.timeout(LONGEST_MS)]);
    const cell = await checkCell({ db }, cells, cellId);
    const { key } = cell;
    const { findings, counts } =
      cell.otherClusterUid === ''
        ? await lookAtCell({ db, log, client: await cells.client(cellId) }, { id: cellId, key, findings: look.findings }, signal)
        : await tellOtherCluster(db, cell, look.findings);
    for (const { code, message } of findings)
      if (!look.findings.some((one) => one.code === code)) log.error({ alarm: 'cell-differs', cell: key, code }, `cell ${key}: ${message}`);
    await finishLook(db, owner, cellId, { intervalMs, findings, counts });
    log.debug({ cell: key, ...counts }, 'the cell was looked at');
  } catch (error) {
    const message = messageOf(error);
    if (!stop.aborted) log.warn({ cell: cellId, error: message }, 'a look at a cell did not come to its end');
    await failLook(db, owner, cellId, { intervalMs, message }).catch((failure: unknown) =>
      log.warn({ cell: cellId, error: messageOf(failure) }, 'the end of a look at a cell could not be stored; its lease runs out'),
    );
  } finally {
    letGo();
  }
}
