/**
 * Work that is due: periodic backups, and snapshots that shall go. It stands in rows, so it survives anything; a sweep looks
 * about each second, in every process, and carries out what the arbiter admits. What must wait simply stays due.
 *
 * Each piece is a transaction of its own that locks the instance first (skipped if somebody else holds it: then somebody acts
 * on it), looks again, and begins the operation. A cell's pieces are begun one after the other, so that its limit holds.
 */
import { gaveWay, isAway } from '../database/away.js';
import { storageTroubleOf } from '../database/storage-trouble.js';
import { savepoint, sql, type Transaction, transaction } from '../database/database.js';
import { waitForLocks } from '../database/wait-for-locks.js';
import { DomainError, messageOf } from '../errors.js';
import { askArbiter, beginOperation } from '../lifecycle/begin-operation.js';
import { lockUnlessHeld } from '../instances/lock-store.js';
import { type InstanceRow, lockInstance } from '../instances/store.js';
import { selectOpenOperations } from '../lifecycle/store.js';
import { type DueRemoval, selectDueRemovals } from './removal-store.js';
import { raiseNoGoodBackup, setWarning, WARNINGS } from './alarm.js';
import { backupNeededBy, latestAttempt, nextAttempt, nextSlot } from './schedule.js';
import {
  advanceSchedule,
  countRunning,
  lockSchedule,
  passOver,
  pullBack,
  putOff,
  selectDueSchedules,
  selectReviews,
  setReview,
} from './schedule-store.js';
import { removalStep, removalVersion } from './removal-version.js';
import { isAutomated, isBeyondRemoval, removes, type SnapshotDeps } from './snapshot.js';
import { dropRecord } from './snapshot-port.js';
import { isBeingRestored, isKeptBeyondRetention, lockSnapshot, selectLastGood, selectSharers } from './store.js';
import { markDeleted, markDeleting, postponeDelete, pullBackRemovals, putOffDelete } from './going-store.js';
import { takeSnapshot } from './take-snapshot.js';

/** Who asks for what the platform does by itself. */
const PLATFORM = 'cellplane';

/** A piece waits so long for a row that somebody holds; then it stays due, and the others go on. Milliseconds. */
const PIECE_LOCK_MS = 200;

/** What a sweep did. */
export interface Swept {
  backups: number;
  removals: number;
  /** Slots that were passed over: the instance was stopped, gone, on its way out, or never ran. */
  skipped: number;
}

/** One look at everything that is due. A piece that fails is logged and left due; the others go on. */
export async function sweepDueWork(deps: SnapshotDeps): Promise<Swept> {
  const { db } = deps.instances;
  const swept: Swept = { backups: 0, removals: 0, skipped: 0 };
  const now = await deps.now(db);
  const pulled = await pullBack(db, now);
  if (pulled > 0) deps.instances.log.warn({ schedules: pulled }, 'the clock went back: backups are due one period from now at the latest');
  const removals = await pullBackRemovals(db, latestAttempt(now));
  if (removals > 0)
    deps.instances.log.warn({ snapshots: removals }, 'the clock went back: removals of snapshots are due in some hours at the latest');
  swept.skipped += await passOver(db, now);
  for (const { instanceId, cellId } of await selectDueSchedules(db, now, deps.backupsPerCell)) {
    const done = await attempt(
      deps,
      instanceId,
      () => backUp(deps, instanceId, cellId),
      () => putOff(db, instanceId, nextAttempt(1, now), now),
    );
    if (done === 'started') swept.backups += 1;
    else if (done === 'skipped') swept.skipped += 1;
  }
  for (const instanceId of await selectReviews(db, now)) {
    await attempt(
      deps,
      instanceId,
      () => review(deps, instanceId),
      () => transaction(db, (tx) => setReview(tx, instanceId, nextAttempt(1, now))),
    );
  }
  for (const { id, instanceId, cellId } of await selectDueRemovals(db, now, deps.backupsPerCell)) {
    const done = await attempt(
      deps,
      instanceId,
      () => remove(deps, { id, instanceId, cellId }),
      (error) => putOffDelete(db, id, nextAttempt(1, now), `Its removal could not be begun: ${messageOf(error)}`),
    );
    if (done === 'started') swept.removals += 1;
  }
  return swept;
}

