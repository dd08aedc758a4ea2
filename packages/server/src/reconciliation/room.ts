import type { CellOperationDeps } from '../cells/handlers.js';
import type { Room } from '../room.js';
import { reconciliationHandlers } from './handlers.js';
import { reconcileGauges } from './metrics.js';
import { createReconciler, type ReconcilerDeps } from './reconciler.js';

/** How often it is asked whether a cell is due to be reconciled. Milliseconds. */
const RECONCILE_TICK_MS = 1_000;

/** Gives the operations on reconcile passes, and the loop that begins passes. */
export function reconciliationRoom(deps: CellOperationDeps, atWork: ReconcilerDeps): Room {
  const reconciler = createReconciler(atWork);
  return {
    name: 'reconciliation',
    handlers: reconciliationHandlers(deps),
    gauges: reconcileGauges(deps.db),
    loops: [
      {
        name: 'reconcile',
        everyMs: RECONCILE_TICK_MS,
        complaint: 'cells could not be compared with the database',
        work: () => reconciler.tick(),
        byWorkers: true,
      },
    ],
    stop: () => reconciler.stop(),
  };
}
