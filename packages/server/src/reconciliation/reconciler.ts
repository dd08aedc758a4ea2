/** Reconciles cells with the database: one copy of the program at a cell, each cell at its own pace. */
import { randomUUID } from 'node:crypto';
import { type Cells, checkCell } from '../cells/cell.js';
import type { Database } from '../database/database.js';
import { keepLease, Lease } from '../database/lease.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { reconcileCell } from './reconcile-pass.js';
import { tellOtherCluster } from './other-cluster.js';
import { type CellPass, claimPasses, failPass, finishPass, PASS_LEASE_MS, schedulePasses, renewPass } from './pass-store.js';

export interface ReconcilerDeps {
  db: Database;
  cells: Cells;
  log: Logger;
  /** From the end of a pass to the next one. */
  intervalMs: number;
  /** Until the first pass after the start. @default 5000 */
  firstMs?: number;
}

export interface Reconciler {
  /** Begins the passes that are due and does not wait for them. */
  tick(): Promise<void>;
  /** Resolves when no pass is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** A pass that takes longer is given up. Milliseconds. */
const LONGEST_MS = 600_000;

export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const owner = randomUUID();
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  let prepared = false;
  return {
    tick: async () => {
      if (!prepared) await schedulePasses(deps.db, Math.min(deps.firstMs ?? 5_000, deps.intervalMs));
      prepared = true;
      const sentAt = performance.now();
      for (const pass of await claimPasses(deps.db, owner, [...running.keys()]))
        running.set(
          pass.cellId,
          carryOut(deps, owner, { ...pass, sentAt }, stopping.signal).finally(() => running.delete(pass.cellId)),
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
  { db, cells, log, intervalMs }: ReconcilerDeps,
  owner: string,
  pass: CellPass & { sentAt: number },
  stop: AbortSignal,
): Promise<void> {
  const { cellId } = pass;
  const monotonic = () => performance.now();
  const lease = new Lease({ what: `the reconcile pass over cell ${cellId}`, ms: PASS_LEASE_MS, sentAt: pass.sentAt, monotonic });
  const letGo = keepLease(lease, {
    everyMs: PASS_LEASE_MS / 3,
    giveUpMs: 0,
    monotonic,
    renew: () => renewPass(db, owner, cellId),
    onTrouble: (error) => log.warn({ cell: cellId, error: messageOf(error) }, 'the lease of a reconcile pass could not be renewed'),
  });
  try {
    const signal = AbortSignal.any([stop, lease.signal, AbortSignal.timeout(LONGEST_MS)]);
    const cell = await checkCell({ db }, cells, cellId);
    const { key } = cell;
    const { findings, counts } =
      cell.otherClusterUid === ''
        ? await reconcileCell({ db, log, client: await cells.client(cellId) }, { id: cellId, key, findings: pass.findings }, signal)
        : await tellOtherCluster(db, cell, pass.findings);
    for (const { code, message } of findings)
      if (!pass.findings.some((one) => one.code === code)) log.error({ alarm: 'cell-differs', cell: key, code }, `cell ${key}: ${message}`);
    await finishPass(db, owner, cellId, { intervalMs, findings, counts });
    log.debug({ cell: key, ...counts }, 'the cell was reconciled');
  } catch (error) {
    const message = messageOf(error);
    if (!stop.aborted) log.warn({ cell: cellId, error: message }, 'a reconcile pass over a cell did not come to its end');
    await failPass(db, owner, cellId, { intervalMs, message }).catch((failure: unknown) =>
      log.warn({ cell: cellId, error: messageOf(failure) }, 'the end of a reconcile pass could not be stored; its lease runs out'),
    );
  } finally {
    letGo();
  }
}
