import type { Transaction } from '../../database/database.js';
import { tell } from '../../events/tell.js';
import { paused } from '../manage-path.js';
import { type LockedPath, savePath } from '../path-store.js';

/** Pauses a locked path that nobody has asked to pause. `message`: why. */
export async function halt(tx: Transaction, path: LockedPath, message: string): Promise<void> {
  await tell(tx, { kind: 'upgrade-path-halted', subject: path.id, payload: { planId: path.planId, wave: path.wave + 1 } });
  await savePath(tx, { ...paused(path, message), halted: true });
}
