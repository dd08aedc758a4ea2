import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import type { Sealer } from '../secrets/envelope.js';
import type { WorkKind } from './kind.js';
import { openWork, type Work } from './work.js';

/** Milliseconds between two sweeps for work that is due or was left behind. */
const SWEEP_MS = 5_000;

/** Gives `work`, which does the kinds of work that all rooms name; what this copy works on is let go when the room stops. */
export function workRoom({ background, ...deps }: { background: Database; sealer: Sealer; log: Logger }): Room & { work: Work } {
  let kinds: readonly WorkKind[] = [];
  const work = openWork({ ...deps, db: background, kinds: () => kinds });
  return {
    name: 'work',
    work,
    start: async (house) => {
      kinds = house.workKinds;
    },
    loops: [
      { name: 'work', everyMs: SWEEP_MS, complaint: 'work that is due could not be claimed', work: () => work.sweep(), byWorkers: true },
    ],
    stop: () => work.stop(),
  };
}
