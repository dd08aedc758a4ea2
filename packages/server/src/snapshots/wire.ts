/** A snapshot as the wire shows it (docs/reference/api.md#objects). Secrets are masked. */
import type { Handlers } from '@cellplane/api';
import type { Json } from '@cellplane/plan';
import type { PlanVersion } from '../catalog/catalog.js';
import type { InstanceName } from '../instances/list-store.js';
import { maskedOutputs } from '../instances/outputs.js';
import type { Subscription } from '../subscriptions/store.js';
import { type SnapshotRow, typeOnWire } from './snapshot.js';

export type WireSnapshot = Awaited<ReturnType<Handlers['describeInstanceSnapshot']>>;

/** Everything that a snapshot's wire form is made of. */
export interface SnapshotFacts {
  snapshot: SnapshotRow;
  version: PlanVersion;
  subscription: Subscription;
  ownerName: string;
  ownerOrgName: string;
  /** Undefined: its row is gone. */
  source: InstanceName | undefined;
}

export function snapshotOnWire({ snapshot, version, subscription, ownerName, ownerOrgName, source }: SnapshotFacts): WireSnapshot {
  const { place } = version;
  const metadata = maskedOutputs(snapshot.metadata);
  const resource = version.compiled.resources.find((one) => one.key === snapshot.resourceKey);
  return {
    snapshotId: snapshot.id,
    status: snapshot.status,
    // How far a backup is, nobody says before it has ended.
    progress: ended(snapshot).progress,
    snapshotType: typeOnWire(snapshot.origin),
    sourceInstanceId: snapshot.sourceInstanceId,
    ...((source?.name ?? '') === '' ? {} : { sourceInstanceName: source?.name ?? '' }),
    ...(source?.deletedAt == null ? {} : { sourceInstanceDeletedAt: source.deletedAt.toISOString() }),
    createdTime: snapshot.takenAt.toISOString(),
    ...(snapshot.completedAt === null ? {} : { completeTime: snapshot.completedAt.toISOString() }),
    // Nobody says whether the plan's backup is; never claimed.
    encrypted: false,
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
    instanceResourceType: resource?.kind ?? '',
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

/** One that is asked for by itself: with what comes back. */
export function describedOnWire(facts: SnapshotFacts): WireSnapshot {
  const { snapshot, version } = facts;
  const resource = version.compiled.resources.find((one) => one.key === snapshot.resourceKey);
  return {
    ...snapshotOnWire(facts),
    parameters: (resource?.parameters ?? []).flatMap(({ key, name, type, export: isShown }) => {
      // Secrets are kept apart, and none is among these.
      const value = snapshot.parameters[key];
      return !isShown || value === undefined ? [] : [{ key, displayName: name, type, value }];
    }),
  };
}

type Handled<N extends keyof Handlers> = Awaited<ReturnType<Handlers[N]>>;

/** In a customer's list of one instance, where clients refuse an answer with a member less. */
export function listedOnWire(facts: SnapshotFacts): Handled<'customerListInstanceSnapshots'>['snapshots'][number] {
  const { snapshot } = facts;
  return { ...snapshotOnWire(facts), ...ended(snapshot), encrypted: false, region: snapshot.region };
}

/** The base of a restore to a time, likewise. */
export function restorePointOnWire(facts: SnapshotFacts): Handled<'describeRestorePoint'> {
  const { snapshot, version } = facts;
  const { serviceId, environmentId, planId } = version.place;
  return {
    ...snapshotOnWire(facts),
    completeTime: ended(snapshot).completeTime,
    serviceId,
    environmentId,
    productTierId: planId,
    productTierVersion: snapshot.planVersion,
  };
}

function ended({ completedAt }: SnapshotRow): { completeTime: string; progress: number } {
  return { completeTime: completedAt?.toISOString() ?? '', progress: completedAt === null ? 0 : 100 };
}

function typeOf(value: Json): string {
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return 'Float64';
  return typeof value === 'object' && value !== null ? 'JSON' : 'String';
}
