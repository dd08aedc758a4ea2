import type { JsonObject } from '@cellplane/plan';
import type { Database, Transaction } from '../database/database.js';
import type { EndedRun } from '../engine/model.js';
import type { InstanceRow, InstanceValues } from '../instances/store.js';
import type { OperationRow, Step } from './operation.js';

/**
 * What the room of snapshots adds to operations. Instances do not know snapshots (they are a room further right); the
 * composition root puts them together. Every function runs in the caller's transaction with the instance's row locked, and
 * calls nothing outside.
 */
export interface SnapshotPort {
  /**
   * Steps of a delete that go before the plan's own: the last snapshot, then the removal of the automated ones. Rows that
   * they need are inserted here.
   */
  stepsBeforeDelete(
    tx: Transaction,
    input: { instance: InstanceRow; by: string; skipFinalSnapshot: boolean; skipSnapshotCleanup: boolean },
  ): Promise<Step[]>;
  /** `$sys` values of a step that has a snapshot, `{snapshot: {id, time, metadata}}`, and which paths of them are secret (`OperationInput.secretSys`). */
  inputOfStep(tx: Transaction, step: Step): Promise<{ sys: JsonObject; secretSys: string[][] }>;
  /**
   * Values that a step sees whose plan version is not the instance's, if it has a snapshot: those that the snapshot was taken with, under the
   * present ones.
   */
  valuesOfStep?(db: Database, instance: InstanceRow, step: Step): Promise<InstanceValues | undefined>;
  /** A step that has a snapshot has ended: its row becomes COMPLETE with the run's outputs, FAILED, DELETED, … */
  stepEnded(tx: Transaction, input: { instance: InstanceRow; operation: OperationRow; step: Step; ended: EndedRun }): Promise<void>;
  /** Organizations of those of these ids that are snapshots, deleted or not, by id. */
  ownersOf?(db: Database, ids: string[]): Promise<Map<string, string>>;
  /**
   * Whether a step that comes after others has nothing to do any more: since it was decided on, its snapshot went, or somebody
   * else needs the backup. What becomes of the row is stored here.
   */
  isMoot?(tx: Transaction, step: Step): Promise<boolean>;
  /**
   * The run of a step is tried again. One that has a snapshot: the row is as it was while the run went on. One of a restore that
   * has still to read its backup: it must be there.
   * @throws DomainError invalid_state if the snapshot is gone, or going
   */
  stepRetried?(tx: Transaction, input: { instance: InstanceRow; operation: OperationRow; step: Step }): Promise<void>;
  /** What is known of the backups of these instances; outside operations, without locks. */
  backupTimes(db: Database, of: { instanceId: string; retentionDays: number }[]): Promise<Map<string, BackupTimes>>;
  /**
   * A delete did not succeed: snapshots that it was to remove are what they were. In the transaction that ends the delete, because what begins
   * next on the instance decides by it.
   */
  deleteFailed(tx: Transaction, instance: InstanceRow): Promise<void>;
}

/** Of the backups of an instance; each is absent while there is no such moment. */
export interface BackupTimes {
  /** Since when it can be restored to any moment. */
  earliestRestoreTime?: Date;
  /** When the newest one ended. */
  lastBackupTime?: Date;
  /** When the next one by schedule begins; passed where it is tried again, or waits. */
  nextBackupTime?: Date;
  /** Since when there is no good one. */
  noGoodBackupSince?: Date;
}

/** Instances without snapshots: nothing goes before a delete, nothing is told. */
export const noSnapshots: SnapshotPort = {
  stepsBeforeDelete: () => Promise.resolve([]),
  inputOfStep: () => Promise.resolve({ sys: {}, secretSys: [] }),
  stepEnded: () => Promise.resolve(),
  backupTimes: () => Promise.resolve(new Map()),
  deleteFailed: () => Promise.resolve(),
};
