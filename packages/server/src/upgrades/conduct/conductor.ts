/**
 * The conductor moves open paths on. All that it knows stands in rows, and each of its steps is one transaction that holds the path's row:
 * look at what there is, decide (next-move.ts), do one thing. So any number of copies may do it at once, a path that another one holds is
 * left to it, and whoever is killed between two steps leaves nothing half done.
 *
 * Locks are taken in the order path, instance, row of the instance in the path. An instance that somebody holds is not waited for: the end
 * of an upgrade holds its instance and writes its row, never the path's.
 */
import { cut } from '@cellplane/plan';
import { gaveWay, isAway } from '../../database/away.js';
import { type Transaction, transaction } from '../../database/database.js';
import { storageTroubleOf } from '../../database/storage-trouble.js';
import { waitForLocks } from '../../database/wait-for-locks.js';
import { messageOf } from '../../errors.js';
import { tell } from '../../events/tell.js';
import { beginNext } from './begin-next.js';
import type { UpgradeDeps } from '../deps.js';
import { judgeGates } from './gates.js';
import { countUpgrades, countWave, selectNextTry } from '../instance-upgrade-store.js';
import { cancelLocked, paused } from '../manage-path.js';
import { nextMove } from './next-move.js';
import { type LockedPath, lockOpenPath, savePath, selectDuePaths, selectPathById, setDue } from '../path-store.js';

/** Paths that are looked at in one turn, and steps on each: then the others have theirs. */
const PATHS_A_TURN = 100;
const STEPS_A_TURN = 60;
/** A step waits so long for a row that somebody holds. Milliseconds. */
const STEP_LOCK_MS = 500;
/** A path is left alone for so long after what is no fault of it. Seconds. */
const AFTER_FAILURE_S = 10;
/** How often a path looks whether the one that it comes after has ended. Seconds. */
const AFTER_PATH_S = 5;

/** What a step has led to: there may be another one at once; nothing to do now; gates are to be judged, which reads cells. */
type Step = { next: 'again' | 'rest'; runId?: string } | { next: 'judge'; wave: number };

/** One turn over all paths about which there may be something to do. A path that fails is logged and put off; the others go on. */
export async function conduct(deps: UpgradeDeps): Promise<void> {
  const { db, log } = deps.instances;
  for (const id of await selectDuePaths(db, PATHS_A_TURN)) {
    try {
      await moveOn(deps, id);
    } catch (error) {
      if (isAway(error)) throw error;
      log[gaveWay(error) ? 'warn' : 'error']({ upgradePath: id, error: messageOf(error) }, 'an upgrade path could not be moved on');
      if (gaveWay(error) || storageTroubleOf(error) !== undefined) continue;
      await transaction(db, async (tx) => {
        const path = await lockOpenPath(tx, id);
        if (path !== undefined)
          await savePath(tx, {
            ...path,
            statusMessage: `Not moved on: ${cut(messageOf(error))} It is tried again.`,
            dueAt: later(path.now, AFTER_FAILURE_S),
          });
      });
    }
  }
}

/** Steps on one path until it rests. */
async function moveOn(deps: UpgradeDeps, id: string): Promise<void> {
  const { db, wake } = deps.instances;
  for (let steps = 0; steps < STEPS_A_TURN; steps += 1) {
    const step = await transaction(db, async (tx): Promise<Step> => {
      await waitForLocks(tx, STEP_LOCK_MS);
      const path = await lockOpenPath(tx, id);
      return path === undefined ? { next: 'rest' } : stepOn(deps, tx, path);
    });
    if (step.next === 'judge') await judge(deps, id, step.wave);
    else if (step.runId !== undefined) wake(step.runId);
    if (step.next === 'rest') return;
  }
}

async function stepOn(deps: UpgradeDeps, tx: Transaction, path: LockedPath): Promise<Step> {
  switch (path.status) {
    case 'PAUSED':
      return giveUp(tx, path);
    case 'SCHEDULED':
    case 'PENDING':
      return start(tx, path);
    default:
      return goOn(deps, tx, path);
  }
}

async function giveUp(tx: Transaction, path: LockedPath): Promise<Step> {
  if (path.dueAt > path.now) return { next: 'rest' };
  await savePath(tx, await cancelLocked(tx, path, `Cancelled: it was paused for a day. ${path.statusMessage}`));
  return { next: 'rest' };
}

