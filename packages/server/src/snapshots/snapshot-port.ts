/** What operations on instances ask of snapshots. Everything runs in the transaction that begins a step or ends its run. */
import type { Transaction } from '../database/database.js';
import type { EndedRun } from '../engine/model.js';
import { invalidState } from '../errors.js';
import { DomainError } from '../errors.js';
import type { Step } from '../lifecycle/operation.js';
import type { SnapshotPort } from '../lifecycle/snapshot-port.js';
import type { InstanceRow } from '../instances/store.js';
import { endNoGoodBackup, raiseNoGoodBackup, setWarning, WARNINGS } from './alarm.js';
import { backedUpResourceOf, recordSnapshot } from './record-snapshot.js';
import { removalStep, removalVersion, valuesOfRemoval } from './removal-version.js';
import { nextAttempt } from './schedule.js';
import { recordOutcome, setReview } from './schedule-store.js';
import {
  backupIdOf,
  isAutomated,
  isBeyondRemoval,
  metadataSeen,
  type PortDeps,
  removes,
  sealMetadata,
  secretPaths,
  type SnapshotRow,
} from './snapshot.js';
import {
  completeSnapshot,
  failSnapshot,
  isBeingRestored,
  lockSnapshot,
  resumeSnapshot,
  selectBackupTimes,
  selectOwners,
  selectSharers,
  selectSnapshot,
  selectSnapshotsOf,
  selectUsableFinal,
} from './store.js';
import { markDeleted, markDeleting, postponeDelete, unmarkDeleting } from './going-store.js';

export function snapshotPort(deps: PortDeps): SnapshotPort {
  return {
    stepsBeforeDelete: async (tx, input) => [...(await finalStep(deps, tx, input)), ...(await cleanupSteps(deps, tx, input))],
    inputOfStep: (tx, step) => inputOfStep(deps, tx, step),
    valuesOfStep: (db, instance, step) => valuesOfRemoval(deps, db, instance, step),
    stepEnded: (tx, input) => stepEnded(deps, tx, input),
    backupTimes: async (db, of) => selectBackupTimes(db, of, await deps.now(db)),
    ownersOf: (db, ids) => selectOwners(db, ids),
    isMoot: async (tx, step) =>
      step.verb === 'deleteBackup' && step.snapshotId !== undefined && needsNoRemoval(tx, step.snapshotId, await deps.now(tx)),
    stepRetried: (tx, input) => stepRetried(tx, input),
    deleteFailed: async (tx, instance) => {
      const now = await deps.now(tx);
      // It may have removed the automated ones before it failed.
      await setReview(tx, instance.id, now);
      await unmarkDeleting(tx, instance.id, now);
    },
  };
}

type DeleteInput = Parameters<SnapshotPort['stepsBeforeDelete']>[1];

/** The last snapshot, if the plan wants one and there is something to back up. */
async function finalStep(deps: PortDeps, tx: Transaction, { instance, by, skipFinalSnapshot }: DeleteInput): Promise<Step[]> {
  if (skipFinalSnapshot || !instance.placed || !instance.everRan) return [];
  const resource = await backedUpResourceOf(tx, instance);
  if (resource?.backup?.snapshotBeforeDeletion !== true) return [];
  // Until a delete has taken something down the product is used on, whatever the instance's status: an earlier last snapshot is old by now.
  if (instance.takingDown && (await selectUsableFinal(tx, instance.id)) !== undefined) return [];
  const snapshotId = await recordSnapshot(deps, tx, { instance, resource, origin: 'final', by, now: await deps.now(tx) });
  return [{ verb: 'backup', resourceKey: resource.key, snapshotId }];
}

