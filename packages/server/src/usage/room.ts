import type { Database } from '../database/database.js';
import type { Room } from '../room.js';
import { usageHandlers } from './handlers.js';
import { createMeterLoop, type MeterDeps } from './meter-loop.js';
import { selectUsageAges } from './pass-store.js';

/** How often it is asked whether a cell is due. Milliseconds. */
const USAGE_TICK_MS = 5_000;

/** Gives the operations on usage, and the loop that counts it. */
export function usageRoom(deps: { db: Database }, atWork: MeterDeps): Room {
  const loop = createMeterLoop(atWork);
  return {
    name: 'usage',
    handlers: usageHandlers(deps),
    gauges: [
      {
        name: 'cellplane_usage_age_seconds',
        help: 'Time since the use of a cell was counted.',
        label: 'cell',
        read: () => selectUsageAges(deps.db),
      },
    ],
    loops: [
      {
        name: 'usage',
        everyMs: USAGE_TICK_MS,
        complaint: 'the use of cells could not be counted',
        work: () => loop.tick(),
        byWorkers: true,
      },
    ],
    stop: () => loop.stop(),
  };
}
