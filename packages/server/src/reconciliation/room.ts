import type { CellOperationDeps } from '../cells/handlers.js';
import type { Room } from '../room.js';
import { lookHandlers } from './handlers.js';
import { lookGauges } from './metrics.js';
import { createReconciler, type ReconcilerDeps } from './reconciler.js';

/** How often it is asked whether a cell is to be compared with the database. Milliseconds. */
const LOOK_TICK_MS = 1_000;

/** Gives the operations on looks at cells, and the loop that looks. */
export function reconciliationRoom(deps: CellOperationDeps, atWork: ReconcilerDeps): Room {
  const reconciler = createReconciler(atWork);
  return {
    name: 'reconciliation',
    handlers: lookHandlers(deps),
    gauges: lookGauges(deps.db),
    loops: [
      {
        name: 'cell-looks',
        everyMs: LOOK_TICK_MS,
        complaint: 'cells could not be compared with the database',
        work: () => reconciler.tick(),
        byWorkers: true,
      },
    ],
    stop: () => reconciler.stop(),
  };
}
