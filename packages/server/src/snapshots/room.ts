import type { Room } from '../room.js';
import { sweepDueWork } from './due-work.js';
import { snapshotHandlers } from './handlers.js';
import { snapshotGauges } from './metrics.js';
import { scheduleFollower } from './schedule-follower.js';
import type { SnapshotDeps } from './snapshot.js';

/** The pause between two sweeps for due backups and for snapshots to remove. Milliseconds. */
const DUE_WORK_MS = 1_000;

/** Gives the snapshot operations, and the loop that begins due backups and removals. `atWork`: the same for the loop. */
export function snapshotsRoom(deps: SnapshotDeps, atWork: SnapshotDeps): Room {
  return {
    name: 'snapshots',
    handlers: snapshotHandlers(deps),
    gauges: snapshotGauges(deps.instances.db),
    followers: [scheduleFollower(atWork)],
    loops: [
      {
        name: 'due-snapshots',
        everyMs: DUE_WORK_MS,
        complaint: 'due work on snapshots could not be read',
        work: async () => void (await sweepDueWork(atWork)),
        byWorkers: true,
      },
    ],
  };
}