/** Automated snapshots go with their instance, half-made and failed ones too; final ones stay until their time is over. */
async function cleanupSteps(deps: PortDeps, tx: Transaction, { instance, skipSnapshotCleanup }: DeleteInput): Promise<Step[]> {
  if (skipSnapshotCleanup) return [];
  const steps: Step[] = [];
  for (const snapshot of await selectSnapshotsOf(tx, instance.id)) {
    const { id, origin, resourceKey } = snapshot;
    if (origin !== 'periodic' && origin !== 'triggered') continue;
    if (await needsNoRemoval(tx, id, await deps.now(tx))) continue;
    const version = await removalVersion(tx, instance, snapshot);
    if (!removes(version.compiled, resourceKey)) continue;
    if (isBeyondRemoval(version.compiled, snapshot)) {
      await dropRecord(deps, tx, snapshot);
      continue;
    }
    await markDeleting(tx, id, null);
    steps.push(removalStep(version, snapshot));
  }
  return steps;
}

/** The end of a snapshot that `isBeyondRemoval`. */
export async function dropRecord(deps: PortDeps, tx: Transaction, snapshot: SnapshotRow): Promise<void> {
  await markDeleted(tx, snapshot.id, await deps.now(tx));
  deps.log.warn(
    { snapshot: snapshot.id, instance: snapshot.sourceInstanceId, failed: snapshot.message },
    'a backup that failed has none of the metadata that deleteBackup asks for: its record goes, what it may have left stays',
  );
}

/**
 * True of a snapshot whose backup is not to be removed now, whoever removes the record. Asked at the delete's begin and again
 * before each removal: where a delete is tried again, somebody may have copied it or restored from it since.
 */
async function needsNoRemoval(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const snapshot = await lockSnapshot(tx, id);
  if (snapshot === undefined || snapshot.deletedAt !== null) return true;
  // Somebody restores from it: it goes when that has ended.
  if (await isBeingRestored(tx, snapshot)) await markDeleting(tx, id, now);
  else if ((await selectSharers(tx, snapshot)).length > 0) await markDeleted(tx, id, now);
  else return false;
  return true;
}

async function inputOfStep(deps: PortDeps, tx: Transaction, step: Step): ReturnType<SnapshotPort['inputOfStep']> {
  if (step.snapshotId === undefined) return { sys: {}, secretSys: [] };
  const snapshot = step.verb === 'deleteBackup' ? await lockSnapshot(tx, step.snapshotId) : await selectSnapshot(tx, step.snapshotId);
  if (snapshot === undefined) throw new Error(`there is no snapshot ${step.snapshotId}`);
  if (step.verb === 'deleteBackup' && snapshot.deletedAt === null) {
    // A removal that is tried again: meanwhile somebody may have begun to restore. The run waits for that.
    if (await isBeingRestored(tx, snapshot))
      throw new DomainError('unavailable', 'snapshot-in-use', `Snapshot ${snapshot.id} is being restored; its removal waits for that.`);
    if (snapshot.status !== 'DELETING') await markDeleting(tx, snapshot.id, null);
  }
  const { id, time, metadata } = {
    id: backupIdOf(snapshot),
    time: snapshot.takenAt.toISOString(),
    metadata: metadataSeen(deps.sealer, snapshot),
  };
  return { sys: { snapshot: { id, time, metadata } }, secretSys: secretPaths(snapshot, 'snapshot') };
}

async function stepEnded(deps: PortDeps, tx: Transaction, input: Parameters<SnapshotPort['stepEnded']>[1]): Promise<void> {
  const { instance, step, ended } = input;
  if (step.snapshotId === undefined) return;
  const snapshot = await lockSnapshot(tx, step.snapshotId);
  if (snapshot === undefined || snapshot.deletedAt !== null) return;
  if (step.verb === 'backup') await backupEnded(deps, tx, instance, snapshot, ended);
  else if (step.verb === 'deleteBackup') await removalEnded(deps, tx, instance, snapshot, ended);
}

