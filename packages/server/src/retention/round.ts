/**
 * The round over all instances, in the order of their ids. One process does it at a time, by a lease on one row, which also says how far
 * the round is: whoever comes after a kill goes on from there. What is done twice removes nothing more.
 */
import { removeDeleted, selectDeletedPlans } from '../catalog/deletion/deletion-store.js';
import { isAway } from '../database/away.js';
import { databaseTime } from '../database/clock.js';
import { transaction } from '../database/database.js';
import { deleteRuns, selectPastRuns, selectSubjects } from '../engine/rows/past-runs.js';
import { messageOf } from '../errors.js';
import { selectAging, selectKnownIds, selectPlansInUse } from '../instances/past-instance-store.js';
import { pause } from '../process/timer.js';
import { pruneInstance } from './prune-instance.js';
import { daysBefore, REMOVED_AT_ONCE, type RetentionDeps } from './retention.js';
import { addRemoved, claimRound, endRound, leaveRound, moveRound } from './store.js';

/** A round begins at most so often. Seconds. */
const ROUND_EVERY_SECONDS = 3_600;
/** Instances between two notes of how far the round is. */
const STEP = 20;
/** Plans that one transaction removes: each has versions and subscriptions. */
const PLANS_AT_ONCE = 10;

/** Goes on with the round, or begins one if one is due, for at most so long; the rest is left to the next call. Milliseconds. */
export async function goRound(
  deps: RetentionDeps,
  { signal, atMostMs, everySeconds = ROUND_EVERY_SECONDS }: { signal: AbortSignal; atMostMs: number; everySeconds?: number },
): Promise<'ended' | 'goes on' | 'not due'> {
  const { db, owner } = deps;
  let position = await claimRound(db, { owner, everySeconds });
  if (position === undefined) return 'not due';
  const until = performance.now() + atMostMs;
  const now = await databaseTime(db);
  for (;;) {
    const instances = await selectAging(db, { after: position, limit: STEP });
    let leftOver = 0;
    for (const instance of instances) {
      if (signal.aborted || performance.now() > until) break;
      leftOver += await pruned(deps, instance, now, signal);
      position = instance.id;
    }
    if (!(await moveRound(db, { owner, position, leftOver }))) return 'goes on';
    if (signal.aborted || performance.now() > until) {
      await leaveRound(db, owner);
      return 'goes on';
    }
    if (instances.length < STEP) break;
  }
  // What cannot be removed of these is tried again in the next round: without an end no instance would be looked at any more.
  await unlessFails(deps, 'old runs of instances that are gone', () => pruneOrphans(deps, now, signal));
  await unlessFails(deps, 'plans that were deleted long ago', () => prunePlans(deps, now, signal));
  if (signal.aborted) await leaveRound(db, owner);
  else await endRound(db, owner);
  return signal.aborted ? 'goes on' : 'ended';
}

/** One instance that cannot be pruned does not keep the others. */
async function pruned(
  deps: RetentionDeps,
  ...[instance, now, signal]: [Parameters<typeof pruneInstance>[1], Date, AbortSignal]
): Promise<number> {
  try {
    return await pruneInstance(deps, instance, now, signal);
  } catch (error) {
    deps.log.warn({ instance: instance.id, error: messageOf(error) }, 'old history of an instance could not be removed');
    return 0;
  }
}

async function unlessFails({ log }: RetentionDeps, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isAway(error)) throw error;
    log.warn({ error: messageOf(error) }, `${what} could not be removed`);
  }
}

/** Runs of subjects that are no instances any more: versions of the program before retention removed instances and left their runs. */
async function pruneOrphans(deps: RetentionDeps, now: Date, signal: AbortSignal): Promise<void> {
  const { db } = deps;
  const before = daysBefore(now, deps.history.usual);
  let after = '';
  while (!signal.aborted) {
    const subjects = await selectSubjects(db, { after, limit: REMOVED_AT_ONCE });
    const known = await selectKnownIds(db, subjects);
    for (const subject of subjects.filter((id) => !known.has(id))) {
      for (let ended = REMOVED_AT_ONCE; ended === REMOVED_AT_ONCE && !signal.aborted; await pause(deps.pauseMs, signal)) {
        const page = await selectPastRuns(db, { subject, key: 'operationId', before, limit: REMOVED_AT_ONCE });
        ended = await transaction(db, async (tx) => {
          const ends = await deleteRuns(
            tx,
            page.map(({ id }) => id),
          );
          await addRemoved(tx, { runs: ends.length });
          return ends.length;
        });
      }
    }
    after = subjects.at(-1) ?? after;
    if (subjects.length < REMOVED_AT_ONCE) return;
  }
}

/** What was deleted of the catalogue long ago, and has no instance any more. */
async function prunePlans({ db, deletedDays, pauseMs }: RetentionDeps, now: Date, signal: AbortSignal): Promise<void> {
  const before = daysBefore(now, deletedDays);
  const plans = await selectDeletedPlans(db, before);
  const inUse = await selectPlansInUse(db, plans);
  const free = plans.filter((id) => !inUse.has(id));
  // The last part is empty where nothing is left: environments and services without plans go with it.
  for (let at = 0; at <= free.length && !signal.aborted; at += PLANS_AT_ONCE) {
    await transaction(db, async (tx) => addRemoved(tx, { plans: await removeDeleted(tx, free.slice(at, at + PLANS_AT_ONCE), before) }));
    await pause(pauseMs, signal);
  }
}
