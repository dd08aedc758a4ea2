/** The rows of new snapshots. */
import type { CompiledResource } from '@cellplane/plan';
import { fixedVersion } from '../catalog/catalog.js';
import type { Transaction } from '../database/database.js';
import { openParameters } from '../instances/expression-context.js';
import type { InstanceRow } from '../instances/store.js';
import type { Sealer } from '../secrets/envelope.js';
import { backedUpResource, expiryOf, newSnapshotId, snapshotParameterContext, type SnapshotOrigin } from './snapshot.js';
import { insertSnapshot } from './store.js';

/** The resource that backups of the instance are taken of, if its plan version takes any. */
export async function backedUpResourceOf(tx: Transaction, instance: InstanceRow): Promise<CompiledResource | undefined> {
  const version = await fixedVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
  return backedUpResource(version.compiled, instance.resourceKey);
}

/** Writes a snapshot that is about to be taken; its backup step comes in the same transaction. Answers its id. */
export async function recordSnapshot(
  deps: { sealer: Sealer },
  tx: Transaction,
  input: { instance: InstanceRow; resource: CompiledResource; origin: SnapshotOrigin; by: string; now: Date },
): Promise<string> {
  const { instance, resource, origin, now } = input;
  const id = newSnapshotId();
  await insertSnapshot(tx, {
    id,
    providerOrgId: instance.providerOrgId,
    orgId: instance.orgId,
    subscriptionId: instance.subscriptionId,
    serviceId: instance.serviceId,
    environmentId: instance.environmentId,
    planId: instance.planId,
    planVersion: instance.planVersion,
    resourceId: instance.resourceId,
    resourceKey: instance.resourceKey,
    cellId: instance.cellId,
    cloudProvider: instance.cloudProvider,
    region: instance.region,
    networkType: instance.networkType,
    sourceInstanceId: instance.id,
    origin,
    status: 'RUNNING',
    takenAt: now,
    completedAt: null,
    expiresAt: expiryOf(origin, now, resource.backup?.retentionInDays),
    metadata: {},
    parameters: instance.parameters,
    // Under its own context: it outlives the instance's row as it is now.
    sealedParameters: deps.sealer.seal(JSON.stringify(openParameters(deps.sealer, instance).secret), snapshotParameterContext(id)),
    tags: instance.tags,
    copiedFrom: null,
    createdBy: input.by,
  });
  return id;
}
