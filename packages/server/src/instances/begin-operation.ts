/**
 * The arbiter: who may act on an instance, and the run that acts. Everything here happens in the caller's transaction, with
 * the instance's row locked, so that operation, run and status come into being together or not at all.
 */
import { type CompiledResource, evaluateText } from '@cellplane/plan';
import { planVersion } from '../catalog/catalog.js';
import { instanceUser } from '../cells/access.js';
import type { Transaction } from '../database/database.js';
import { insertRun } from '../engine/insert-run.js';
import { invalidState } from '../errors.js';
import { newId, newLowerCaseId } from '../identity/identifier.js';
import { FIELD_MANAGER, instanceLabels, OPERATIONS, type OperationKind } from './instance.js';
import { type InstanceDeps, loadRunContext } from './run-context.js';
import { STAGES } from './stages.js';
import { stepsOf, withDependencies } from './steps.js';
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
  input: { instance: InstanceRow; kind: OperationKind; by: string; skipFinalSnapshot?: boolean },
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
  // What the plan lacks is told before what the moment forbids: waiting would not help.
  const steps = await planSteps(deps, tx, instance, kind);
  refuseUnoffered(steps, instance, kind);
  const { from } = OPERATIONS[kind];
  if (from.length > 0 && !from.includes(instance.status)) {
    throw invalidState('wrong-status', `${instance.id} is ${instance.status}; ${kind} needs it to be ${from.join(' or ')}.`);
  }
  const skipFinalSnapshot = input.skipFinalSnapshot === true;
  const runId = await insertStep(deps, tx, { instance, kind, steps, resource: steps.resources[0], skipFinalSnapshot });
  await insertOperation(tx, {
    id: newId('op'),
    instanceId: instance.id,
    kind,
    status: 'running',
    runId,
    requestedBy: input.by,
    skipFinalSnapshot,
  });
  await updateStatus(tx, instance.id, OPERATIONS[kind].during, '');
  return { runId };
}

/** Starts the delete that waited for another operation's end. The instance must be locked. */
export async function beginWaitingDelete(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instance: InstanceRow; operationId: string; skipFinalSnapshot: boolean },
): Promise<{ runId: string }> {
  const { instance, skipFinalSnapshot } = input;
  const steps = await planSteps(deps, tx, instance, 'delete');
  const runId = await insertStep(deps, tx, { instance, kind: 'delete', steps, resource: steps.resources[0], skipFinalSnapshot });
  await startWaitingOperation(tx, input.operationId, runId);
  await updateStatus(tx, instance.id, OPERATIONS.delete.during, '');
  return { runId };
}

/**
 * Starts the next run of an operation after the one that acted on `after`; undefined if that was the last. The instance must
 * be locked.
 */
export async function continueOperation(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instance: InstanceRow; kind: OperationKind; after: string },
): Promise<string | undefined> {
  const { instance, kind } = input;
  const steps = await planSteps(deps, tx, instance, kind);
  const at = steps.resources.findIndex((resource) => resource.key === input.after);
  const next = at < 0 ? undefined : steps.resources[at + 1];
  return next === undefined ? undefined : insertStep(deps, tx, { instance, kind, steps, resource: next });
}

/** @throws DomainError invalid_state if the plan has no workflow for it; a delete is always possible */
function refuseUnoffered(steps: Steps, instance: InstanceRow, kind: OperationKind): void {
  if (kind === 'delete' || steps.resources.some((resource) => resource.key === instance.resourceKey)) return;
  throw invalidState(
    'operation-not-offered',
    `Plan "${steps.planName}" ${instance.planVersion} has no ${kind} workflow, so ${kind} is not offered on its instances.`,
  );
}

interface Steps {
  planName: string;
  resources: CompiledResource[];
  /** Some resource has no delete workflow: its objects are deleted by their label. */
  leavesObjects: boolean;
  /** The plan wants a last snapshot of what is deleted. */
  wantsFinalSnapshot: boolean;
}

async function planSteps(deps: InstanceDeps, tx: Transaction, instance: InstanceRow, kind: OperationKind): Promise<Steps> {
  const version = await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
  const disabled = new Set<string>();
  const all = withDependencies(version.compiled, instance.resourceKey);
  for (const resource of all) {
    // A delete takes down what is there, disabled or not, and must be possible whatever has become of the values.
    if (resource.disable === false || kind === 'delete') continue;
    if (resource.disable === true || (await isTrue(deps, tx, instance.id, resource.key, resource.disable))) disabled.add(resource.key);
  }
  // What was never placed has nothing in the cell: its delete must not need kinds that were never installed.
  const nothingThere = kind === 'delete' && !instance.placed;
  return {
    planName: version.place.planName,
    resources: nothingThere ? [] : stepsOf(version.compiled, instance.resourceKey, kind, (resource) => disabled.has(resource.key)),
    leavesObjects: all.some((resource) => resource.systemWorkflows.create !== undefined && resource.systemWorkflows.delete === undefined),
    wantsFinalSnapshot: !nothingThere && all.some((resource) => resource.backup?.snapshotBeforeDeletion === true),
  };
}

async function isTrue(deps: InstanceDeps, tx: Transaction, instanceId: string, resourceKey: string, text: string): Promise<boolean> {
  const { expressions } = await loadRunContext({ ...deps, db: tx }, instanceId, resourceKey);
  const evaluated = evaluateText(text, { ...expressions, place: 'disable' });
  if (evaluated.ok) return evaluated.value.value === true || evaluated.value.value === 'true';
  throw invalidState(
    'unresolved-parameters',
    `Resource "${resourceKey}": whether it is disabled cannot be told: ${evaluated.problem.message}`,
  );
}

/** The run of one step. Without a resource it has only stages: a delete of what has no workflow for it. */
async function insertStep(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instance: InstanceRow; kind: OperationKind; steps: Steps; resource: CompiledResource | undefined; skipFinalSnapshot?: boolean },
): Promise<string> {
  const { instance, kind, steps, resource } = input;
  const workflow = resource?.systemWorkflows[kind];
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
      ...stagesOf(kind, {
        hasWorkflow: workflow !== undefined,
        isLast: resource === steps.resources.at(-1),
        leavesObjects: steps.leavesObjects,
        // Before anything is taken away, so with the first run of a delete.
        finalSnapshot: steps.wantsFinalSnapshot && input.skipFinalSnapshot !== true && resource === steps.resources[0],
      }),
      deadlineSeconds: STAGE_SECONDS + (workflow?.activeDeadlineSeconds ?? WORKFLOW_SECONDS),
      data: { resourceKey: resource?.key ?? instance.resourceKey, planVersion: instance.planVersion },
    },
  );
  return id;
}

function stagesOf(
  kind: OperationKind,
  step: { hasWorkflow: boolean; isLast: boolean; leavesObjects: boolean; finalSnapshot: boolean },
): { before: string[]; after: string[] } {
  switch (kind) {
    case 'create':
    case 'modify':
      return { before: [STAGES.charts, STAGES.access, STAGES.values], after: [STAGES.publish] };
    case 'delete': {
      const cleanUp = [...(step.leavesObjects || !step.hasWorkflow ? [STAGES.removeObjects] : []), STAGES.removeNamespace];
      const prepare = step.hasWorkflow ? [STAGES.deleteAccess, STAGES.values] : [];
      return { before: step.finalSnapshot ? [STAGES.finalSnapshot, ...prepare] : prepare, after: step.isLast ? cleanUp : [] };
    }
    // Only create and modify publish: outputs of other workflows belong to their run (plan-spec.md 2.7).
    default:
      return { before: [STAGES.access, STAGES.values], after: [] };
  }
}
