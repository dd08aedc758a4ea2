/** A snapshot as the wire shows it (provider-api.md 6.4). Secrets are masked. */
import type { Handlers } from '@cellplane/api';
import type { Json } from '@cellplane/plan';
import type { PlanVersion } from '../catalog/catalog.js';
import { maskedOutputs } from '../instances/wire.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { type SnapshotRow, typeOnWire } from './snapshot.js';

export type WireSnapshot = Awaited<ReturnType<Handlers['describeInstanceSnapshot']>>;

/** Everything that a snapshot's wire form is made of. */
export interface SnapshotFacts {
  snapshot: SnapshotRow;
  version: PlanVersion;
  subscription: Subscription;
  ownerName: string;
  ownerOrgName: string;
}

export function snapshotOnWire({ snapshot, version, subscription, ownerName, ownerOrgName }: SnapshotFacts): WireSnapshot {
  const { place } = version;
  const metadata = maskedOutputs(snapshot.metadata);
  const resource = version.compiled.resources.find((one) => one.key === snapshot.resourceKey);
  return {
    snapshotId: snapshot.id,
    status: snapshot.status,
    // How far a backup is, nobody says before it has ended.
    progress: snapshot.completedAt === null ? 0 : 100,
    snapshotType: typeOnWire(snapshot.origin),
    sourceInstanceId: snapshot.sourceInstanceId,
    createdTime: snapshot.takenAt.toISOString(),
    ...(snapshot.completedAt === null ? {} : { completeTime: snapshot.completedAt.toISOString() }),
    cloudProvider: snapshot.cloudProvider,
    region: snapshot.region,
    serviceId: place.serviceId,
    serviceName: place.serviceName,
    environmentId: place.environmentId,
    environmentName: place.environmentName,
    environmentType: place.environmentType,
    productTierId: place.planId,
    productTierName: place.planName,
    productTierVersion: snapshot.planVersion,
    productTierVersionDescription: version.name,
    instanceResourceType: resource?.name ?? snapshot.resourceKey,
    subscriptionId: snapshot.subscriptionId,
    subscriptionOwnerOrgId: subscription.orgId,
    subscriptionOwnerOrgName: ownerOrgName,
    subscriptionOwnerUserId: subscription.rootUserId,
    subscriptionOwnerUserName: ownerName,
    outputParams: Object.entries(metadata).map(([key, value]) => ({ key, displayName: key, type: typeOf(value), value })),
    snapshotMetadata: metadata,
    origin: snapshot.origin,
    ...(snapshot.message === '' ? {} : { statusDescription: snapshot.message }),
    ...(snapshot.expiresAt === null ? {} : { expiryTime: snapshot.expiresAt.toISOString() }),
    ...(snapshot.copiedFrom === null ? {} : { copiedFromSnapshotId: snapshot.copiedFrom }),
  };
}

function typeOf(value: Json): string {
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return 'Float64';
  return typeof value === 'object' && value !== null ? 'JSON' : 'String';
}
