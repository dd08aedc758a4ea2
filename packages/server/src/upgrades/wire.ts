/** Upgrade paths and their instances as the wire shows them (docs/reference/api.md#objects). */
import type { Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { type PlanVersion, planVersion } from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import { namesOf } from '../identity/store.js';
import { countUpgrades, type ListedUpgrade, selectFailures, type WaveCounts } from './instance-upgrade-store.js';
import type { PathRow } from './path-store.js';
import { strategyOnWire } from './strategy.js';
import { type Counts, noCounts, shownStatus, totalOf, UPGRADE_STATUSES } from './upgrade-path.js';

type Handled<N extends keyof Handlers> = Awaited<ReturnType<Handlers[N]>>;
export type WirePath = Handled<'describeUpgradePath'>;
export type WireUpgrade = Handled<'listEligibleInstances'>['instances'][number];

/** Reasons of failures that an answer has of one path, and how long each may be. */
const MOST_REASONS = 100;
const LONGEST_REASON = 1_000;

/** Paths with their counts, in three statements however many there are; plan versions are read once each. */
export async function pathsOnWire(db: Database, rows: PathRow[]): Promise<WirePath[]> {
  const ids = rows.map(({ id }) => id);
  const waves = byPath(await countUpgrades(db, ids));
  const failures = byPath(await selectFailures(db, ids, MOST_REASONS));
  const versions = new Map<string, PlanVersion>();
  for (const { providerOrgId, planId, sourceVersion, targetVersion } of rows)
    for (const version of [sourceVersion, targetVersion]) {
      const key = `${planId} ${version}`;
      if (!versions.has(key)) versions.set(key, await planVersion(db, providerOrgId, planId, version));
    }
  return rows.map((row) =>
    pathOnWire(row, {
      waves: waves.get(row.id) ?? [],
      failures: failures.get(row.id) ?? [],
      source: versions.get(`${row.planId} ${row.sourceVersion}`),
      target: versions.get(`${row.planId} ${row.targetVersion}`),
    }),
  );
}

function byPath<T extends { pathId: string }>(all: T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) found.set(one.pathId, [...(found.get(one.pathId) ?? []), one]);
  return found;
}

interface PathFacts {
  waves: WaveCounts[];
  failures: { instanceId: string; reason: string }[];
  source: PlanVersion | undefined;
  target: PlanVersion | undefined;
}

function pathOnWire(row: PathRow, { waves, failures, source, target }: PathFacts): WirePath {
  const isScheduled = row.status === 'SCHEDULED';
  return {
    upgradePathId: row.id,
    serviceId: row.serviceId,
    productTierId: row.planId,
    sourceVersion: row.sourceVersion,
    sourceVersionName: source?.name ?? '',
    targetVersion: row.targetVersion,
    targetVersionName: target?.name ?? '',
    type: row.type,
    status: row.status,
    ...(row.statusMessage === '' ? {} : { statusMessage: row.statusMessage }),
    releasedAt: target?.releasedAt.toISOString() ?? '',
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    updatedAt: row.updatedAt.toISOString(),
    lastModifiedBy: row.modifiedBy,
    ...(row.lastAction === null ? {} : { lastRequestedAction: row.lastAction }),
    ...(row.completedAt === null ? {} : { completedAt: row.completedAt.toISOString() }),
    maxConcurrentUpgrades: row.maxConcurrent,
    notifyCustomer: row.notifyCustomer,
    ...(row.scheduledAt === null ? {} : { plannedExecutionDate: row.scheduledAt.toISOString() }),
    ...countsOnWire(sumOf(waves.map(({ counts }) => counts)), isScheduled),
    ...(failures.length === 0
      ? {}
      : {
          failedInstanceReasons: Object.fromEntries(
            failures.map(({ instanceId, reason }) => [instanceId, { reason: cut(reason, LONGEST_REASON) }]),
          ),
        }),
    strategy: strategyOnWire(row.strategy),
    waves: waves.map(({ wave, counts }) => ({ wave: wave + 1, ...countsOnWire(counts, isScheduled) })),
    currentWave: row.wave + 1,
    ...(row.soakUntil === null || row.status !== 'IN_PROGRESS' ? {} : { soakUntil: row.soakUntil.toISOString() }),
    ...(row.halted ? { halted: true } : {}),
    ...(row.afterPath === null ? {} : { after: row.afterPath }),
  };
}

/** Together they are the total at any moment. */
function countsOnWire(counts: Counts, isScheduled: boolean) {
  return {
    totalCount: totalOf(counts),
    pendingCount: isScheduled ? 0 : counts.PENDING,
    scheduledCount: isScheduled ? counts.PENDING : 0,
    inProgressCount: counts.IN_PROGRESS,
    completedCount: counts.COMPLETE,
    failedCount: counts.FAILED,
    skippedCount: counts.SKIPPED + counts.CANCELLED,
  };
}

function sumOf(all: Counts[]): Counts {
  const sum = noCounts();
  for (const counts of all) for (const status of UPGRADE_STATUSES) sum[status] += counts[status];
  return sum;
}

/** One page of a path's instances. */
export async function upgradesOnWire(db: Database, path: PathRow, rows: ListedUpgrade[]): Promise<WireUpgrade[]> {
  const names = await namesOf(
    db,
    rows.map(({ orgId }) => orgId),
  );
  const { compiled } = await planVersion(db, path.providerOrgId, path.planId, path.sourceVersion);
  return rows.map((row) => {
    const resource = compiled.resources.find(({ key }) => key === row.resourceKey);
    return {
      instanceId: row.instanceId,
      status: shownStatus(path.status, row.status),
      lifecycleStatus: row.instanceStatus,
      healthStatus: healthOf(row),
      cloudProviderName: row.cloudProvider,
      cloudProviderRegion: row.region,
      orgName: names.get(row.orgId) ?? '',
      resourceName: resource?.name ?? row.resourceKey,
      ...(resource === undefined ? {} : { managedResourceType: resource.kind }),
      customTags: row.tags,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
      ...(path.scheduledAt === null ? {} : { scheduledAt: path.scheduledAt.toISOString() }),
      ...(row.startedAt === null ? {} : { upgradeStartTime: row.startedAt.toISOString() }),
      ...(row.endedAt === null ? {} : { upgradeEndTime: row.endedAt.toISOString() }),
      workflowID: row.runId ?? '',
      ...(row.reason === '' ? {} : { statusDescription: row.reason }),
      wave: row.wave + 1,
      ...(row.targetVersion === null ? {} : { targetVersion: row.targetVersion }),
      ...(row.rollback === null ? {} : { rollbackStatus: row.rollback }),
    };
  });
}

function healthOf({ instanceStatus, isLost }: ListedUpgrade): string {
  if (isLost || instanceStatus === 'FAILED') return 'UNHEALTHY';
  if (instanceStatus === 'RUNNING') return 'HEALTHY';
  return instanceStatus === 'STOPPED' ? 'STOPPED' : 'UNKNOWN';
}
