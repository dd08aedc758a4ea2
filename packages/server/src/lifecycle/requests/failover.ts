/** Failover: the plan's own workflow for a replica that failed. */
import { badRequest } from '../../errors.js';
import { transaction } from '../../database/database.js';
import { beginOperation, type StartedOperation } from '../begin-operation.js';
import { lockVisible } from './change-instance.js';
import type { InstanceCaller } from '../../instances/instance.js';
import type { InstanceDeps } from '../run-context.js';

/** What is done with the failed replica; the platform's own word for "and restart it" is a restart after the failover. */
const FAILOVER_ACTIONS = ['FAILOVER_ONLY', 'FAILOVER_AND_RESTART', 'FAILOVER_AND_RECREATE'] as const;

/** A replica is named like a Pod. */
const LONGEST_NAME = 253;

export interface FailoverInput {
  instanceId: string;
  failedReplicaId: string;
  /** Empty: FAILOVER_ONLY. */
  failedReplicaAction: string;
}

/**
 * Runs it; the workflow sees `$var.failedReplicaId` and `$var.failedReplicaAction`.
 * @throws DomainError bad_request; not_found; invalid_state (another operation runs, wrong status, not offered)
 */
export async function failOver(deps: InstanceDeps, caller: InstanceCaller, input: FailoverInput): Promise<StartedOperation> {
  const failedReplicaId = input.failedReplicaId.trim();
  if (failedReplicaId === '' || failedReplicaId.length > LONGEST_NAME || /\p{Cc}/u.test(failedReplicaId)) {
    const message = failedReplicaId === '' ? 'is missing' : 'is not the name of a replica';
    throw badRequest('invalid-replica', `failedReplicaID ${message}: give the id of the replica that failed.`, [
      { field: 'failedReplicaID', code: failedReplicaId === '' ? 'missing-field' : 'invalid-field', message },
    ]);
  }
  const wanted = input.failedReplicaAction.trim().toUpperCase() || FAILOVER_ACTIONS[0];
  const failedReplicaAction = FAILOVER_ACTIONS.find((action) => action === wanted);
  if (failedReplicaAction === undefined) {
    const message = `must be one of ${FAILOVER_ACTIONS.join(', ')}`;
    throw badRequest('invalid-failover-action', `failedReplicaAction ${message}.`, [
      { field: 'failedReplicaAction', code: 'invalid-enum-value', message },
    ]);
  }
  const started = await transaction(deps.db, async (tx) => {
    const instance = await lockVisible(tx, caller, input.instanceId);
    return beginOperation(deps, tx, {
      instance,
      kind: 'failover',
      by: caller.userId,
      data: { requestParams: { failedReplicaId, failedReplicaAction } },
      input: {
        parameters: {
          failedReplicaId: { value: failedReplicaId, type: 'String' },
          failedReplicaAction: { value: failedReplicaAction, type: 'String' },
        },
      },
    });
  });
  deps.wake(started.runId);
  return started;
}
