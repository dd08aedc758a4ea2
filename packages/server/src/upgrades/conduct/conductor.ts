/**
 * The conductor moves open paths on. All that it knows stands in rows, and each of its steps is one transaction that holds the path's row:
 * look at what there is, decide (next-move.ts), do one thing. So any number of copies may do it at once, a path that another one holds is
 * left to it, and whoever is killed between two steps leaves nothing half done.
 *
 * Locks are taken in the order path, instance, row of the instance in the path. An instance that somebody holds is not waited for: the end
 * of an upgrade holds its instance and writes its row, never the path's.
 */
import { type Transaction, transaction } from '../../database/database.js';
import { waitForLocks } from '../../database/wait-for-locks.js';
import { tell } from '../../events/tell.js';
import { beginNext } from './begin-next.js';
import type { UpgradeDeps } from '../deps.js';
import { halt } from './halt.js';
import { judge, type Judgement } from './judge.js';
import { countWave, selectNextTry } from '../instance-upgrade-store.js';
import { cancelLocked, pausedUntil } from '../manage-path.js';
import { nextMove } from './next-move.js';
import { later, orPutOff, STEP_LOCK_MS } from './put-off.js';
import { type LockedPath, lockOpenPath, savePath, selectDuePaths, selectPathById, setDue } from '../path-store.js';

/** Paths that are looked at in one turn, and steps on each: then the others have theirs. */
const PATHS_A_TURN = 100;
const STEPS_A_TURN = 60;
/** How often a path looks whether the one that it comes after has ended. Seconds. */
const AFTER_PATH_S = 5;
/** Whoever judges conditions has the path for so long; after that another copy does. Longer than a judgement may take (gates.ts). Seconds. */
const JUDGED_WITHIN_S = 120;

/** What a step has led to: there may be another one at once; nothing to do now; gates are to be judged, which reads cells. */
type Step = { next: 'again' | 'rest'; runId?: string } | { next: 'judge'; judgement: Judgement };

/**
 * One turn over all paths about which there may be something to do. A path that fails is logged and put off; the others go on.
 * `judgeLater`: takes judgements that read cells, which may be slow, off the turn; without it they are a part of it.
 */
export async function conduct(deps: UpgradeDeps, judgeLater?: (judgement: Judgement) => void): Promise<void> {
  const judgeThis = async (judgement: Judgement) => {
    if (judgement.readsCells && judgeLater !== undefined) {
      judgeLater(judgement);
      return { next: 'rest' } as const;
    }
    await judge(deps, judgement);
    return { next: 'again' } as const;
  };
  for (const id of await selectDuePaths(deps.instances.db, PATHS_A_TURN))
    await orPutOff(deps, id, async () => {
      for (let steps = 0; steps < STEPS_A_TURN; steps += 1) {
        const step = await stepOf(deps, id);
        const { next } = step.next === 'judge' ? await judgeThis(step.judgement) : step;
        if (next === 'rest') return;
      }
    });
}

/** One step on a path: a transaction that holds its row. What has begun in it is woken. */
async function stepOf(deps: UpgradeDeps, id: string): Promise<Step> {
  const { db, wake } = deps.instances;
  const step = await transaction(db, async (tx): Promise<Step> => {
    await waitForLocks(tx, STEP_LOCK_MS);
    const path = await lockOpenPath(tx, id);
    return path === undefined ? { next: 'rest' } : stepOn(deps, tx, path);
  });
  if (step.next !== 'judge' && step.runId !== undefined) wake(step.runId);
  return step;
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
  const until = pausedUntil(path.pausedAt ?? path.now);
  if (until > path.now) await setDue(tx, path.id, until);
  else await savePath(tx, await cancelLocked(tx, path, `Cancelled: it was paused for a day. ${path.statusMessage}`));
  return { next: 'rest' };
}

async function start(tx: Transaction, path: LockedPath): Promise<Step> {
  if (path.scheduledAt !== null && path.scheduledAt > path.now) {
    await setDue(tx, path.id, path.scheduledAt);
    return { next: 'rest' };
  }
  const before = path.afterPath === null ? 'COMPLETE' : ((await selectPathById(tx, path.afterPath))?.status ?? 'GONE');
  if (before === 'FAILED' || before === 'CANCELLED' || before === 'GONE') {
    const what = before === 'GONE' ? 'gone with its plan' : before;
    await halt(tx, path, `Not begun: ${path.afterPath}, which it comes after, is ${what}.`);
    return { next: 'rest' };
  }
  if (before !== 'COMPLETE') {
    const statusMessage = `Waits for the end of ${path.afterPath}, which is ${before}.`;
    await savePath(tx, { ...path, statusMessage, dueAt: later(path.now, AFTER_PATH_S) });
    return { next: 'rest' };
  }
  await tell(tx, { kind: 'upgrade-path-started', subject: path.id, payload: { planId: path.planId } });
  await savePath(tx, { ...path, status: 'IN_PROGRESS', statusMessage: '', startedAt: path.now, dueAt: path.now });
  return { next: 'again' };
}

async function goOn(deps: UpgradeDeps, tx: Transaction, path: LockedPath): Promise<Step> {
  const { counts, inFlight } = await countWave(tx, path.id, path.wave);
  if (counts.FAILED < path.acceptedFailures) {
    // Some were retried by hand and have succeeded: as many others that fail are not accepted in their place.
    await savePath(tx, { ...path, acceptedFailures: counts.FAILED });
    return { next: 'again' };
  }
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
      return toJudge(tx, path);
  }
}

/** Conditions are judged by one copy at a time: it has the path until then. Since when is known, so that it is not tried for ever. */
async function toJudge(tx: Transaction, path: LockedPath): Promise<Step> {
  const readsCells = path.strategy.conditionGates.length > 0 && path.acceptedGates < path.wave;
  if (readsCells) {
    const statusMessage = `The gates of wave ${path.wave + 1} are judged.`;
    await savePath(tx, { ...path, statusMessage, soakUntil: path.soakUntil ?? path.now, dueAt: later(path.now, JUDGED_WITHIN_S) });
  }
  return { next: 'judge', judgement: { id: path.id, wave: path.wave, readsCells } };
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
