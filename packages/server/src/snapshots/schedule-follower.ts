/**
 * Schedules of backups follow what becomes of their instances: a schedule is what the instance's plan version says, begins when the instance
 * first runs, and goes with the instance. It follows the facts (docs/events.md), a moment after an operation has ended; nothing that
 * the next operation decides by stands on it.
 */
import type { Transaction } from '../database/database.js';
import type { StoredEvent } from '../events/event.js';
import type { Follower } from '../events/follow.js';
import { type InstanceRow, lockInstance } from '../instances/store.js';
import { backedUpResourceOf } from './record-snapshot.js';
import { backupNeededBy, latestNext, nextSlot } from './schedule.js';
import { deleteSchedule, lockSchedule, putSchedule, setReview } from './schedule-store.js';
import type { PortDeps } from './snapshot.js';

/** After these nothing about a schedule can have changed. */
const IRRELEVANT = new Set<unknown>(['backup', 'deleteBackup', 'custom', 'addCapacity', 'removeCapacity', 'failover']);

/** Reads the ends of operations. */
export function scheduleFollower(deps: Pick<PortDeps, 'now'>): Follower {
  return {
    name: 'backup-schedules',
    kinds: ['operation-ended'],
    // Each locks an instance.
    atOnce: 1,
    handle: (tx, event) => follow(deps, tx, event),
  };
}

/** Acts on the instance as it is by now: it may have gone on since. */
async function follow(deps: Pick<PortDeps, 'now'>, tx: Transaction, { subject, payload }: StoredEvent): Promise<void> {
  const { operation, outcome } = payload;
  if (IRRELEVANT.has(operation)) return;
  const instance = await lockInstance(tx, subject);
  if (instance === undefined) return;
  const succeeded = outcome === 'succeeded';
  if (instance.deletedAt !== null || (operation === 'delete' && succeeded)) return deleteSchedule(tx, instance.id);
  if (operation === 'delete') return;
  if (succeeded && !(await followPlan(deps, tx, instance))) return;
  if (succeeded || (operation === 'start' && instance.status !== 'STOPPED')) await followRest(deps, tx, instance);
}

/** What is stopped does not change, and is not backed up; once it runs again, or may, a backup must come within the usual time. */
async function followRest(deps: Pick<PortDeps, 'now'>, tx: Transaction, instance: InstanceRow): Promise<void> {
  if (instance.status === 'STOPPED') return setReview(tx, instance.id, null);
  const schedule = await lockSchedule(tx, instance.id);
  if (schedule?.reviewAt === null) await setReview(tx, instance.id, backupNeededBy(await deps.now(tx), schedule.periodHours));
}

/** The schedule is what the instance's plan version says. It begins when the instance first runs. Answers whether there is one. */
async function followPlan(deps: Pick<PortDeps, 'now'>, tx: Transaction, instance: InstanceRow): Promise<boolean> {
  const resource = await backedUpResourceOf(tx, instance);
  const period = resource?.backup?.periodInHours ?? 0;
  if (resource?.backup === undefined || period <= 0) {
    await deleteSchedule(tx, instance.id);
    return false;
  }
  const present = await lockSchedule(tx, instance.id);
  const retentionDays = resource.backup.retentionInDays;
  const same = present?.periodHours === period && present.cellId === instance.cellId && present.retentionDays === retentionDays;
  if (same) return true;
  const now = await deps.now(tx);
  const anchor = present?.anchor ?? now;
  const nextAt =
    present === undefined
      ? latestNext(period, now)
      : // What was due stays due; else the new rhythm counts from the old anchor.
        present.nextAt <= now || present.periodHours === period
        ? present.nextAt
        : nextSlot(anchor, period, now);
  const reviewAt = backupNeededBy(now, period);
  await putSchedule(tx, { instanceId: instance.id, cellId: instance.cellId, periodHours: period, retentionDays, anchor, nextAt, reviewAt });
  return true;
}
