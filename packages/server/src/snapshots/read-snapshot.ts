/** Reading snapshots with everything that their wire form needs. */
import { type PlanVersion, planVersion } from '../catalog/catalog.js';
import { notFound } from '../errors.js';
import { namesOf } from '../identity/store.js';
import { selectInstanceNames } from '../instances/list-store.js';
import { selectSubscriptionsById } from '../subscriptions/store.js';
import type { SnapshotDeps, SnapshotRow } from './snapshot.js';
import { selectSnapshots, selectVisibleSnapshot, type SnapshotFilter, type SnapshotViewer } from './store.js';
import type { SnapshotFacts } from './wire.js';

/** One live snapshot. @throws DomainError not_found, for a foreign one too */
export async function describeSnapshot(deps: SnapshotDeps, viewer: SnapshotViewer, id: string): Promise<SnapshotFacts> {
  const snapshot = await selectVisibleSnapshot(deps.instances.db, viewer, id);
  const [facts] = snapshot === undefined ? [] : await gatherSnapshots(deps, [snapshot]);
  if (facts === undefined) throw notFound('snapshot', id);
  return facts;
}

/** Live snapshots that the viewer may see, newest first. */
export async function listSnapshots(deps: SnapshotDeps, viewer: SnapshotViewer, filter: SnapshotFilter): Promise<SnapshotFacts[]> {
  return gatherSnapshots(deps, await selectSnapshots(deps.instances.db, viewer, filter));
}

/** Plan versions, subscriptions and names are read once each. */
export async function gatherSnapshots(deps: SnapshotDeps, snapshots: SnapshotRow[]): Promise<SnapshotFacts[]> {
  const { db } = deps.instances;
  const versions = new Map<string, PlanVersion>();
  for (const snapshot of snapshots) {
    const key = `${snapshot.planId} ${snapshot.planVersion}`;
    if (!versions.has(key)) versions.set(key, await planVersion(db, snapshot.providerOrgId, snapshot.planId, snapshot.planVersion));
  }
  const subscriptions = await selectSubscriptionsById(db, [...new Set(snapshots.map(({ subscriptionId }) => subscriptionId))]);
  const names = await namesOf(
    db,
    [...subscriptions.values()].flatMap(({ rootUserId, orgId }) => [rootUserId, orgId]),
  );
  const sources = await selectInstanceNames(db, [...new Set(snapshots.map(({ sourceInstanceId }) => sourceInstanceId))]);
  return snapshots.flatMap((snapshot): SnapshotFacts[] => {
    const version = versions.get(`${snapshot.planId} ${snapshot.planVersion}`);
    const subscription = subscriptions.get(snapshot.subscriptionId);
    if (version === undefined || subscription === undefined) return [];
    return [
      {
        snapshot,
        version,
        subscription,
        ownerName: names.get(subscription.rootUserId) ?? '',
        ownerOrgName: names.get(subscription.orgId) ?? '',
        source: sources.get(snapshot.sourceInstanceId),
      },
    ];
  });
}
