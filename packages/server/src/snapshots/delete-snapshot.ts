/** A person deletes a manual snapshot. Accepted at once; carried out by due work, when its source instance is free. */
import { transaction } from '../database/database.js';
import { invalidState, notFound } from '../errors.js';
import { lockInstance } from '../instances/store.js';
import { isAutomated, type SnapshotDeps } from './snapshot.js';
import { lockSnapshot, markDeleting, selectVisibleSnapshot, type Viewer } from './store.js';

/** A second delete is the first one; where that has failed it is tried again now, not later. @throws DomainError not_found; invalid_state (automated, or still being taken) */
export async function deleteSnapshot(deps: SnapshotDeps, viewer: Viewer, snapshotId: string): Promise<void> {
  await transaction(deps.instances.db, async (tx) => {
    const visible = await selectVisibleSnapshot(tx, viewer, snapshotId);
    if (visible === undefined) throw notFound('snapshot', snapshotId);
    // The instance before the snapshot, as everybody locks them: an end of the backup's run may be on its way.
    await lockInstance(tx, visible.sourceInstanceId);
    const snapshot = await lockSnapshot(tx, snapshotId);
    if (snapshot === undefined || snapshot.deletedAt !== null) throw notFound('snapshot', snapshotId);
    if (isAutomated(snapshot.origin)) {
      const when = snapshot.expiresAt === null ? 'does not expire' : `expires on ${snapshot.expiresAt.toISOString()}`;
      throw invalidState(
        'snapshot-is-automated',
        `Snapshot ${snapshotId} is automated: it ${when}. Only manual snapshots are deleted by hand.`,
      );
    }
    const now = await deps.now(tx);
    if (snapshot.status === 'DELETING' && (snapshot.deleteWantedAt === null || snapshot.deleteWantedAt <= now)) return;
    if (snapshot.status === 'RUNNING' || snapshot.status === 'PENDING')
      throw invalidState('snapshot-not-complete', `Snapshot ${snapshotId} is still being taken; delete it when that has ended.`);
    await markDeleting(tx, snapshotId, now);
  });
}