type Done = { outcome: 'started' | 'skipped' | 'waits'; runId?: string };

/**
 * What cannot even be begun is put off for a minute: it must not take the places of the others. Where the database was away or
 * gave way to others nothing is: it may have been begun, as the rows will say at the next look, and it was not to blame.
 */
async function attempt(
  deps: SnapshotDeps,
  instanceId: string,
  work: () => Promise<Done>,
  later: (error: unknown) => Promise<void>,
): Promise<Done['outcome']> {
  try {
    const { outcome, runId } = await work();
    if (runId !== undefined) deps.instances.wake(runId);
    return outcome;
  } catch (error) {
    if (isAway(error) || gaveWay(error) || storageTroubleOf(error) !== undefined) {
      deps.instances.log.warn({ instance: instanceId, error: messageOf(error) }, 'due work on snapshots is looked at again');
      return 'waits';
    }
    deps.instances.log.error({ instance: instanceId, error: messageOf(error) }, 'due work on snapshots could not be begun');
    await later(error).catch((again: unknown) =>
      deps.instances.log.error({ instance: instanceId, error: messageOf(again) }, 'due work on snapshots could not be put off'),
    );
    return 'waits';
  }
}

async function backUp(deps: SnapshotDeps, instanceId: string, cellId: string): Promise<Done> {
  return transaction(deps.instances.db, async (tx) => {
    await waitForLocks(tx, PIECE_LOCK_MS);
    const instance = await claim(deps, tx, 'backup', instanceId, cellId);
    if (instance === undefined) return { outcome: 'waits' };
    const schedule = await lockSchedule(tx, instanceId);
    const now = await deps.now(tx);
    if (schedule === undefined || schedule.nextAt > now) return { outcome: 'waits' };
    const next = nextSlot(schedule.anchor, schedule.periodHours, now);
    const skip = async (): Promise<Done> => {
      await advanceSchedule(tx, instanceId, next, null);
      return { outcome: 'skipped' };
    };
    // Nothing runs on it (`claim` has looked): what it is now, it stays until somebody does something.
    if ((await askArbiter(tx, instance, { kind: 'backup', trigger: 'schedule' })).verdict === 'skip') return skip();
    const work = async () => (await takeSnapshot(deps, tx, { instance, origin: 'periodic', by: PLATFORM, trigger: 'schedule' })).runId;
    const refused = await savepoint(tx, work, isRefusal);
    if (refused instanceof DomainError) {
      if (mustWait(refused)) return { outcome: 'waits' };
      await raiseNoGoodBackup(deps.instances, tx, instanceId, `the periodic backup was not begun: ${refused.message}`);
      return skip();
    }
    await advanceSchedule(tx, instanceId, next, now);
    return { outcome: 'started', runId: refused };
  });
}

/** Looks whether the instance has a good backup, and says if it has none: none at all, none that is new enough, or none within its retention. */
async function review(deps: SnapshotDeps, instanceId: string): Promise<Done> {
  return transaction(deps.instances.db, async (tx) => {
    const instance = (await lockUnlessHeld(tx, instanceId)) ? await lockInstance(tx, instanceId) : undefined;
    const schedule = instance === undefined ? undefined : await lockSchedule(tx, instanceId);
    if (instance === undefined || schedule === undefined || schedule.noGoodSince !== null) return { outcome: 'waits' };
    // Of what is being taken down there is nothing to back up any more.
    if (instance.deletedAt !== null || instance.takingDown || !instance.everRan) {
      await setReview(tx, instanceId, null);
      return { outcome: 'skipped' };
    }
    const now = await deps.now(tx);
    const good = await selectLastGood(tx, instanceId);
    const tell = async (why: string): Promise<Done> => {
      await raiseNoGoodBackup(deps.instances, tx, instanceId, why, good);
      return { outcome: 'skipped' };
    };
    if (good?.expiresAt !== undefined && good.expiresAt !== null && good.expiresAt <= now)
      return tell(`${good.id} is past its retention (${good.expiresAt.toISOString()}), and kept because there is no newer one`);
    const neededBy = backupNeededBy(good?.takenAt ?? schedule.anchor, schedule.periodHours);
    if (schedule.reviewAt === null || schedule.reviewAt > now) return { outcome: 'waits' };
    if (neededBy <= now && instance.status !== 'STOPPED') return tell(`there should be one every ${hours(schedule.periodHours)}`);
    // What is stopped does not change: its last backup stays as good as it was.
    await setReview(tx, instanceId, neededBy <= now ? null : neededBy);
    return { outcome: 'skipped' };
  });
}

