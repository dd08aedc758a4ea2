/**
 * A copy: another record of the same backup, kept like a manual snapshot. So an automated snapshot can be kept beyond its
 * retention. The backup itself is removed with its last record (see snapshot.ts).
 */
import { transaction } from '../database/database.js';
import { invalidState, notFound } from '../errors.js';
import { lockInstance } from '../instances/store.js';
import {
  backupIdOf,
  newSnapshotId,
  openMetadata,
  openSnapshotParameters,
  refuseUnlessComplete,
  type SnapshotDeps,
  type SnapshotRow,
  snapshotMetadataContext,
  snapshotParameterContext,
} from './snapshot.js';
import { insertSnapshot, lockSnapshot, selectSnapshots, selectVisibleSnapshot, type Viewer } from './store.js';
import { refuseOtherRegion } from './take-snapshot.js';

/**
 * Copies a snapshot, or the instance's newest COMPLETE one if none is named. @throws DomainError not_found; bad_request
 * (another region); invalid_state (not COMPLETE, or there is none)
 */
export async function copySnapshot(
  deps: SnapshotDeps,
  caller: Viewer & { userId: string },
  input: { instanceId?: string; sourceSnapshotId?: string; targetRegion: string },
): Promise<{ snapshotId: string }> {
  const { sealer } = deps.instances;
  return transaction(deps.instances.db, async (tx) => {
    const named =
      input.sourceSnapshotId === undefined || input.sourceSnapshotId === ''
        ? await newestComplete()
        : await selectVisibleSnapshot(tx, caller, input.sourceSnapshotId);
    if (named === undefined || (input.instanceId !== undefined && named.sourceInstanceId !== input.instanceId))
      throw notFound('snapshot', input.sourceSnapshotId ?? '');
    await lockInstance(tx, named.sourceInstanceId);
    const original = await lockSnapshot(tx, named.id);
    if (original === undefined || original.deletedAt !== null) throw notFound('snapshot', named.id);
    refuseUnlessComplete(original, 'copied');
    refuseOtherRegion(input.targetRegion, original.region, 'copied');
    const id = newSnapshotId();
    await insertSnapshot(tx, {
      ...original,
      id,
      origin: 'copy',
      status: 'COMPLETE',
      expiresAt: null,
      metadata: resealed(original, id),
      sealedParameters: sealer.seal(JSON.stringify(openSnapshotParameters(sealer, original).secret), snapshotParameterContext(id)),
      copiedFrom: backupIdOf(original),
      createdBy: caller.userId,
    });
    return { snapshotId: id };

    async function newestComplete(): Promise<SnapshotRow> {
      const all = input.instanceId === undefined ? [] : await selectSnapshots(tx, caller, { sourceInstanceId: input.instanceId });
      const newest = all.find((snapshot) => snapshot.status === 'COMPLETE');
      if (newest !== undefined) return newest;
      throw invalidState('no-snapshot', `${input.instanceId ?? 'The instance'} has no COMPLETE snapshot to copy; take one first.`, [
        { field: 'sourceSnapshotId', message: 'there is none to choose' },
      ]);
    }
  });

  function resealed(original: SnapshotRow, id: string): SnapshotRow['metadata'] {
    const clear = openMetadata(sealer, original);
    return Object.fromEntries(
      Object.entries(original.metadata).map(([name, stored]) => [
        name,
        'value' in stored
          ? stored
          : { sealed: sealer.seal(JSON.stringify(clear[name] ?? null), snapshotMetadataContext(id)).toString('base64') },
      ]),
    );
  }
}
