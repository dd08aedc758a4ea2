/** Point in time: which snapshot a restore to a given moment begins with, and which moments there are. */
import { planVersion } from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import { badRequest, invalidState, notFound } from '../errors.js';
import { isOwn } from '../identity/viewer.js';
import { parseMoment } from '../request-text/moment.js';
import { type InstanceRow, selectVisibleToo } from '../instances/store.js';
import { type RestoreInput, restoreSnapshot } from './restore.js';
import { RETENTION_DAYS, type SnapshotDeps, type SnapshotRow } from './snapshot.js';
import { selectSnapshotsOfLife, type SnapshotViewer } from './store.js';

const DAY_MS = 86_400_000;

export interface RestoreWindow {
  /** Undefined: no snapshot to begin with, so no moment. */
  earliest?: Date;
  latest: Date;
  /** When the newest backup ended. */
  lastBackup?: Date;
}

/**
 * Moments that an instance can be restored to: from the end of the oldest backup that the retention still covers, until now.
 * It slides: a manual snapshot that is older than the retention can be restored itself, but what changed since then may be
 * gone. `snapshots` are those of the instance's present life: what was before it was restored into leads to other data. Pure.
 */
function restoreWindow(snapshots: SnapshotRow[], retentionDays: number, now: Date): RestoreWindow {
  const ended = bases(snapshots);
  const covered = ended.filter((base) => base.takenAt.getTime() >= now.getTime() - retentionDays * DAY_MS);
  const earliest = covered
    .map((base) => base.completedAt)
    .reduce<Date | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
  const lastBackup = ended
    .map((base) => base.completedAt)
    .reduce<Date | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined);
  return { latest: now, ...(earliest === undefined ? {} : { earliest }), ...(lastBackup === undefined ? {} : { lastBackup }) };
}

/** The newest COMPLETE snapshot that ended at that moment or before. Pure. */
function baseFor(snapshots: SnapshotRow[], target: Date): SnapshotRow | undefined {
  return bases(snapshots)
    .filter((base) => base.completedAt <= target)
    .reduce<Base | undefined>((best, base) => (best === undefined || base.completedAt > best.completedAt ? base : best), undefined);
}

type Base = SnapshotRow & { completedAt: Date };

function bases(snapshots: SnapshotRow[]): Base[] {
  return snapshots.filter((one): one is Base => one.status === 'COMPLETE' && one.completedAt !== null);
}

/**
 * The base for a moment. @throws DomainError not_found; invalid_state if the instance is deleted; bad_request outside the window,
 * naming it, and if there is no COMPLETE snapshot yet
 */
export async function findBase(
  deps: SnapshotDeps,
  viewer: SnapshotViewer,
  input: { instanceId: string; targetTime: string | undefined },
): Promise<{ instance: InstanceRow; base: SnapshotRow; window: RestoreWindow; target: Date }> {
  const { db } = deps.instances;
  const instance = await selectVisibleToo(db, viewer, input.instanceId);
  if (instance === undefined || (viewer.customer === true && !isOwn(viewer, instance))) throw notFound('instance', input.instanceId);
  if (instance.deletedAt !== null)
    throw invalidState(
      'instance-is-deleted',
      `${instance.id} has been deleted, so it has no moments to go back to. Restore one of its snapshots (cellplane snapshot list).`,
    );
  const now = await deps.now(db);
  const target = input.targetTime === undefined ? now : readTime(input.targetTime);
  const snapshots = await selectSnapshotsOfLife(db, instance.id);
  const window = restoreWindow(snapshots, await retentionOf(db, instance), now);
  if (window.earliest === undefined)
    // No moment is inside the window, so the time is what is wrong, as for any other outside of it.
    throw badRequest(
      'no-snapshot',
      `${instance.id} has no COMPLETE snapshot within its retention yet, so it cannot be restored to a point in time. Take one first.`,
      [{ field: 'targetRestoreTime', code: 'no-snapshot', message: 'there is nothing yet to go back to' }],
    );
  const base = target >= window.earliest && target <= now ? baseFor(snapshots, target) : undefined;
  if (base !== undefined) return { instance, base, window, target };
  const text = `${window.earliest.toISOString()} to ${now.toISOString()}`;
  throw badRequest(
    'outside-restore-window',
    `${instance.id} can be restored to any moment from ${text}; ${target.toISOString()} is outside.`,
    [{ field: 'targetRestoreTime', code: 'outside-restore-window', message: `must be from ${text}` }],
  );
}

/** Restores into a new instance, as it was at that moment. @throws DomainError as `findBase` and `restoreSnapshot` do */
export async function restoreToTime(
  deps: SnapshotDeps,
  caller: SnapshotViewer & { userId: string },
  input: { instanceId: string; targetTime: string } & Omit<RestoreInput, 'snapshotId' | 'targetTime'>,
): Promise<{ instanceId: string; runId: string }> {
  const { base, target } = await findBase(deps, caller, input);
  const { instanceId: _, targetTime: __, ...rest } = input;
  return restoreSnapshot(deps, caller, { ...rest, snapshotId: base.id, targetTime: target });
}

/** @throws DomainError bad_request: a moment needs its zone */
function readTime(text: string): Date {
  const time = parseMoment(text);
  if (time !== undefined) return time;
  throw badRequest('invalid-time', 'targetRestoreTime must be a time with its zone, such as 2026-01-31T12:00:00Z.', [
    { field: 'targetRestoreTime', code: 'invalid-time', message: 'not an RFC 3339 time' },
  ]);
}

async function retentionOf(db: Database, instance: InstanceRow): Promise<number> {
  const { compiled } = await planVersion(db, instance.providerOrgId, instance.planId, instance.planVersion);
  return compiled.resources.find((resource) => resource.key === instance.resourceKey)?.backup?.retentionInDays ?? RETENTION_DAYS;
}
