/** What the end of a run means for the path that its operation is of: noted in the transaction that ends it, so that counts and instances agree. */
import type { Transaction } from '../../database/database.js';
import type { EndedRun } from '../../engine/model.js';
import { mayBeOfUpgrade } from '../../lifecycle/run-data.js';
import { noteRollbackEnd, noteUpgradeEnd, selectPart } from '../instance-upgrade-store.js';

/** The room of operations has had its turn before: an operation that goes on with its next step has not ended. */
export async function noteEnd(tx: Transaction, { run }: EndedRun): Promise<void> {
  const operationId = run.data['operationId'];
  // Most runs are of no upgrade: they cost no statement.
  if (typeof operationId !== 'string' || !mayBeOfUpgrade(run)) return;
  const part = await selectPart(tx, operationId);
  if (part === 'upgrade') await noteUpgradeEnd(tx, operationId);
  if (part === 'rollback') await noteRollbackEnd(tx, operationId);
}
