import type { EndedRun } from '../engine/model.js';
import type { Transaction } from '../database/database.js';
import { DomainError } from '../errors.js';
import { beginWaitingDelete, continueOperation } from './begin-operation.js';
import { OPERATIONS } from './instance.js';
import type { InstanceDeps } from './run-context.js';
import { finishOperation, lockInstance, selectOpenOperations, selectOperationOfRun, setOperationRun, updateStatus } from './store.js';

/**
 * What the end of a run means for its instance, in the transaction that ends the run: the operation goes on with the next
 * resource, or is over and the status says how, and a delete that waited behind it begins. Runs of other rooms are none of ours.
 */
export async function endOperation(deps: InstanceDeps, tx: Transaction, { run, outcome, message, code }: EndedRun): Promise<void> {
  const operation = await selectOperationOfRun(tx, run.id);
  if (operation === undefined || operation.status !== 'running') return;
  const instance = await lockInstance(tx, operation.instanceId);
  if (instance === undefined) throw new Error(`there is no instance ${operation.instanceId}`);
  const waiting = (await selectOpenOperations(tx, instance.id)).find((open) => open.status === 'waiting');
  const after = typeof run.data['resourceKey'] === 'string' ? run.data['resourceKey'] : instance.resourceKey;
  if (outcome === 'Succeeded' && waiting === undefined) {
    const next = await continueOperation(deps, tx, { instance, kind: operation.kind, after }).catch((error: unknown) => {
      // Said no by the plan or its values: that is how the operation ends. Anything else is tried again with the run's end.
      if (error instanceof DomainError && error.kind !== 'unavailable') return error;
      throw error;
    });
    if (next instanceof DomainError) {
      await finishOperation(tx, operation.id, { status: 'failed', message: next.message, code: next.code });
      return updateStatus(tx, instance.id, 'FAILED', `${operation.kind} failed: ${next.message}`);
    }
    if (next !== undefined) return setOperationRun(tx, operation.id, next);
  }
  const status = outcome === 'Succeeded' ? 'succeeded' : outcome === 'Terminated' ? 'cancelled' : 'failed';
  await finishOperation(tx, operation.id, { status, message, code });
  if (waiting !== undefined) {
    await beginWaitingDelete(deps, tx, { instance, operationId: waiting.id, skipFinalSnapshot: waiting.skipFinalSnapshot });
    return;
  }
  if (outcome === 'Succeeded') await updateStatus(tx, instance.id, OPERATIONS[operation.kind].after, '');
  else
    await updateStatus(
      tx,
      instance.id,
      'FAILED',
      `${operation.kind} ${outcome === 'Terminated' ? 'was terminated' : 'failed'}: ${message}`,
    );
}
