/** Upgrade paths as they are printed, and what one would touch. */
import type { Client } from '@cellplane/api';
import { type CommonOptions, type Context, printList, printObject } from '../../context.js';

export type Path = Awaited<ReturnType<Client['describeUpgradePath']>>;
export type Upgrade = Awaited<ReturnType<Client['listEligibleInstances']>>['instances'][number];
export type BlastRadius = Awaited<ReturnType<Client['previewUpgradePath']>>;

export function printPath(context: Context, options: CommonOptions, path: Path): void {
  const { waves = [], failedInstanceReasons = {} } = path;
  printObject(
    context,
    options,
    { upgrade_id: path.upgradePathId, ...path },
    {
      id: path.upgradePathId,
      status: path.status,
      reason: path.statusMessage,
      versions: `${path.sourceVersion} → ${path.targetVersion}`,
      begins: path.plannedExecutionDate,
      instances: path.totalCount,
      complete: path.completedCount,
      'in progress': path.inProgressCount,
      waiting: path.pendingCount + (path.scheduledCount ?? 0),
      failed: path.failedCount,
      'left out': path.skippedCount,
      'at a time': path.maxConcurrentUpgrades,
      wave: waves.length > 1 ? `${path.currentWave ?? 1} of ${waves.length}` : undefined,
      'watched until': path.soakUntil,
      after: path.after,
      created: path.createdAt,
      completed: path.completedAt,
      failures: Object.keys(failedInstanceReasons).length === 0 ? undefined : reasonsOf(failedInstanceReasons),
    },
  );
}

export function printPaths(context: Context, options: CommonOptions, paths: Path[]): void {
  printList(
    context,
    options,
    paths.map((path) => ({ upgrade_id: path.upgradePathId, ...path })),
    {
      ID: (path) => path.upgradePathId,
      STATUS: (path) => path.status,
      FROM: (path) => path.sourceVersion,
      TO: (path) => path.targetVersion,
      TOTAL: (path) => path.totalCount,
      COMPLETE: (path) => path.completedCount,
      'IN PROGRESS': (path) => path.inProgressCount,
      WAITING: (path) => path.pendingCount + (path.scheduledCount ?? 0),
      FAILED: (path) => path.failedCount,
      'LEFT OUT': (path) => path.skippedCount,
      BEGINS: (path) => path.plannedExecutionDate,
      REASON: (path) => path.statusMessage,
    },
  );
}

export function printUpgrades(context: Context, options: CommonOptions, upgrades: Upgrade[]): void {
  printList(context, options, upgrades, {
    INSTANCE: (one) => one.instanceId,
    UPGRADE: (one) => one.status,
    WAVE: (one) => one.wave,
    STATUS: (one) => one.lifecycleStatus,
    HEALTH: (one) => one.healthStatus,
    CUSTOMER: (one) => one.orgName,
    BEGAN: (one) => one.upgradeStartTime,
    ENDED: (one) => one.upgradeEndTime,
    WORKFLOW: (one) => one.workflowID,
    'BROUGHT BACK': (one) => one.rollbackStatus,
    REASON: (one) => one.statusDescription,
  });
}

export function printBlastRadius(context: Context, options: CommonOptions, radius: BlastRadius): void {
  const { changes, windows, blocked, blockedCount, checkedCount, notNow } = radius;
  const looked = changes.complete ? 'all instances' : `${changes.lookedAt} of ${radius.totalCount} instances`;
  printObject(context, options, radius, {
    instances: radius.totalCount,
    environment: radius.environmentType,
    waves: radius.waves.join(', '),
    customers: Object.fromEntries(radius.byCustomer.map((one) => [one.organizationName || one.organizationId, one.instances])),
    cells: Object.fromEntries(radius.byCell.map((one) => [one.cell, one.instances])),
    'objects that change': `${changes.created} made, ${changes.changed} changed, ${changes.deleted} deleted, ${changes.unknown} unknown (looked at ${looked})`,
    'instances that restart': changes.lookedAt === 0 ? 'unknown' : `${changes.instancesThatRestart} of ${changes.lookedAt} looked at`,
    refused: changes.refused === 0 ? undefined : changes.refused,
    notes: changes.notes.length === 0 ? undefined : changes.notes.join('; '),
    'cannot be upgraded':
      blockedCount === 0
        ? `none of ${checkedCount} checked`
        : `${blockedCount} of ${checkedCount} checked: ${blocked.map((one) => `${one.instanceId} (${one.problems.map(({ message }) => message).join('; ')})`).join(', ')}`,
    'not as they are now': notNow.length === 0 ? undefined : notNow.map((one) => `${one.instanceId} ${one.why}`).join(', '),
    'maintenance windows':
      windows.instances === 0
        ? undefined
        : `${windows.instances} instances, ${windows.closedNow} closed now${windows.latestOpening === undefined ? '' : `, the last opens at ${windows.latestOpening}`}`,
    'estimated time':
      radius.estimatedSeconds === undefined
        ? 'unknown: no upgrade or modify of the plan has been seen yet'
        : timeOf(radius.estimatedSeconds),
  });
}

/** `1 h 5 min` */
function timeOf(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function reasonsOf(reasons: Record<string, { reason: string }>): Record<string, string> {
  return Object.fromEntries(Object.entries(reasons).map(([id, { reason }]) => [id, reason]));
}