async function backupEnded(deps: PortDeps, tx: Transaction, instance: InstanceRow, snapshot: SnapshotRow, ended: EndedRun): Promise<void> {
  const succeeded = ended.outcome === 'Succeeded';
  if (succeeded) await completeSnapshot(tx, snapshot.id, await deps.now(tx), sealMetadata(deps.sealer, snapshot.id, ended.run.outputs));
  else await failSnapshot(tx, snapshot.id, reasonOf(ended));
  if (succeeded) {
    if (isAutomated(snapshot.origin)) await recordOutcome(tx, instance.id, '');
    return endNoGoodBackup(tx, instance.id, snapshot.id);
  }
  if (!isAutomated(snapshot.origin)) return;
  // Ended by a delete of the instance: nothing is wrong with its backups.
  if (ended.outcome === 'Terminated' && instance.status === 'DELETING') return;
  const failures = snapshot.origin === 'periodic' ? await recordOutcome(tx, instance.id, reasonOf(ended)) : 1;
  const times = failures > 1 ? ` (${failures} times in a row)` : '';
  deps.log.error(
    { alarm: 'backup-failed', instance: instance.id, snapshot: snapshot.id, run: ended.run.id, failures, reason: ended.message },
    `an automated backup of ${instance.id} failed${times}`,
  );
  await raiseNoGoodBackup(deps, tx, instance.id, `the last automated backup failed${times}: ${reasonOf(ended)}`);
}

async function removalEnded(deps: PortDeps, tx: Transaction, instance: InstanceRow, snapshot: SnapshotRow, ended: EndedRun): Promise<void> {
  const now = await deps.now(tx);
  if (ended.outcome === 'Succeeded') {
    await markDeleted(tx, snapshot.id, now);
    // It may have been the last good one.
    await setReview(tx, instance.id, now);
    return setWarning(tx, instance.id, WARNINGS.removal, snapshot.id, undefined);
  }
  const failures = snapshot.deleteAttempts + 1;
  const again = nextAttempt(failures, now);
  await postponeDelete(tx, snapshot.id, again, `Its removal failed: ${reasonOf(ended)}`);
  deps.log.error(
    { alarm: 'snapshot-removal-failed', instance: instance.id, snapshot: snapshot.id, run: ended.run.id, failures, again },
    `the removal of snapshot ${snapshot.id} failed; it is tried again`,
  );
  await setWarning(
    tx,
    instance.id,
    WARNINGS.removal,
    snapshot.id,
    ` could not be removed (attempt ${failures}; again at ${again.toISOString()}): ${reasonOf(ended)}`,
  );
}

/** What was removed meanwhile is not made again under its id; a removal that is tried again has nothing to be asked. */
async function stepRetried(tx: Transaction, input: Parameters<NonNullable<SnapshotPort['stepRetried']>>[1]): Promise<void> {
  const { instance, operation, step } = input;
  const { verb, snapshotId } = step;
  if ([step, ...operation.nextSteps].some((left) => left.verb === 'restore')) return holdBackup(tx, instance.restoredFrom);
  if (snapshotId === undefined) return;
  const snapshot = await lockSnapshot(tx, snapshotId);
  if (snapshot === undefined || snapshot.deletedAt !== null) {
    const cure = operation.kind === 'delete' ? `Delete ${instance.id} again.` : 'There is nothing to try again.';
    throw invalidState('snapshot-gone', `Snapshot ${snapshotId} is gone. ${cure}`);
  }
  if (verb === 'backup' && !(await resumeSnapshot(tx, snapshotId)))
    throw invalidState(
      'snapshot-not-failed',
      `Snapshot ${snapshotId} is ${snapshot.status}: its backup is not tried again. Take a new one.`,
    );
  if (verb === 'deleteBackup') await markDeleting(tx, snapshotId, null);
}

/**
 * The backup that a restore reads, locked: whoever removes it looks after that, and finds the restore. Any record of it will do.
 * @throws DomainError invalid_state if there is none that is COMPLETE
 */
async function holdBackup(tx: Transaction, snapshotId: string | null): Promise<void> {
  const snapshot = snapshotId === null ? undefined : await lockSnapshot(tx, snapshotId);
  if (snapshot?.status === 'COMPLETE') return;
  for (const other of snapshot === undefined ? [] : await selectSharers(tx, snapshot))
    if ((await lockSnapshot(tx, other))?.status === 'COMPLETE') return;
  throw invalidState('snapshot-gone', `Snapshot ${snapshotId} is gone, or is being deleted. Restore another one.`);
}

function reasonOf({ outcome, message }: EndedRun): string {
  return outcome === 'Terminated' ? `terminated: ${message}` : message;
}
