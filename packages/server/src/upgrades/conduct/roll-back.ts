/** Brings failed instances back to the version that they had, where their path asks for it; whatever has become of the path meanwhile. */
import { gaveWay, isAway } from '../../database/away.js';
import { savepoint, transaction } from '../../database/database.js';
import { waitForLocks } from '../../database/wait-for-locks.js';
import { DomainError, messageOf } from '../../errors.js';
import { lockUnlessHeld } from '../../instances/lock-store.js';
import { lockInstance } from '../../instances/store.js';
import { selectOpenOperations } from '../../lifecycle/store.js';
import { mustWait } from './not-now.js';
import { type Failed, lockRollback, putOffRollback, refuseRollback, selectRollbacksWanted, setRollbackBegun } from './rollback-store.js';
import type { UpgradeDeps } from '../deps.js';
import { selectPathById } from '../path-store.js';

/** So many are begun in one turn. */
const A_TURN = 25;
const LOCK_MS = 500;
/** When one is tried again that had to wait. Milliseconds. */
const AGAIN_MS = 5_000;

/** One turn. One that fails is logged and put off; the others go on. */
export async function rollBackFailed(deps: UpgradeDeps): Promise<void> {
  const { db, log, wake } = deps.instances;
  for (const one of await selectRollbacksWanted(db, A_TURN)) {
    try {
      const runId = await rollBackOne(deps, one);
      if (runId !== undefined) wake(runId);
    } catch (error) {
      if (isAway(error)) throw error;
      log[gaveWay(error) ? 'warn' : 'error'](
        { instance: one.instanceId, error: messageOf(error) },
        'an instance could not be brought back',
      );
      await putOffRollback(db, one, AGAIN_MS);
    }
  }
}

async function rollBackOne(deps: UpgradeDeps, one: Failed): Promise<string | undefined> {
  return transaction(deps.instances.db, async (tx) => {
    await waitForLocks(tx, LOCK_MS);
    const path = await selectPathById(tx, one.pathId);
    if (path === undefined || !(await lockUnlessHeld(tx, one.instanceId))) return undefined;
    const instance = await lockInstance(tx, one.instanceId);
    const wanted = await lockRollback(tx, one);
    if (instance === undefined || wanted === undefined) return undefined;
    const refuse = (refused: string) => refuseRollback(tx, one, refused);
    if (instance.deletedAt !== null || instance.takingDown) {
      await refuse('it is being deleted.');
      return undefined;
    }
    if ((await selectOpenOperations(tx, instance.id)).length > 0) {
      await putOffRollback(tx, one, AGAIN_MS);
      return undefined;
    }
    const data = { upgradePathId: path.id };
    const begun = await savepoint(
      tx,
      () => deps.one.rollBack(tx, { instance, operationId: wanted.operationId, by: path.createdBy, data }),
      (error) => error instanceof DomainError,
    );
    if (begun instanceof DomainError) {
      if (mustWait(begun)) await putOffRollback(tx, one, AGAIN_MS);
      else await refuse(begun.message);
      return undefined;
    }
    await setRollbackBegun(tx, one, begun.operationId);
    return begun.runId;
  });
}
