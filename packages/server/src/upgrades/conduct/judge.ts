/** The end of a wave: its gates are judged, outside of any transaction; then the next wave begins, or the path ends or is halted. */
import { gaveWay, isAway } from '../../database/away.js';
import { type Transaction, transaction } from '../../database/database.js';
import { waitForLocks } from '../../database/wait-for-locks.js';
import { messageOf } from '../../errors.js';
import { tell } from '../../events/tell.js';
import type { UpgradeDeps } from '../deps.js';
import { countUpgrades, countWave } from '../instance-upgrade-store.js';
import { type LockedPath, lockOpenPath, type PathRow, savePath, selectPathById, wakePathsOf } from '../path-store.js';
import { judgeGates } from './gates.js';
import { halt } from './halt.js';
import { STEP_LOCK_MS } from './put-off.js';

/** A wave whose gates are to be judged. */
export interface Judgement {
  /** Of the path. */
  id: string;
  wave: number;
  /** It asks cells about objects, which takes its time. */
  readsCells: boolean;
}

/** Gates that cannot be judged are tried again for so long; then the path is halted. Seconds. */
const UNJUDGED_AT_MOST_S = 3_600;

/** Rejects where the gates cannot be judged, as long as that is tried again. */
export async function judge(deps: UpgradeDeps, { id, wave, readsCells }: Judgement): Promise<void> {
  const { db } = deps.instances;
  const path = await selectPathById(db, id);
  if (path === undefined) return;
  let unjudged: Error | undefined;
  const refusal = await refusalOf(deps, path, wave).catch((error: unknown) => {
    if (isAway(error) || gaveWay(error)) throw error;
    unjudged = error instanceof Error ? error : new Error(String(error));
    return `its gates could not be judged for ${UNJUDGED_AT_MOST_S / 60} minutes: ${messageOf(error)}`;
  });
  const isDone = await transaction(db, async (tx) => {
    await waitForLocks(tx, STEP_LOCK_MS);
    const now = await lockOpenPath(tx, id);
    // Somebody has acted meanwhile.
    if (now === undefined || now.status !== 'IN_PROGRESS' || now.wave !== wave) return false;
    const { counts } = await countWave(tx, id, wave);
    if (counts.PENDING > 0 || counts.IN_PROGRESS > 0) return false;
    if (unjudged !== undefined && !isOverdue(now)) throw unjudged;
    await passWave(tx, now, refusal);
    return true;
  });
  // The path was given to this judgement for a while (conductor.ts).
  if (!isDone && readsCells)
    await transaction(db, async (tx) => {
      await waitForLocks(tx, STEP_LOCK_MS);
      await wakePathsOf(tx, [id]);
    });
}

async function refusalOf(deps: UpgradeDeps, path: PathRow, wave: number): Promise<string | undefined> {
  return path.acceptedGates >= wave ? undefined : judgeGates(deps, path);
}

function isOverdue({ soakUntil, now }: LockedPath): boolean {
  return soakUntil !== null && now.getTime() - soakUntil.getTime() > UNJUDGED_AT_MOST_S * 1_000;
}

async function passWave(tx: Transaction, path: LockedPath, refusal: string | undefined): Promise<void> {
  const { wave, lastWave } = path;
  if (wave === lastWave) return end(tx, path, refusal);
  if (refusal !== undefined) return halt(tx, path, `Halted after wave ${wave + 1} of ${lastWave + 1}: ${refusal}`);
  return savePath(tx, { ...path, wave: wave + 1, soakUntil: null, acceptedFailures: 0, dueAt: path.now, statusMessage: '' });
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