async function start(tx: Transaction, path: LockedPath): Promise<Step> {
  if (path.scheduledAt !== null && path.scheduledAt > path.now) {
    await setDue(tx, path.id, path.scheduledAt);
    return { next: 'rest' };
  }
  const before = path.afterPath === null ? undefined : await selectPathById(tx, path.afterPath);
  if (before !== undefined && before.status !== 'COMPLETE') {
    if (before.status === 'FAILED' || before.status === 'CANCELLED')
      await halt(tx, path, `Not begun: ${before.id}, which it comes after, is ${before.status}.`);
    else
      await savePath(tx, {
        ...path,
        statusMessage: `Waits for the end of ${before.id}, which is ${before.status}.`,
        dueAt: later(path.now, AFTER_PATH_S),
      });
    return { next: 'rest' };
  }
  await tell(tx, { kind: 'upgrade-path-started', subject: path.id, payload: { planId: path.planId } });
  await savePath(tx, { ...path, status: 'IN_PROGRESS', statusMessage: '', startedAt: path.now, dueAt: path.now });
  return { next: 'again' };
}

async function goOn(deps: UpgradeDeps, tx: Transaction, path: LockedPath): Promise<Step> {
  const { counts, inFlight } = await countWave(tx, path.id, path.wave);
  const move = nextMove({ ...path, counts, inFlight });
  switch (move.move) {
    case 'halt':
      await halt(tx, path, move.message);
      return { next: 'rest' };
    case 'begin':
      return beginOne(deps, tx, path);
    case 'wait':
      // The end of an upgrade writes nothing to the path: it is looked at again in each turn, after those that have waited longer.
      await setDue(tx, path.id, path.now);
      return { next: 'rest' };
    case 'soak':
      await savePath(tx, {
        ...path,
        soakUntil: move.until,
        dueAt: move.until,
        statusMessage: `Wave ${path.wave + 1} is watched until ${move.until.toISOString()}.`,
      });
      return { next: 'rest' };
    case 'soaking':
      await setDue(tx, path.id, move.until);
      return { next: 'rest' };
    case 'judge':
      return { next: 'judge', wave: path.wave };
  }
}

async function beginOne(deps: UpgradeDeps, tx: Transaction, path: LockedPath): Promise<Step> {
  const begun = await beginNext(deps, tx, path);
  if (begun !== undefined) return { next: 'again', ...begun };
  // All that waits does so for a time, or somebody holds it just now.
  const next = await selectNextTry(tx, path.id, path.wave);
  const { inFlight } = await countWave(tx, path.id, path.wave);
  await setDue(tx, path.id, inFlight === 0 && next !== undefined && next > path.now ? next : path.now);
  return { next: 'rest' };
}

/** Judges the gates of the wave outside of any transaction, then goes on with the next wave, or ends or halts the path. */
async function judge(deps: UpgradeDeps, id: string, wave: number): Promise<void> {
  const { db } = deps.instances;
  const path = await selectPathById(db, id);
  if (path === undefined) return;
  const refusal = path.acceptedGates >= wave ? undefined : await judgeGates(deps, path);
  await transaction(db, async (tx) => {
    await waitForLocks(tx, STEP_LOCK_MS);
    const now = await lockOpenPath(tx, id);
    // Somebody has acted meanwhile.
    if (now === undefined || now.status !== 'IN_PROGRESS' || now.wave !== wave) return;
    const { counts } = await countWave(tx, id, wave);
    if (counts.PENDING > 0 || counts.IN_PROGRESS > 0) return;
    if (now.wave < now.lastWave) {
      if (refusal !== undefined) return halt(tx, now, `Halted after wave ${wave + 1} of ${now.lastWave + 1}: ${refusal}`);
      return savePath(tx, { ...now, wave: wave + 1, soakUntil: null, acceptedFailures: 0, dueAt: now.now, statusMessage: '' });
    }
    return end(tx, now, refusal);
  });
}

async function end(tx: Transaction, path: LockedPath, refusal: string | undefined): Promise<void> {
  const failed = await countFailed(tx, path);
  const sentences = [
    ...(failed === 0 ? [] : [`${failed} ${failed === 1 ? 'instance' : 'instances'} failed.`]),
    ...(refusal === undefined ? [] : [`At the end: ${refusal}`]),
  ];
  const status = sentences.length === 0 ? 'COMPLETE' : 'FAILED';
  await tell(tx, { kind: 'upgrade-path-ended', subject: path.id, payload: { planId: path.planId, outcome: status } });
  await savePath(tx, { ...path, status, statusMessage: sentences.join(' '), completedAt: path.now });
}

async function countFailed(tx: Transaction, path: LockedPath): Promise<number> {
  return (await countUpgrades(tx, [path.id])).reduce((sum, { counts }) => sum + counts.FAILED, 0);
}

async function halt(tx: Transaction, path: LockedPath, message: string): Promise<void> {
  await tell(tx, { kind: 'upgrade-path-halted', subject: path.id, payload: { planId: path.planId, wave: path.wave + 1 } });
  await savePath(tx, { ...paused(path, message), halted: true });
}

function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000);
}
