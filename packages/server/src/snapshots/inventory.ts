/** What the catalogue asks of snapshots: to be found, and that a backup is not thrown away with the plan that can read it. */
import type { Inventory, SnapshotRecord } from '../catalog/inventory.js';
import { invalidState } from '../errors.js';
import { selectIdsOfPlans } from '../instances/plan-store.js';
import { listSnapshots } from './read-snapshot.js';
import { type SnapshotDeps, typeOnWire } from './snapshot.js';
import { countLiveOfPlans, forgetSnapshotsOfPlans } from './store.js';
import type { SnapshotFacts } from './wire.js';

/** The inventory of instances, with that of snapshots before it. `forgetPlans` throws invalid_state while there are snapshots. */
export function withSnapshots(inventory: Inventory, deps: SnapshotDeps): Inventory {
  return {
    ...inventory,
    searchSnapshots: async (caller, text) => (await listSnapshots(deps, { orgId: caller.orgId }, { text })).map(record),
    forgetPlans: async (tx, planIds) => {
      const live = await countLiveOfPlans(tx, planIds);
      if (live > 0)
        throw invalidState(
          'plan-has-snapshots',
          `There ${live === 1 ? 'is 1 snapshot' : `are ${live} snapshots`} of instances of this plan. Delete the manual ones first (cellplane snapshot list, cellplane snapshot delete); automated ones expire by themselves.`,
        );
      await forgetSnapshotsOfPlans(tx, planIds, await selectIdsOfPlans(tx, planIds));
      await inventory.forgetPlans(tx, planIds);
    },
  };
}

function record({ snapshot, version }: SnapshotFacts): SnapshotRecord {
  const { place } = version;
  const resource = version.compiled.resources.find((one) => one.key === snapshot.resourceKey);
  return {
    id: snapshot.id,
    cloudProvider: snapshot.cloudProvider,
    createdAt: snapshot.takenAt.toISOString(),
    description: typeOnWire(snapshot.origin),
    productTierId: place.planId,
    productTierName: place.planName,
    productTierVersion: snapshot.planVersion,
    regionCode: snapshot.region,
    resourceId: snapshot.resourceId,
    resourceName: resource?.name ?? snapshot.resourceKey,
    serviceId: place.serviceId,
    serviceName: place.serviceName,
    serviceEnvironmentId: place.environmentId,
    serviceEnvironmentName: place.environmentName,
    serviceEnvironmentType: place.environmentType,
    sourceInstanceId: snapshot.sourceInstanceId,
    status: snapshot.status,
    subscriptionId: snapshot.subscriptionId,
  };
}
