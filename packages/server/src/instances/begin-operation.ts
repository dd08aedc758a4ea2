/**
 * The arbiter: who may act on an instance, and the run that acts. Everything here happens in the caller's transaction, with
 * the instance's row locked, so that operation, run and status come into being together or not at all.
 */
import type { CompiledWorkflow } from '@cellplane/plan';
import { planVersion } from '../catalog/catalog.js';
import { instanceUser } from '../cells/access.js';
import type { Transaction } from '../database/database.js';
import { insertRun } from '../engine/insert-run.js';
import { invalidState } from '../errors.js';
import { newId, newLowerCaseId } from '../identity/identifier.js';
import { findResource } from './expression-context.js';
import { FIELD_MANAGER, instanceLabels, OPERATIONS, type OperationKind } from './instance.js';
import type { InstanceDeps } from './run-context.js';
import { STAGES } from './stages.js';
import { insertOperation, type InstanceRow, selectOpenOperations, startWaitingOperation, updateStatus } from './store.js';

/** Seconds that a workflow has if it says nothing else (plan-spec.md 2.8). */
const WORKFLOW_SECONDS = 3_600;
/** Seconds for the platform's own stages, operator charts included; the workflow's own time begins after them. */
const STAGE_SECONDS = 900;

/**
 * Begins an operation that must not overtake another one. The instance must be locked.
 * @throws DomainError invalid_state if another operation runs, the status does not allow it, or the plan does not offer it
 */
export async function beginOperation(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instance: InstanceRow; kind: OperationKind; by: string },
): Promise<{ runId: string }> {
  const { instance, kind } = input;
  const open = await selectOpenOperations(tx, instance.id);
  const running = open.find((operation) => operation.status === 'running');
  if (running !== undefined) {
    throw invalidState(
      'conflicting-operation',
      `A conflicting operation is already in progress on ${instance.id}: ${running.kind} (${running.runId ?? 'starting'}).`,
    );
  }
  const { from } = OPERATIONS[kind];
  if (from.length > 0 && !from.includes(instance.status)) {
    throw invalidState('wrong-status', `${instance.id} is ${instance.status}; ${kind} needs it to be ${from.join(' or ')}.`);
  }
  const runId = await startRun(deps, tx, { instance, kind });
  await insertOperation(tx, { id: newId('op'), instanceId: instance.id, kind, status: 'running', runId, requestedBy: input.by });
  await updateStatus(tx, instance.id, OPERATIONS[kind].during, '');
  return { runId };
}

/** Starts the delete that waited for another operation's end. The instance must be locked. */
export async function beginWaitingDelete(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instance: InstanceRow; operationId: string },
): Promise<{ runId: string }> {
  const runId = await startRun(deps, tx, { instance: input.instance, kind: 'delete' });
  await startWaitingOperation(tx, input.operationId, runId);
  await updateStatus(tx, input.instance.id, OPERATIONS.delete.during, '');
  return { runId };
}

async function startRun(
  deps: InstanceDeps,
  tx: Transaction,
  { instance, kind }: { instance: InstanceRow; kind: OperationKind },
): Promise<string> {
  const version = await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
  const resource = findResource(version.compiled, instance.resourceKey);
  // What was never placed has nothing in the cell: its delete must not need kinds that were never installed.
  const workflow = kind === 'delete' && !instance.placed ? undefined : resource.systemWorkflows[kind];
  if (workflow === undefined && kind !== 'delete') {
    throw invalidState(
      'operation-not-offered',
      `Plan "${version.place.planName}" ${version.version} has no ${kind} workflow, so ${kind} is not offered on its instances.`,
    );
  }
  const id = `submit-${OPERATIONS[kind].word}-${instance.id}-${newLowerCaseId('', 8).slice(1)}`;
  await insertRun(
    { tx, sealer: deps.sealer },
    {
      id,
      kind,
      subject: instance.id,
      orgId: instance.providerOrgId,
      cellId: instance.cellId,
      namespace: instance.namespace,
      impersonate: instanceUser(instance.namespace),
      fieldManager: FIELD_MANAGER,
      labels: instanceLabels(instance),
      ...(workflow === undefined ? {} : { workflow }),
      values: {},
      ...stagesOf(kind, workflow),
      deadlineSeconds: STAGE_SECONDS + (workflow?.activeDeadlineSeconds ?? WORKFLOW_SECONDS),
      data: { resourceKey: instance.resourceKey, planVersion: instance.planVersion },
    },
  );
  return id;
}

function stagesOf(kind: OperationKind, workflow: CompiledWorkflow | undefined): { before: string[]; after: string[] } {
  switch (kind) {
    case 'create':
    case 'modify':
      return { before: [STAGES.charts, STAGES.access, STAGES.values], after: [STAGES.publish] };
    case 'delete':
      return workflow === undefined
        ? { before: [], after: [STAGES.removeObjects, STAGES.removeNamespace] }
        : { before: [STAGES.deleteAccess, STAGES.values], after: [STAGES.removeNamespace] };
    default:
      return { before: [STAGES.access, STAGES.values], after: [STAGES.publish] };
  }
}
