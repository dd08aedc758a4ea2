import type { Room } from '../room.js';
import type { DriftDeps } from './decide.js';
import { createDriftLoop, type DriftLoopDeps } from './drift-loop.js';
import { driftHandlers } from './handlers.js';
import { driftGauges } from './metrics.js';

/** How often it is asked whether a cell is due. Milliseconds. */
const DRIFT_TICK_MS = 5_000;

/** Gives the operations on drift, and the loop that looks for it. */
export function driftRoom(deps: DriftDeps, atWork: DriftLoopDeps): Room {
  const loop = createDriftLoop(atWork);
  return {
    name: 'drift',
    handlers: driftHandlers(deps),
    gauges: driftGauges(deps.db),
    loops: [
      {
        name: 'drift',
        everyMs: DRIFT_TICK_MS,
        complaint: 'cells could not be looked at for drift',
        work: () => loop.tick(),
        byWorkers: true,
      },
    ],
    stop: () => loop.stop(),
  };
}
