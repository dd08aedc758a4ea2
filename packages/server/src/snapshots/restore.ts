/**
 * Restore: a new instance with the snapshot's parameters, or the deleted source brought back with its id. The customer names
 * a snapshot, or a time; everything that identifies the backup comes from our rows, so nothing that a tenant can write leads a
 * restore to somebody else's backup.
 */
import type { Json, JsonObject } from '@cellplane/plan';
import { holdPlan, type PlanVersion, planVersion } from '../catalog/catalog.js';
import { notOfferedOn } from '../catalog/offered-clouds.js';
import type { Cell } from '../cells/cell.js';
import { choosePlace, placeIn } from '../cells/place.js';
import { type Transaction, transaction } from '../database/database.js';
import { badRequest, invalidState, notFound } from '../errors.js';
import { askArbiter, beginOperation, type StartedOperation } from '../lifecycle/begin-operation.js';
import { type RequestedPlace, refuseMove } from '../instances/requested-place.js';
import { networkTypeFor } from '../instances/network.js';
import { createValues, type ParameterValues } from '../instances/parameters.js';
import { insertNewInstance, lockThere, sealValues } from '../lifecycle/new-instance.js';
import { type InstanceRow, lockInstance, reviveInstance, selectInstance } from '../instances/store.js';
import { isOwn } from '../identity/viewer.js';
import { countOfSubscription } from '../instances/plan-store.js';
import { findSubscription, takePlace } from '../subscriptions/subscription.js';
import {
  backupIdOf,
  metadataSeen,
  openSnapshotParameters,
  refuseUnlessComplete,
  secretPaths,
  type SnapshotDeps,
  type SnapshotRow,
} from './snapshot.js';
import { lockSnapshot, selectVisibleSnapshot, type SnapshotViewer } from './store.js';
import { refuseForeignParameters } from '../lifecycle/foreign-names.js';

export interface RestoreInput {
  snapshotId: string;
  /** As it came. */
  parameters?: unknown;
  planVersion?: string;
  networkType?: string;
  /** What the request says of a place: it can only repeat the snapshot's. */
  place?: RequestedPlace;
  subscriptionId?: string;
  restoreToSource?: boolean;
  /** Point in time: what the workflow shall restore to, instead of the snapshot's own time. */
  targetTime?: Date;
}

/**
 * Accepts a restore. Checked like a create: parameters, quota, subscription, plan version.
 * @throws DomainError not_found (foreign ones too); bad_request naming each wrong parameter; invalid_state with the reason
 * (snapshot not COMPLETE, plan without restore, source still there, quota)
 */
export async function restoreSnapshot(
  deps: SnapshotDeps,
  caller: SnapshotViewer & { userId: string },
  input: RestoreInput,
): Promise<{ instanceId: string; runId: string }> {
  const { db, wake } = deps.instances;
  // Before the transaction: it would take a second connection inside.
  const cells = await deps.instances.cells.list();
  const restored = await transaction(db, (tx) => beginRestore(deps, tx, { caller, input, cells }));
  wake(restored.runId);
  return restored;
}

/** The same in the caller's transaction. `cells`: all there are. */
export async function beginRestore(
  deps: SnapshotDeps,
  tx: Transaction,
  { caller, input, cells }: { caller: SnapshotViewer & { userId: string }; input: RestoreInput; cells: Cell[] },
): Promise<StartedOperation & { instanceId: string }> {
  const visible = await selectVisibleSnapshot(tx, caller, input.snapshotId);
  if (visible === undefined) throw notFound('snapshot', input.snapshotId);
  await holdPlan(tx, visible.planId);
  // The instance before the snapshot, as everybody locks them.
  const source = input.restoreToSource === true ? await lockInstance(tx, visible.sourceInstanceId) : undefined;
  const snapshot = await lockSnapshot(tx, visible.id);
  if (snapshot === undefined || snapshot.deletedAt !== null) throw notFound('snapshot', input.snapshotId);
  refuseUnlessComplete(snapshot, 'restored');
  refuseMove(snapshot, input.place ?? {}, 'a snapshot is restored where it is; to have it elsewhere, copy it there and restore the copy');
  const version = await versionOf(tx, snapshot, input.planVersion);
  const values = valuesOf(deps, snapshot, version, input.parameters);
  const target =
    source === undefined
      ? await newTarget(deps, tx, { caller, input, snapshot, version, values, cells })
      : await revivedTarget(deps, tx, { caller, input, snapshot, version, values, source });
  await refuseForeignParameters({ ...deps.instances, db: tx }, target, input.parameters);
  return begin(deps, tx, {
    by: caller.userId,
    target,
    snapshot,
    ...(input.targetTime === undefined ? {} : { targetTime: input.targetTime }),
  });
}

async function begin(
  deps: SnapshotDeps,
  tx: Transaction,
  { by, target, snapshot, targetTime }: { by: string; target: InstanceRow; snapshot: SnapshotRow; targetTime?: Date },
): Promise<StartedOperation & { instanceId: string }> {
  const source = await selectInstance(tx, snapshot.sourceInstanceId);
  const time = (targetTime ?? snapshot.takenAt).toISOString();
  const restore: JsonObject = {
    snapshotId: backupIdOf(snapshot),
    snapshotTime: time,
    metadata: metadataSeen(deps.instances.sealer, snapshot),
    ...(targetTime === undefined ? {} : { targetTime: time }),
  };
  const started = await beginOperation(deps.instances, tx, {
    instance: target,
    kind: 'restore',
    by,
    input: {
      sys: {
        restore,
        sourceInstanceId: snapshot.sourceInstanceId,
        targetInstanceId: target.id,
        sourceNamespace: source?.namespace ?? snapshot.sourceInstanceId,
      },
      secretSys: secretPaths(snapshot, 'restore'),
    },
    data: {
      snapshotId: snapshot.id,
      sourceInstanceId: snapshot.sourceInstanceId,
      ...(targetTime === undefined ? {} : { targetTime: time }),
    },
  });
  return { instanceId: target.id, ...started };
}

