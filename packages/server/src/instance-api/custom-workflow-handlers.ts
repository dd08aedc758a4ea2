/** Handlers of custom workflows: calls, and the executions that came of them. */
import type { Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { badRequest, notFound } from '../errors.js';
import { modifyInstance, runVerb } from '../lifecycle/requests/change-instance.js';
import { scaleInstance } from '../lifecycle/requests/capacity.js';
import type { InstanceCaller } from '../instances/instance.js';
import { selectOperation } from '../lifecycle/store.js';
import { audienceOf } from '../identity/audience.js';
import { callCustomWorkflow, type CustomCall } from '../lifecycle/requests/custom-workflow.js';
import { selectSubjectOfRun } from '../engine/run-history.js';
import { isOver } from '../lifecycle/store.js';
import { selectExecutions } from './execution-store.js';
import { callAnswer, describeExecution, historyOf, listExecutions, readWait, waitForEnd } from './executions.js';
import { failOver } from '../lifecycle/requests/failover.js';
import { instanceAt, instanceOffered } from '../instances/instance-place.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { RunViews } from './live/run-views.js';
import { type InstanceRow } from '../instances/store.js';

export type CustomWorkflowHandlers = Pick<
  Handlers,
  | 'executeCustomWorkflow'
  | 'executeCustomerWorkflow'
  | 'executeWorkflowVerb'
  | 'listWorkflowExecutions'
  | 'describeWorkflowExecution'
  | 'describeExecution'
>;

interface Call {
  caller: InstanceCaller;
  body: { requestParams?: unknown; waitForCompletionSeconds?: number };
  signal?: AbortSignal;
}

export function customWorkflowHandlers(deps: InstanceDeps, runs: RunViews): CustomWorkflowHandlers {
  const { db } = deps;
  /** Makes the call, waits as long as was asked, and answers the id of the run that was its last. */
  const call = async (instance: InstanceRow, request: Call, begin: () => Promise<{ runId?: string }>): Promise<string> => {
    const seconds = readWait(request.body.waitForCompletionSeconds);
    const { runId } = await begin();
    if (runId === undefined) throw nothingToDo();
    if (seconds === 0) return runId;
    const operationId = (await selectExecutions(db, { instanceId: instance.id, runId })).rows[0]?.operationId ?? undefined;
    if (operationId === undefined) return runId;
    await waitForEnd(() => isOver(db, operationId), { seconds, signal: request.signal });
    return (await selectOperation(db, operationId))?.runId ?? runId;
  };
  const custom = async (instance: InstanceRow, request: Call, how: Pick<CustomCall, 'workflow' | 'audience'>) =>
    call(instance, request, () =>
      callCustomWorkflow(deps, request.caller, { ...how, instanceId: instance.id, parameters: request.body.requestParams }),
    );
  return {
    async executeCustomWorkflow(request) {
      const { params, caller } = request;
      const instance = await instanceAt(db, caller, params);
      const audience = (of: InstanceRow) => audienceOf(of, caller);
      return callAnswer(deps, runs, instance, await custom(instance, request, { workflow: { id: params.workflowId }, audience }));
    },
    async executeCustomerWorkflow(request) {
      const instance = await instanceOffered(db, request.caller, request.params);
      const how = { workflow: { id: request.params.workflowId }, audience: () => 'END_CUSTOMER' as const };
      return callAnswer(deps, runs, instance, await custom(instance, request, how));
    },
    async executeWorkflowVerb(request) {
      const { params, caller } = request;
      const instance = await instanceAt(db, caller, params);
      const begin = systemVerb(deps, caller, { instanceId: instance.id, verb: params.verb, given: request.body.requestParams });
      const runId =
        begin === undefined
          ? await custom(instance, request, { workflow: { verb: params.verb }, audience: (of) => audienceOf(of, caller) })
          : await call(instance, request, begin);
      return describeExecution(deps, runs, instance, runId);
    },
    async listWorkflowExecutions({ params, query, caller }) {
      return listExecutions(db, await historyOf(db, caller, params), query);
    },
    async describeWorkflowExecution({ params, caller }) {
      return describeExecution(deps, runs, await historyOf(db, caller, params), params.executionId);
    },
    async describeExecution({ params, caller }) {
      const instanceId = await selectSubjectOfRun(db, params.executionId);
      const missing = notFound('workflow execution', params.executionId);
      if (instanceId === undefined) throw missing;
      const instance = await historyOf(db, caller, { ...params, instanceId }).catch(() => Promise.reject(missing));
      return describeExecution(deps, runs, instance, params.executionId);
    },
  };
}

/** Verbs that have answers, bodies or rules of their own, and where they are called. */
const ELSEWHERE: Record<string, string> = {
  create: 'Instances are created through their service offering (POST /fleet/resource-instance/…).',
  delete: 'An instance is deleted with DELETE …/instance/{instanceId}.',
  backup: 'A snapshot is taken with POST …/instance/{instanceId}/autosnapshot, or …/snapshot.',
  restore: 'A snapshot is restored with POST …/snapshot/{snapshotId}/restore.',
  deletebackup: 'A snapshot is deleted with DELETE …/snapshot/{snapshotId}.',
};

/** What begins a lifecycle verb of the platform; undefined if it is none. @throws DomainError bad_request for those of ELSEWHERE */
function systemVerb(
  deps: InstanceDeps,
  caller: InstanceCaller,
  { instanceId, verb, given }: { instanceId: string; verb: string; given: unknown },
): (() => Promise<{ runId?: string }>) | undefined {
  const word = verb.toLowerCase().replaceAll(/[-_]/g, '');
  const elsewhere = Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word] : undefined;
  if (elsewhere !== undefined) {
    throw badRequest('verb-has-own-operation', `${cut(verb)} is not called as a workflow. ${elsewhere}`, [
      { field: 'verb', message: elsewhere },
    ]);
  }
  switch (word) {
    case 'start':
    case 'stop':
    case 'restart':
      return () => runVerb(deps, caller, { instanceId, kind: word });
    case 'modify':
      return () => modifyInstance(deps, caller, { instanceId, parameters: given });
    case 'addcapacity':
      return () => scaleInstance(deps, caller, { instanceId, kind: 'addCapacity', by: numberOf(given, 'capacityToBeAdded') });
    case 'removecapacity':
      return () => scaleInstance(deps, caller, { instanceId, kind: 'removeCapacity', by: numberOf(given, 'capacityToBeRemoved') });
    case 'failover': {
      const text = (...keys: string[]) => keys.map((key) => memberOf(given, key)).find((value) => typeof value === 'string') ?? '';
      return () =>
        failOver(deps, caller, {
          instanceId,
          failedReplicaId: text('failedReplicaID', 'failedReplicaId'),
          failedReplicaAction: text('failedReplicaAction'),
        });
    }
    default:
      return undefined;
  }
}

/** NaN where it is missing or no number: the operation says what is wrong with that. */
function numberOf(given: unknown, key: string): number {
  const value = memberOf(given, key);
  return typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

function memberOf(given: unknown, key: string): unknown {
  return typeof given === 'object' && given !== null && Object.hasOwn(given, key) ? (given as Record<string, unknown>)[key] : undefined;
}

function nothingToDo() {
  return badRequest('nothing-to-change', 'Nothing to change: give requestParams.', [{ field: 'requestParams', message: 'is missing' }]);
}
