/** Scaling: how an instance comes to another number of replicas. */
import { type CompiledResource, INT32, type JsonObject, PatternBudget, REPLICA_COUNT } from '@cellplane/plan';
import { planVersion } from '../../catalog/catalog.js';
import { transaction } from '../../database/database.js';
import { badRequest, invalidState } from '../../errors.js';
import { beginOperation, type StartedOperation } from '../begin-operation.js';
import { lockVisible } from './change-instance.js';
import type { InstanceCaller } from '../../instances/instance.js';
import { findResource } from '../../instances/expression-context.js';
import type { OperationInput } from '../operation.js';
import { convert } from '../../instances/parameter-value.js';
import type { InstanceDeps } from '../run-context.js';
import type { InstanceRow } from '../../instances/store.js';
import { type Replicas, replicasOf } from '../../instances/replicas.js';

/** Kubernetes counts replicas in 32 bits, whatever the plan allows. */
const MOST_REPLICAS = Number(INT32[1]);

export interface ScaleInput {
  instanceId: string;
  kind: 'addCapacity' | 'removeCapacity';
  /** Replicas to add or to remove. */
  by: number;
}

/**
 * Runs the plan's workflow towards another number of replicas, which it sees as `$var.replicaCount`.
 * @throws DomainError bad_request (not a positive whole number, outside the bounds); not_found; invalid_state (stopped, never ran,
 * another operation runs, not offered, the present number is not known)
 */
export async function scaleInstance(deps: InstanceDeps, caller: InstanceCaller, input: ScaleInput): Promise<StartedOperation> {
  const { kind, by } = input;
  const field = kind === 'addCapacity' ? 'capacityToBeAdded' : 'capacityToBeRemoved';
  if (by > Number.MAX_SAFE_INTEGER) {
    throw badRequest('invalid-capacity', `${field} must be a whole number of 1 to ${MOST_REPLICAS}; it is ${by}.`, [
      { field, code: 'above-maximum', message: `must be 1 to ${MOST_REPLICAS}` },
    ]);
  }
  if (!Number.isSafeInteger(by) || by < 1) {
    throw badRequest('invalid-capacity', `${field} must be a whole number of at least 1${Number.isNaN(by) ? '' : `; it is ${by}`}.`, [
      { field, code: 'below-minimum', message: 'must be at least 1' },
    ]);
  }
  const started = await transaction(deps.db, async (tx) => {
    const instance = await lockVisible(tx, caller, input.instanceId);
    const { compiled, place } = await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
    const resource = findResource(compiled, instance.resourceKey);
    // Without the workflow or the right moment, nothing is to be counted: the arbiter says which of them it is.
    if (resource.systemWorkflows[kind] === undefined || !['RUNNING', 'FAILED'].includes(instance.status))
      return beginOperation(deps, tx, { instance, kind, by: caller.userId });
    const replicas = replicasOf(instance, resource);
    if (replicas.current === undefined) throw unknownCount(place.planName, instance, resource);
    const target = kind === 'addCapacity' ? replicas.current + by : replicas.current - by;
    checkTarget(replicas, replicas.current, target, field);
    const data: JsonObject = { replicas: target, replicasBefore: replicas.current, requestParams: { [field]: by } };
    return beginOperation(deps, tx, { instance, kind, by: caller.userId, input: inputOf(replicas, target), data });
  });
  deps.wake(started.runId);
  return started;
}

/** The target as `$var.replicaCount`, and as the parameter that holds the number under its own name. */
function inputOf({ parameter }: Replicas, target: number): OperationInput {
  const parameters: NonNullable<OperationInput['parameters']> = { [REPLICA_COUNT]: { value: target, type: parameter?.type ?? 'Int' } };
  if (parameter !== undefined) {
    const converted = convert(parameter, String(target), new PatternBudget());
    parameters[parameter.key] = { value: converted.ok ? converted.value : target, type: parameter.type };
  }
  return { parameters };
}

function checkTarget({ least, most, parameter }: Replicas, current: number, target: number, field: string): void {
  const ceiling = Math.min(most ?? MOST_REPLICAS, MOST_REPLICAS);
  const bounds = most === undefined && target < least ? `at least ${least}` : `${least} to ${ceiling}`;
  const out = target < least || target > ceiling;
  // The parameter may have more to say than its limits: options, a pattern.
  const held = out || parameter === undefined ? undefined : convert(parameter, String(target), new PatternBudget());
  if (!out && held?.ok !== false) return;
  const why = held?.ok === false ? `${parameter?.key ?? REPLICA_COUNT} ${held.message}` : `allowed are ${bounds}`;
  throw badRequest('capacity-out-of-bounds', `The instance has ${current} replicas and would have ${target}; ${why}.`, [
    { field, code: target < least ? 'below-minimum' : 'above-maximum', message: `leads to ${target}; ${why}` },
  ]);
}

function unknownCount(planName: string, instance: InstanceRow, resource: CompiledResource) {
  return invalidState(
    'replica-count-unknown',
    `Plan "${planName}" ${instance.planVersion} does not tell how many replicas ${instance.id} has, so none can be added or removed. ` +
      `The plan must declare the parameter ${REPLICA_COUNT} of ${resource.key}, or set compute.replicaCount or capabilities.autoscaling.minReplicas.`,
  );
}
