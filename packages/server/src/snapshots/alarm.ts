/**
 * Backups and removals that fail, and instances without a good backup, are told on the instance, in the log, as events, in metrics,
 * and on the record; the message goes when it is mended. None of it goes by an instance's status: one that is FAILED may hold a
 * database that people write to.
 */
import type { Transaction } from '../database/database.js';
import { insertInstanceEvent } from '../instances/instance-event-store.js';
import { selectInstance, setWarnings } from '../instances/store.js';
import type { Logger } from '../log.js';
import { backupNeededBy } from './schedule.js';
import { lockSchedule, setNoGoodSince, setReview } from './schedule-store.js';
import type { SnapshotRow } from './snapshot.js';
import { selectLastGood } from './store.js';

/** Kinds of warnings of this room: `kind: text`. */
export const WARNINGS = { backup: 'backup', removal: 'snapshot-removal' } as const;

/** Sets the instance's warning of this kind and subject, or takes it back (undefined). The instance must be locked. */
export async function setWarning(
  tx: Transaction,
  instanceId: string,
  kind: (typeof WARNINGS)[keyof typeof WARNINGS],
  subject: string,
  text: string | undefined,
): Promise<void> {
  const instance = await selectInstance(tx, instanceId);
  if (instance === undefined || instance.deletedAt !== null) return;
  const start = `${kind}: ${subject}`;
  const warnings = instance.warnings.filter((warning) => !warning.startsWith(start));
  if (text !== undefined) warnings.push(`${start}${text}`);
  if (JSON.stringify(warnings) !== JSON.stringify(instance.warnings)) await setWarnings(tx, instanceId, warnings);
}

/** There is no good backup, or none that is new enough, and `why`. The instance must be locked. Says it once as an event. */
export async function raiseNoGoodBackup(
  { log }: { log: Logger },
  tx: Transaction,
  instanceId: string,
  why: string,
  lastGood?: SnapshotRow,
): Promise<void> {
  const schedule = await lockSchedule(tx, instanceId);
  const good = lastGood ?? (await selectLastGood(tx, instanceId));
  const since = good?.takenAt ?? schedule?.anchor;
  const said =
    since === undefined
      ? 'there is no good backup'
      : `no good backup since ${since.toISOString()}${good === undefined ? ', when its schedule began' : ''}`;
  const text = `${said}: ${why}`;
  await setWarning(tx, instanceId, WARNINGS.backup, '', text);
  if (schedule === undefined || since === undefined || schedule.noGoodSince !== null) return;
  await setNoGoodSince(tx, instanceId, since);
  await insertInstanceEvent(tx, { instanceId, type: 'NoGoodBackup', message: text });
  log.error({ alarm: 'no-good-backup', instance: instanceId, since, reason: why }, `${instanceId}: ${said}`);
}

/** A backup is COMPLETE: what was said of missing ones is over. The instance must be locked. */
export async function endNoGoodBackup(tx: Transaction, instanceId: string, snapshotId: string): Promise<void> {
  await setWarning(tx, instanceId, WARNINGS.backup, '', undefined);
  const schedule = await lockSchedule(tx, instanceId);
  if (schedule === undefined) return;
  const good = await selectLastGood(tx, instanceId);
  await setReview(tx, instanceId, good === undefined ? schedule.reviewAt : backupNeededBy(good.takenAt, schedule.periodHours));
  if (schedule.noGoodSince === null) return;
  await setNoGoodSince(tx, instanceId, null);
  await insertInstanceEvent(tx, { instanceId, type: 'GoodBackup', message: `there is a good backup again: ${snapshotId}` });
}
