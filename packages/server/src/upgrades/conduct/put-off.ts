/** What becomes of a path that could not be moved on: it is tried again, and says so. */
import { cut } from '@cellplane/plan';
import { gaveWay, isAway } from '../../database/away.js';
import { transaction } from '../../database/database.js';
import { storageTroubleOf } from '../../database/storage-trouble.js';
import { messageOf } from '../../errors.js';
import type { UpgradeDeps } from '../deps.js';
import { lockOpenPath, savePath } from '../path-store.js';

/** A step waits so long for a row that somebody holds. Milliseconds. */
export const STEP_LOCK_MS = 500;
/** A path is left alone for so long after what is no fault of it. Seconds. */
const AFTER_FAILURE_S = 10;

/** Rejects only where the database is away: then nothing else can be done either. */
export async function orPutOff({ instances: { db, log } }: UpgradeDeps, id: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isAway(error)) throw error;
    log[gaveWay(error) ? 'warn' : 'error']({ upgradePath: id, error: messageOf(error) }, 'an upgrade path could not be moved on');
    if (gaveWay(error) || storageTroubleOf(error) !== undefined) return;
    await transaction(db, async (tx) => {
      const path = await lockOpenPath(tx, id);
      // What somebody has paused meanwhile rests.
      if (path !== undefined && path.status !== 'PAUSED')
        await savePath(tx, {
          ...path,
          statusMessage: `Not moved on: ${cut(messageOf(error))} It is tried again.`,
          dueAt: later(path.now, AFTER_FAILURE_S),
        });
    });
  }
}

export function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000);
}
