/** A person deletes a manual snapshot. Accepted at once; carried out by due work, when its source instance is free. */
import { type Transaction, transaction } from '../database/database.js';
import { invalidState, notFound } from '../errors.js';
import { type InstanceRow, lockInstance } from '../instances/store.js';
import { isAutomated, removes, type SnapshotDeps, type SnapshotRow } from './snapshot.js';
import { lockSnapshot, selectSharers, selectVisibleSnapshot, type SnapshotViewer } from './store.js';
import { markDeleting } from './going-store.js';
import { removalVersion } from './removal-version.js';

/**
 * A second delete is the first one; where that has failed it is tried again now, not later.
 * @throws DomainError not_found; invalid_state (automated, still being taken, or the plan cannot remove it)
 */
export async function deleteSnapshot(deps: SnapshotDeps, viewer: SnapshotViewer, snapshotId: string): Promise<void> {
  await transaction(deps.instances.db, async (tx) => {
    const visible = await selectVisibleSnapshot(tx, viewer, snapshotId);
    if (visible === undefined) throw notFound('snapshot', snapshotId);
    // The instance before the snapshot, as everybody locks them: an end of the backup's run may be on its way.
    const instance = await lockInstance(tx, visible.sourceInstanceId);
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
    if (instance !== undefined && (await selectSharers(tx, snapshot)).length === 0) await refuseUnlessRemovable(tx, instance, snapshot);
    await markDeleting(tx, snapshotId, now);
  });
}

/** Told now: the removal would be put off for ever. @throws DomainError invalid_state */
async function refuseUnlessRemovable(tx: Transaction, instance: InstanceRow, snapshot: SnapshotRow): Promise<void> {
  const { compiled, place, version } = await removalVersion(tx, instance, snapshot);
  if (removes(compiled, snapshot.resourceKey)) return;
  throw invalidState(
    'operation-not-offered',
    `Plan "${place.planName}" ${version}, which ${instance.id} has, has no deleteBackup workflow, so the backup of ${snapshot.id} cannot be removed.`,
  );
}
