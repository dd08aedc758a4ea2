/** How a front reaches snapshots: the portal as their customer, the console as their provider. */
import type { Snapshot } from './kind';

export interface SnapshotDoor {
  /** One of them, with what it holds. */
  describe: (snapshot: Snapshot) => Promise<Snapshot>;
  /** Begins a restore, into a new instance or into the deleted one that it is of. Answers the instance's id. */
  restore: (snapshot: Snapshot, options: { restoreToSourceInstance: boolean; network: string | undefined }) => Promise<string>;
  remove: (snapshot: Snapshot) => Promise<unknown>;
  /** The page of an instance. */
  instancePage: '/instances/$instanceId' | '/console/instances/$instanceId';
  /** The page of a snapshot. Absent: this front has none. */
  snapshotPage?: '/snapshots/$snapshotId';
}