function hours(count: number): string {
  return count === 1 ? 'hour' : `${count} hours`;
}

async function remove(deps: SnapshotDeps, due: DueRemoval): Promise<Done> {
  return transaction(deps.instances.db, async (tx) => {
    await waitForLocks(tx, PIECE_LOCK_MS);
    const instance = await claim(deps, tx, 'deleteBackup', due.instanceId, due.cellId);
    const snapshot = instance === undefined ? undefined : await lockSnapshot(tx, due.id);
    if (instance === undefined || snapshot === undefined || snapshot.deletedAt !== null) return { outcome: 'waits' };
    const now = await deps.now(tx);
    const expired = isAutomated(snapshot.origin) && snapshot.expiresAt !== null && snapshot.expiresAt <= now;
    const wanted = snapshot.deleteWantedAt === null ? expired : snapshot.deleteWantedAt <= now;
    if (!wanted || snapshot.status === 'RUNNING') return { outcome: 'waits' };
    if (snapshot.deleteWantedAt === null && (await isKeptBeyondRetention(tx, snapshot.id))) return { outcome: 'waits' };
    // The backup is read by somebody, or is not this record's alone.
    if (await isBeingRestored(tx, snapshot)) return { outcome: 'waits' };
    if ((await selectSharers(tx, snapshot)).length > 0) {
      await markDeleted(tx, snapshot.id, now);
      return { outcome: 'skipped' };
    }
    const version = await removalVersion(tx, instance, snapshot);
    const put = async (message: string): Promise<Done> => {
      const again = nextAttempt(snapshot.deleteAttempts + 1, now);
      await postponeDelete(tx, snapshot.id, again, `Its removal could not be begun: ${message}`);
      await setWarning(tx, instance.id, WARNINGS.removal, snapshot.id, ` could not be removed: ${message}`);
      deps.instances.log.error({ alarm: 'snapshot-removal-failed', snapshot: snapshot.id, again, reason: message }, 'a snapshot stays');
      return { outcome: 'skipped' };
    };
    if (!removes(version.compiled, snapshot.resourceKey))
      return put(`plan version ${instance.planVersion} has no deleteBackup workflow; build one that has, and move the instance to it`);
    if (isBeyondRemoval(version.compiled, snapshot)) {
      await dropRecord({ ...deps.instances, now: deps.now }, tx, snapshot);
      await setWarning(tx, instance.id, WARNINGS.removal, snapshot.id, undefined);
      return { outcome: 'skipped' };
    }
    await markDeleting(tx, snapshot.id, now);
    const removal = {
      instance,
      kind: 'deleteBackup' as const,
      by: PLATFORM,
      steps: [removalStep(version, snapshot)],
      data: { snapshotId: snapshot.id },
      trigger: 'schedule' as const,
    };
    const begun = await savepoint(tx, async () => (await beginOperation(deps.instances, tx, removal)).runId, isRefusal);
    if (!(begun instanceof DomainError)) return { outcome: 'started', runId: begun };
    return mustWait(begun) ? { outcome: 'waits' } : put(begun.message);
  });
}

/** The instance, locked, if nothing runs on it and its cell has room; undefined: not now. */
async function claim(
  deps: SnapshotDeps,
  tx: Transaction,
  kind: 'backup' | 'deleteBackup',
  instanceId: string,
  cellId: string,
): Promise<InstanceRow | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`snapshots of ${cellId}`}, 0))`.execute(tx);
  if ((await countRunning(tx, cellId, kind)) >= deps.backupsPerCell) return undefined;
  if (!(await lockUnlessHeld(tx, instanceId))) return undefined;
  const instance = await lockInstance(tx, instanceId);
  return instance !== undefined && (await selectOpenOperations(tx, instanceId)).length === 0 ? instance : undefined;
}

function isRefusal(error: unknown): error is DomainError {
  return error instanceof DomainError && error.kind !== 'unavailable';
}

/** The arbiter's "not now". */
function mustWait(error: DomainError): boolean {
  return error.code === 'conflicting-operation';
}