interface TargetInput {
  caller: SnapshotViewer & { userId: string };
  input: RestoreInput;
  snapshot: SnapshotRow;
  version: PlanVersion;
  values: ParameterValues;
}

async function newTarget(
  deps: SnapshotDeps,
  tx: Transaction,
  { caller, input, snapshot, version, values, cells }: TargetInput & { cells: Cell[] },
): Promise<InstanceRow> {
  const subscriptionId = input.subscriptionId ?? '';
  const subscription =
    subscriptionId === ''
      ? await findSubscription(tx, { orgId: snapshot.providerOrgId }, snapshot.subscriptionId)
      : await findSubscription(tx, caller, subscriptionId);
  if (subscription.planId !== snapshot.planId)
    throw badRequest('wrong-subscription', `Subscription ${subscription.id} is of another plan than snapshot ${snapshot.id}.`, [
      { field: 'subscriptionId', message: 'is of another plan' },
    ]);
  if (caller.customer === true && !isOwn(caller, { orgId: subscription.orgId, subscriptionId: subscription.id }))
    throw notFound('subscription', subscription.id);
  await takePlace(tx, subscription, version.compiled, countOfSubscription);
  // Where the backup was made, as long as that cell is there.
  const home = cells.find((one) => one.id === snapshot.cellId);
  const { cell, place } =
    home === undefined
      ? choosePlace(cells, snapshot, (cloud) => notOfferedOn(version.compiled, version.place.planName, cloud))
      : { cell: home, place: placeIn(home, snapshot) };
  return insertNewInstance(deps.instances.sealer, tx, {
    version,
    resourceKey: snapshot.resourceKey,
    subscription,
    cell,
    place,
    networkType: networkTypeFor(version, snapshot.resourceKey, input.networkType, snapshot.networkType),
    values,
    tags: snapshot.tags,
    by: caller.userId,
    restoredFrom: snapshot.id,
  });
}

/** The source keeps its id, its namespace and with them its endpoints; only what is gone can come back. */
async function revivedTarget(
  deps: SnapshotDeps,
  tx: Transaction,
  { input, snapshot, version, values, source }: TargetInput & { source: InstanceRow },
): Promise<InstanceRow> {
  const decision = await askArbiter(tx, source, { kind: 'restore', trigger: 'person' });
  if ('code' in decision)
    throw invalidState(decision.code, decision.message, [
      { field: 'restoreToSourceInstance', message: 'needs the source instance to be deleted, and nothing to act on it' },
    ]);
  if (input.subscriptionId !== undefined && input.subscriptionId !== '' && input.subscriptionId !== source.subscriptionId)
    throw badRequest(
      'wrong-subscription',
      `${source.id} comes back in its own subscription, ${source.subscriptionId}; leave subscriptionId out.`,
      [{ field: 'subscriptionId', message: 'cannot be changed when the source is restored' }],
    );
  await takePlace(tx, source.subscriptionId, version.compiled, countOfSubscription);
  await reviveInstance(tx, source.id, {
    planVersion: version.version,
    networkType: networkTypeFor(version, snapshot.resourceKey, input.networkType, snapshot.networkType),
    parameters: values.clear,
    sealedParameters: sealValues(deps.instances.sealer, source.id, values),
    restoredFrom: snapshot.id,
  });
  return lockThere(tx, source.id);
}

/** The snapshot's version unless another one is named. @throws DomainError not_found; invalid_state if it cannot restore */
async function versionOf(tx: Transaction, snapshot: SnapshotRow, wanted: string | undefined): Promise<PlanVersion> {
  const selector = wanted === undefined || wanted === '' ? snapshot.planVersion : wanted;
  const version = await planVersion(tx, snapshot.providerOrgId, snapshot.planId, selector);
  const resource = version.compiled.resources.find((one) => one.key === snapshot.resourceKey);
  if (resource?.systemWorkflows.restore !== undefined) return version;
  throw invalidState(
    'operation-not-offered',
    `Plan "${version.place.planName}" ${version.version} has no restore workflow for ${snapshot.resourceKey}; name a version that has one with productTierVersionOverride.`,
    [{ field: 'productTierVersionOverride', message: `version ${version.version} cannot restore` }],
  );
}

/** The snapshot's values with the overrides over them, checked as a create's. Passwords come from the snapshot's sealed copy. */
function valuesOf(deps: SnapshotDeps, snapshot: SnapshotRow, version: PlanVersion, override: unknown): ParameterValues {
  if (override !== null && override !== undefined && (typeof override !== 'object' || Array.isArray(override)))
    throw badRequest('invalid-parameters', 'inputParametersOverride must be an object of parameter names and values.', [
      { field: 'inputParametersOverride', message: 'not an object' },
    ]);
  const stored = openSnapshotParameters(deps.instances.sealer, snapshot);
  const declared = new Set(version.compiled.resources.flatMap((resource) => resource.parameters.map((parameter) => parameter.key)));
  // What the other version no longer has is left behind; what a person names must exist.
  const kept = Object.entries({ ...stored.clear, ...stored.secret }).filter(([key]) => declared.has(key));
  const given: Record<string, Json> = { ...Object.fromEntries(kept), ...((override ?? {}) as Record<string, Json>) };
  return createValues({ plan: version.compiled, resourceKey: snapshot.resourceKey, given, cloudProvider: snapshot.cloudProvider });
}
