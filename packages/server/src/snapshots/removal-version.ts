/**
 * Which plan version removes a backup, and with which values: the one that made it, however far its instance has gone since. Where that has no
 * deleteBackup, the instance's own removes it.
 */
import { type PlanVersion, planVersion } from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import { openParameters } from '../instances/expression-context.js';
import type { InstanceRow, InstanceValues } from '../instances/store.js';
import { sealValues } from '../lifecycle/new-instance.js';
import type { Step } from '../lifecycle/operation.js';
import type { Sealer } from '../secrets/envelope.js';
import { openSnapshotParameters, removes, type SnapshotRow } from './snapshot.js';
import { selectSnapshot } from './store.js';

/** The version whose deleteBackup removes the backup; one that `removes` nothing if there is none. */
export async function removalVersion(db: Database, instance: InstanceRow, snapshot: SnapshotRow): Promise<PlanVersion> {
  const own = await planVersion(db, instance.providerOrgId, instance.planId, instance.planVersion);
  // A copy may have come to a plan of its own.
  if (snapshot.planId !== instance.planId || snapshot.planVersion === own.version) return own;
  const made = await planVersion(db, instance.providerOrgId, instance.planId, snapshot.planVersion);
  return removes(made.compiled, snapshot.resourceKey) ? made : own;
}

/** The step that removes it. */
export function removalStep({ version }: PlanVersion, { id, resourceKey }: SnapshotRow): Step {
  return { verb: 'deleteBackup', resourceKey, snapshotId: id, planVersion: version };
}

/** Values of the version that made the snapshot: those that it was taken with, under the present ones. Undefined: the step has none. */
export async function valuesOfRemoval(
  deps: { sealer: Sealer },
  db: Database,
  instance: InstanceRow,
  { snapshotId, planVersion: version }: Step,
): Promise<InstanceValues | undefined> {
  const snapshot = snapshotId === undefined ? undefined : await selectSnapshot(db, snapshotId);
  if (snapshot === undefined || version === undefined) return undefined;
  const [present, then] = [openParameters(deps.sealer, instance), openSnapshotParameters(deps.sealer, snapshot)];
  const values = { clear: { ...then.clear, ...present.clear }, secret: { ...then.secret, ...present.secret } };
  // A parameter may have become a secret, or have ceased to be one.
  for (const key of Object.keys(present.secret)) delete values.clear[key];
  for (const key of Object.keys(present.clear)) delete values.secret[key];
  return {
    planVersion: version,
    parameters: values.clear,
    sealedParameters: sealValues(deps.sealer, instance.id, values),
    networkType: instance.networkType,
  };
}
