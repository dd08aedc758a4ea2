/**
 * A copy: another record of the same backup, kept like a manual snapshot. So an automated snapshot can be kept beyond its
 * retention, and be restored in another region: its record says where, the backup itself stays where the plan's workflow put it
 * and is reached from there (docs/reference/plan-language.md#snapshots). The backup is removed with its last record (see snapshot.ts).
 */
import { cut } from '@cellplane/plan';
import type { Cell } from '../cells/cell.js';
import { transaction } from '../database/database.js';
import { noteEffect } from '../database/idempotency-key.js';
import { badRequest, invalidState, notFound } from '../errors.js';
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
import { insertSnapshot, lockSnapshot, selectSnapshots, selectVisibleSnapshot, type SnapshotViewer } from './store.js';

/**
 * Copies a snapshot, or the instance's newest COMPLETE one if none is named. @throws DomainError not_found; bad_request
 * (a region without a cell of that cloud); invalid_state (not COMPLETE, or there is none)
 */
export async function copySnapshot(
  deps: SnapshotDeps,
  caller: SnapshotViewer & { userId: string },
  input: { instanceId?: string; sourceSnapshotId?: string; targetRegion: string },
): Promise<{ snapshotId: string }> {
  const { sealer } = deps.instances;
  // Before the transaction: it would take a second connection inside.
  const cells = await deps.instances.cells.list();
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
    const id = newSnapshotId();
    await insertSnapshot(tx, {
      ...original,
      ...placeOf(original, input.targetRegion, cells),
      id,
      origin: 'copy',
      status: 'COMPLETE',
      expiresAt: null,
      metadata: resealed(original, id),
      sealedParameters: sealer.seal(JSON.stringify(openSnapshotParameters(sealer, original).secret), snapshotParameterContext(id)),
      copiedFrom: backupIdOf(original),
      createdBy: caller.userId,
    });
    await noteEffect(tx, { id, snapshotId: id });
    return { snapshotId: id };

    async function newestComplete(): Promise<SnapshotRow> {
      const { instanceId } = input;
      const [newest] =
        instanceId === undefined ? [] : await selectSnapshots(tx, caller, { sourceInstanceId: instanceId, status: 'COMPLETE', limit: 1 });
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

/** Where the copy is restored: as the original, or in a cell of the same cloud in that region. @throws DomainError bad_request */
function placeOf(original: SnapshotRow, targetRegion: string, cells: Cell[]): Pick<SnapshotRow, 'region' | 'cellId'> {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  if (targetRegion === '' || same(targetRegion, original.region)) return { region: original.region, cellId: original.cellId };
  const ofCloud = cells
    .flatMap((cell) => cell.places.map((place) => ({ ...place, cellId: cell.id })))
    .filter((place) => same(place.cloudProvider, original.cloudProvider));
  const found = ofCloud.find((place) => same(place.region, targetRegion));
  if (found !== undefined) return { region: found.region, cellId: found.cellId };
  const regions = [...new Set([original.region, ...ofCloud.map((place) => place.region)])].filter((region) => region !== '').join(', ');
  throw badRequest(
    'region-not-served',
    `No deployment cell of ${original.cloudProvider} stands in "${cut(targetRegion)}", so a copy could not be restored there. Regions: ${regions}.`,
    [{ field: 'targetRegion', code: 'region-not-served', message: `must be one of ${regions}` }],
  );
}
