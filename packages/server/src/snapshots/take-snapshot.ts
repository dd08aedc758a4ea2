/** Taking a snapshot: record, operation and run come into being together. */
import { planVersion } from '../catalog/catalog.js';
import { type Transaction, transaction } from '../database/database.js';
import { badRequest, invalidState, notFound } from '../errors.js';
import { beginOperation } from '../lifecycle/begin-operation.js';
import type { Step } from '../lifecycle/operation.js';
import { type InstanceRow, lockInstance, selectVisibleInstance } from '../instances/store.js';
import { backedUpResourceOf, recordSnapshot } from './record-snapshot.js';
import type { SnapshotDeps } from './snapshot.js';

/**
 * A person asks for one: `manual` (kept until it is deleted by hand) or `triggered` (expires as the periodic ones do).
 * @throws DomainError not_found; bad_request (another region); invalid_state (no backups in this plan, another operation, wrong status)
 */
export async function requestSnapshot(
  deps: SnapshotDeps,
  caller: { userId: string; orgId: string },
  input: { instanceId: string; origin: 'manual' | 'triggered'; targetRegion?: string },
): Promise<{ snapshotId: string; instance: InstanceRow }> {
  const { db, wake } = deps.instances;
  const taken = await transaction(db, async (tx) => {
    const visible = await selectVisibleInstance(tx, caller, input.instanceId);
    const instance = visible === undefined ? undefined : await lockInstance(tx, visible.id);
    if (instance === undefined || instance.deletedAt !== null) throw notFound('instance', input.instanceId);
    refuseOtherRegion(input.targetRegion, instance.region);
    const begun = await takeSnapshot(deps, tx, { instance, origin: input.origin, by: caller.userId, trigger: 'person' });
    return { ...begun, instance };
  });
  wake(taken.runId);
  return taken;
}

/** The instance must be locked. @throws DomainError invalid_state as `beginOperation` does, and if the plan takes no backups */
export async function takeSnapshot(
  deps: SnapshotDeps,
  tx: Transaction,
  input: { instance: InstanceRow; origin: 'manual' | 'triggered' | 'periodic'; by: string; trigger: 'person' | 'schedule' },
): Promise<{ snapshotId: string; runId: string }> {
  const { instance, origin, by, trigger } = input;
  const resource = await backedUpResourceOf(tx, instance);
  if (resource === undefined) throw await notOffered(tx, instance);
  const snapshotId = await recordSnapshot(deps.instances, tx, { instance, resource, origin, by, now: await deps.now(tx) });
  const steps: Step[] = [{ verb: 'backup', resourceKey: resource.key, snapshotId }];
  const { runId } = await beginOperation(deps.instances, tx, {
    instance,
    kind: 'backup',
    by,
    steps,
    trigger,
    data: { snapshotId, origin },
  });
  return { snapshotId, runId };
}

async function notOffered(tx: Transaction, instance: InstanceRow) {
  const { place } = await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
  return invalidState(
    'operation-not-offered',
    `Plan "${place.planName}" ${instance.planVersion} has no backup workflow, so no snapshots are taken of its instances.`,
  );
}

/** A backup is made where its instance is; a copy of it may be kept for another region. @throws DomainError bad_request naming the field */
function refuseOtherRegion(targetRegion: string | undefined, region: string): void {
  if (targetRegion === undefined || targetRegion === '' || targetRegion === region) return;
  throw badRequest(
    'region-not-served',
    `A snapshot can only be taken in the region of its instance, ${region}. Take it there, then copy it. Give targetRegion "${region}", or leave it out.`,
    [{ field: 'targetRegion', code: 'region-not-served', message: `must be ${region}` }],
  );
}
