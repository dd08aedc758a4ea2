/** Reconciles cells with the database. */
import { type CellPasses, createCellPasses } from '../cells/cell-passes.js';
import { type Cells, checkCell } from '../cells/cell.js';
import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import { tellOtherCluster } from './other-cluster.js';
import { type CellPass, claimPasses, failPass, finishPass, PASS_LEASE_MS, renewPass, schedulePasses } from './pass-store.js';
import { reconcileCell } from './reconcile-pass.js';

export interface ReconcilerDeps {
  db: Database;
  cells: Cells;
  log: Logger;
  /** From the end of a pass to the next one. */
  intervalMs: number;
  /** Until the first pass after the start. @default 5000 */
  firstMs?: number;
}

/** A pass that takes longer is given up. Milliseconds. */
const LONGEST_MS = 600_000;

export function createReconciler(deps: ReconcilerDeps): CellPasses {
  const { db, log, intervalMs, firstMs = 5_000 } = deps;
  const passes = createCellPasses<CellPass>(
    {
      name: 'reconcile',
      leaseMs: PASS_LEASE_MS,
      longestMs: LONGEST_MS,
      claim: (owner, except) => claimPasses(db, owner, except),
      renew: (owner, cellId) => renewPass(db, owner, cellId),
      carryOut: (pass, owner, signal) => reconcile(deps, pass, owner, signal),
      fail: (owner, cellId, message) => failPass(db, owner, cellId, { intervalMs, message }),
    },
    log,
  );
  let prepared = false;
  return {
    ...passes,
    tick: async () => {
      if (!prepared) await schedulePasses(db, Math.min(firstMs, intervalMs));
      prepared = true;
      await passes.tick();
    },
  };
}

async function reconcile(
  { db, cells, log, intervalMs }: ReconcilerDeps,
  pass: CellPass,
  owner: string,
  signal: AbortSignal,
): Promise<void> {
  const { cellId } = pass;
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
}
