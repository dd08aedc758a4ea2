import { type Database, sql, type Transaction, transaction } from '../database/database.js';
import { retryRun } from '../engine/retry-run.js';
import { invalidState } from '../errors.js';
import { OPERATIONS, type OperationKind } from '../instances/instance.js';
import { lockInstance, selectOpenOperations, updateStatus } from '../instances/store.js';
import type { OperationView } from './store.js';

/**
 * Takes a failed or terminated run up again as the operation that it was: what has succeeded stays. The run gets the time it
 * had at first. @throws DomainError invalid_state if the run has not failed, a later operation followed it, or another one runs
 */
export async function retryOperation(db: Database, operation: OperationView): Promise<void> {
  await transaction(db, async (tx) => {
    const seconds = await deadlineSeconds(tx, operation.runId);
    // The run's row is locked before the instance's, as everywhere.
    await retryRun(tx, operation.runId, seconds);
    const instance = await lockInstance(tx, operation.instanceId);
    if (instance === undefined || instance.deletedAt !== null)
      throw invalidState('instance-gone', `The instance ${operation.instanceId} is deleted; nothing is left to retry.`);
    if ((await selectOpenOperations(tx, instance.id)).length > 0)
      throw invalidState('operation-running', `Another operation acts on ${instance.id}; wait for its end, or delete the instance.`);
    if (!(await isNewest(tx, operation)))
      throw invalidState(
        'not-the-latest',
        `Workflow ${operation.runId} was followed by a later one; only the latest of an instance can be retried.`,
      );
    await sql`update operations set status = 'running', message = '', code = '', finished_at = null where id = ${operation.id}`.execute(tx);
    await updateStatus(tx, instance.id, OPERATIONS[operation.kind as OperationKind].during, '');
  });
}

async function deadlineSeconds(tx: Transaction, runId: string): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select greatest(60, extract(epoch from deadline_at - coalesce(started_at, created_at)))::float8 as seconds from runs where id = ${runId}`.execute(
    tx,
  );
  return rows[0]?.seconds ?? 1800;
}

async function isNewest(tx: Transaction, operation: OperationView): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from operations where instance_id = ${operation.instanceId} order by created_at desc, id desc limit 1`.execute(tx);
  return rows[0]?.id === operation.id;
}
