/**
 * Removes what is over of one instance. What it still stands on is read first, without a lock: whatever happens meanwhile only makes
 * more of it free, and what is open again by then is not removed (`deleteRuns`). Each page of runs is a transaction of its own, which
 * locks the instance before the runs, as everybody does, and leaves alone an instance that somebody holds.
 */
import { type Database, type Transaction, transaction } from '../database/database.js';
import {
  deleteRuns,
  type EndedRunRow,
  selectLastWriters,
  selectNewestRuns,
  selectPastRuns,
  selectSizes,
  selectValuesOfRuns,
} from '../engine/rows/past-runs.js';
import { selectComposed } from '../drift/drift-store.js';
import { lockUnlessHeld } from '../instances/lock-store.js';
import { type AgingInstance, deleteInstanceRow, deletePastInstanceEvents, setHistorySince } from '../instances/past-instance-store.js';
import { pause } from '../process/timer.js';
import { deleteOperationsOf, deletePastOperations, selectLifeBegin, selectNeededOperations } from '../lifecycle/store.js';
import { deletePastSnapshots, forgetSnapshots, hasSnapshots } from '../snapshots/going-store.js';
import { daysOf } from './history-days.js';
import { type Needs, whyKept } from './kept-runs.js';
import { daysBefore, inParts, REMOVED_AT_ONCE, type RetentionDeps } from './retention.js';
import { addRemoved } from './store.js';

/** The member of a run's data that names its operation, and the one that names its resource. */
const OPERATION = 'operationId';
const RESOURCE = 'resourceKey';
/** Verbs whose runs make the objects of the product. */
const MAKING = ['create', 'modify', 'restore'] as const;

/** Answers how many runs were left although nothing needs them: somebody held the instance. */
export async function pruneInstance(deps: RetentionDeps, instance: AgingInstance, now: Date, signal: AbortSignal): Promise<number> {
  const { db } = deps;
  const isOver =
    instance.deletedAt !== null && instance.deletedAt < daysBefore(now, deps.deletedDays) && !(await hasSnapshots(db, instance.id));
  const before = daysBefore(now, daysOf(deps.history, instance.environmentType));
  const needs = await needsOf(deps, instance);
  let left = 0;
  let after: EndedRunRow | undefined;
  while (!signal.aborted) {
    const page = await selectPastRuns(db, {
      subject: instance.id,
      key: OPERATION,
      before,
      limit: REMOVED_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    after = page.at(-1);
    const free = page.filter(({ id, value, finishedAt }) => whyKept({ id, operationId: value, finishedAt }, needs) === undefined);
    for (const part of inParts(free, await sizesOf(deps, free))) {
      if (signal.aborted) break;
      left += part.length - (await removeRuns(deps, instance.id, part));
      await pause(deps.pauseMs, signal);
    }
    if (page.length < REMOVED_AT_ONCE) break;
  }
  while (!signal.aborted && (await removeRest(deps, instance, { before, needs })) >= REMOVED_AT_ONCE) await pause(deps.pauseMs, signal);
  if (isOver && !signal.aborted) await removeInstance(deps, instance.id, daysBefore(now, deps.deletedDays));
  return left;
}

async function needsOf({ db, actsAfter }: RetentionDeps, instance: AgingInstance): Promise<Needs> {
  const { id: subject, isCompared, objectsUntil } = instance;
  const operations = await selectNeededOperations(db, subject);
  const isDeleted = instance.deletedAt !== null;
  const newest = isDeleted ? [] : await selectNewestRuns(db, { subject, key: RESOURCE, stages: actsAfter });
  const writers = isDeleted
    ? []
    : await selectLastWriters(db, {
        subject,
        making: MAKING,
        since: await selectLifeBegin(db, subject),
        composed: await selectComposed(db, subject),
      });
  return {
    instance: { isDeleted, isCompared, objectsUntil },
    openOperations: new Set(operations.filter(({ isOpen }) => isOpen).map(({ id }) => id)),
    operations: new Set(operations.map(({ id }) => id)),
    newest: new Set(newest),
    lastWriters: new Set(writers),
  };
}

async function sizesOf({ db }: RetentionDeps, runs: EndedRunRow[]): Promise<Map<string, number>> {
  return selectSizes(
    db,
    runs.map(({ id }) => id),
  );
}

/** Answers how many it removed: none where somebody holds the instance. */
async function removeRuns({ db }: RetentionDeps, instanceId: string, runs: EndedRunRow[]): Promise<number> {
  return transaction(db, async (tx) => {
    if (!(await lockUnlessHeld(tx, instanceId))) return 0;
    const ends = await deleteRuns(
      tx,
      runs.map(({ id }) => id),
    );
    if (ends.length > 0) await setHistorySince(tx, instanceId, new Date(Math.max(...ends.map((end) => end.getTime()))));
    await addRemoved(tx, { runs: ends.length });
    return ends.length;
  });
}

/** Operations, notes and records of removed snapshots; answers the most that it removed of one of them. */
async function removeRest(
  { db }: RetentionDeps,
  instance: AgingInstance,
  { before, needs }: { before: Date; needs: Needs },
): Promise<number> {
  return transaction(db, async (tx) => {
    if (!(await lockUnlessHeld(tx, instance.id))) return 0;
    const of = { instanceId: instance.id, before, limit: REMOVED_AT_ONCE };
    const removed = {
      // An operation outlives its runs: what a run is for is asked of its operation.
      operations: await deletePastOperations(tx, { ...of, kept: [...needs.operations, ...(await withRuns(tx, instance.id))] }),
      'instance-events': await deletePastInstanceEvents(tx, of),
      snapshots: await deletePastSnapshots(tx, of),
    };
    await addRemoved(tx, removed);
    if (removed.operations > 0) await setHistorySince(tx, instance.id, before);
    return Math.max(...Object.values(removed));
  });
}

function withRuns(db: Database, subject: string): Promise<string[]> {
  return selectValuesOfRuns(db, { subject, key: OPERATION });
}

/** The instance itself, which was deleted before this moment and has neither snapshots nor runs. */
async function removeInstance({ db }: RetentionDeps, id: string, before: Date): Promise<void> {
  await transaction(db, async (tx: Transaction) => {
    if (!(await lockUnlessHeld(tx, id)) || (await hasSnapshots(tx, id)) || (await withRuns(tx, id)).length > 0) return;
    await forgetSnapshots(tx, id);
    await deleteOperationsOf(tx, [id]);
    if (await deleteInstanceRow(tx, id, before)) await addRemoved(tx, { instances: 1 });
  });
}
