/** What the catalogue asks of snapshots: to be found, counted, and removed before the plan that can remove them. */
import type { Inventory, SnapshotRecord } from '../catalog/inventory.js';
import { listSnapshots } from './read-snapshot.js';
import { type SnapshotDeps, typeOnWire } from './snapshot.js';
import { selectUnremovable, wantAllRemoved } from './going-store.js';
import { countLiveOfPlans } from './store.js';
import type { SnapshotFacts } from './wire.js';

/** Failures in a row of a removal after which nobody waits for it any more. */
const MOST_TRIES = 3;

/** The inventory of instances, with that of snapshots. */
export function withSnapshots(inventory: Inventory, deps: SnapshotDeps): Inventory {
  return {
    ...inventory,
    searchSnapshots: async (caller, text) => (await listSnapshots(deps, { orgId: caller.orgId }, { text })).map(record),
    countSnapshots: countLiveOfPlans,
    removeSnapshots: async (tx, planIds, what) => {
      await wantAllRemoved(tx, planIds, { at: await deps.now(tx), anew: what === 'begin' });
      const failed = await selectUnremovable(tx, planIds, MOST_TRIES);
      return { left: await countLiveOfPlans(tx, planIds), ...(failed === undefined ? {} : { failed }) };
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
