/**
 * How an operation begins. Everything here happens in the caller's transaction, with the instance's row locked, so that
 * operation, run and status come into being together or not at all. Whether it may begin is the arbiter's (arbiter.ts).
 */
import { noteEffect } from '../database/idempotency-key.js';
import type { JsonObject } from '@cellplane/plan';
import { type PlanVersion, planVersion } from '../catalog/catalog.js';
import { type Cell, findCell } from '../cells/cell.js';
import type { Database, Transaction } from '../database/database.js';
import { invalidState } from '../errors.js';
import type { EventPayloads } from '../events/event.js';
import { tell } from '../events/tell.js';
import { newId } from '../identity/identifier.js';
import { decide, type Decision, type InstanceState, type OperationRequest } from './arbiter.js';
import { refuseUnfilled } from './cell-needs.js';
import { holdStep } from './breakpoints.js';
import { insertStepRun, stepStarted } from './insert-step-run.js';
import { OPERATIONS, type OperationKind } from '../instances/instance.js';
import { sealInput } from './operation-input.js';
import { type OperationInput, type OperationRow, type Step, versionsIn } from './operation.js';
import { insertOperation, selectOpenOperations, setOperationStep } from './store.js';
import type { InstanceDeps } from './run-context.js';

import { type PlanInput, stepsOfPlan, wholeSteps } from './operation-steps.js';
import { workflowOf } from './steps.js';
import { type InstanceRow, type InstanceValues } from '../instances/store.js';
import { updateStatus } from '../instances/status-store.js';

export interface BeginInput {
  instance: InstanceRow;
  /** The plan version of an instance that this transaction has inserted: it has no operation yet, and its status is the operation's. */
  versionOfNew?: PlanVersion;
  /** The cell of such an instance, as it was read when the instance was placed. */
  cellOfNew?: Pick<Cell, 'key' | 'otherClusterUid'>;
  kind: OperationKind;
  /** User id, or the platform's own word for due work. */
  by: string;
  input?: OperationInput;
  /** Facts in clear, for people and for the operation's end. `replicas`: what a scaling leads to. */
  data?: JsonObject;
  /** In place of the plan's own; each must be a workflow of the plan. */
  steps?: Step[];
  /** Custom operations without steps. */
  customVerb?: string;
  /** @default person */
  trigger?: OperationRequest['trigger'];
  skipFinalSnapshot?: boolean;
  skipSnapshotCleanup?: boolean;
  /** Values of the instance that it is to have: its workflows see them, and they count once the operation has succeeded. */
  requested?: InstanceValues;
  /** Upgrades: what counts now. */
  previous?: InstanceValues;
}

export interface StartedOperation {
  operationId: string;
  runId: string;
}

/** What the arbiter says of a request, by the rows as they are. The instance must be locked for the answer to hold. */
export async function askArbiter(tx: Database, instance: InstanceRow, request: OperationRequest): Promise<Decision> {
  return decide(stateOf(instance, await selectOpenOperations(tx, instance.id)), request);
}

/** An instance as the arbiter sees it. */
export function stateOf(instance: InstanceRow, open: OperationRow[]): InstanceState {
  const running = open.find((operation) => operation.status === 'running');
  return {
    id: instance.id,
    status: instance.status,
    everRan: instance.everRan,
    toRestore: instance.restoredFrom !== null,
    takingDown: instance.takingDown,
    ...(running === undefined ? {} : { running: { kind: running.kind, runId: running.runId } }),
    deleteWaits: open.some((operation) => operation.status === 'waiting'),
  };
}

/**
 * Begins an operation that must not overtake another one. The instance must be locked.
 * @throws DomainError invalid_state if another operation runs (`conflicting-operation`), the plan does not offer it
 * (`operation-not-offered`), or the arbiter says anything else than run
 */
export async function beginOperation(deps: InstanceDeps, tx: Transaction, input: BeginInput): Promise<StartedOperation> {
  const { instance, kind } = input;
  const { versionOfNew } = input;
  const open = versionOfNew === undefined ? await selectOpenOperations(tx, instance.id) : [];
  const state = stateOf(instance, open);
  const decision = decide(state, { kind, trigger: input.trigger ?? 'person' });
  if (state.running !== undefined) refuse(instance, decision);
  // What the plan lacks is told before what the moment forbids: waiting would not help.
  const version =
    versionOfNew ?? (await planVersion(tx, instance.providerOrgId, instance.planId, input.requested?.planVersion ?? instance.planVersion));
  const planned = input.steps ?? (await stepsOfPlan(deps, tx, { ...input, version }));
  refuseUnoffered(version, kind, planned);
  refuse(instance, decision);
  refuseForeignCell(input.cellOfNew ?? (await findCell(tx, instance.cellId)));
  await refuseUnfilled(deps, tx, { instanceId: instance.id, kind, version, steps: planned, requested: input.requested });
  const steps = await wholeSteps(deps, tx, { ...input, version }, planned);
  const operationId = newId('op');
  const { runId, step, nextSteps } = await insertFirst(deps, tx, { instance, operationId, steps, version });
  await holdStep(tx, { runId, step, data: input.data ?? {} });
  await insertOperation(tx, {
    id: operationId,
    instanceId: instance.id,
    kind,
    status: 'running',
    runId,
    requestedBy: input.by,
    skipFinalSnapshot: input.skipFinalSnapshot === true,
    skipSnapshotCleanup: input.skipSnapshotCleanup === true,
    step,
    nextSteps,
    sealedInput: sealInput(deps.sealer, operationId, input.input),
    data: { ...input.data, before: { status: instance.status, statusMessage: instance.statusMessage } },
    requested: input.requested ?? null,
    previous: input.previous ?? null,
  });
  const started = { operationId, operation: kind, by: input.by, ...versionsIn(input.data) };
  await tellStarted(tx, instance.id, started, { operationId, runId, step });
  const { during } = OPERATIONS[kind];
  if (during !== null && (versionOfNew === undefined || instance.status !== during)) await updateStatus(tx, instance.id, during, '');
  await noteEffect(tx, effectOf(instance, kind, runId, input.data ?? {}));
  return { operationId, runId };
}

/** The facts that an operation and its first step have begun. */
async function tellStarted(
  tx: Transaction,
  subject: string,
  operation: EventPayloads['operation-started'],
  first: { operationId: string; runId: string; step: Step },
): Promise<void> {
  await tell(tx, { kind: 'operation-started', subject, payload: operation }, stepStarted(subject, first));
}

/** What was begun, by the names that answers have for it: of a backup the snapshot, of all else the instance. */
function effectOf(instance: InstanceRow, kind: OperationKind, runId: string, data: JsonObject): Record<string, string> {
  const snapshotId = typeof data['snapshotId'] === 'string' ? data['snapshotId'] : undefined;
  const { serviceId, environmentId } = instance;
  return {
    id: kind === 'backup' && snapshotId !== undefined ? snapshotId : instance.id,
    instanceId: instance.id,
    serviceId,
    environmentId,
    runId,
    ...(snapshotId === undefined ? {} : { snapshotId }),
  };
}

/** Starts the delete that waited for another operation's end. The instance must be locked. */
export async function beginWaitingDelete(
  deps: InstanceDeps,
  tx: Transaction,
  { instance, operation }: { instance: InstanceRow; operation: OperationRow },
): Promise<StartedOperation> {
  const version = await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
  const input: PlanInput = { ...operation, instance, kind: 'delete', by: operation.requestedBy, version };
  const steps = await wholeSteps(deps, tx, input, await stepsOfPlan(deps, tx, input));
  const { runId, step, nextSteps } = await insertFirst(deps, tx, { instance, operationId: operation.id, steps, version });
  await setOperationStep(tx, operation.id, { runId, step, nextSteps, data: operation.data });
  const { id: operationId, requestedBy: by } = operation;
  await tellStarted(tx, instance.id, { operationId, operation: 'delete', by }, { operationId, runId, step });
  await updateStatus(tx, instance.id, 'DELETING', '');
  return { operationId: operation.id, runId };
}

async function insertFirst(
  deps: InstanceDeps,
  tx: Transaction,
  { steps, ...of }: { instance: InstanceRow; operationId: string; steps: Step[]; version: PlanVersion },
): Promise<{ runId: string; step: Step; nextSteps: Step[] }> {
  const [step, ...nextSteps] = steps;
  if (step === undefined) throw new Error(`operation ${of.operationId} has no step`);
  return { runId: await insertStepRun(deps, tx, { ...of, step, nextSteps }), step, nextSteps };
}

/** @throws DomainError invalid_state unless the decision is to run */
function refuse(instance: InstanceRow, decision: Decision): void {
  if (decision.verdict === 'run') return;
  if ('code' in decision) throw invalidState(decision.code, decision.message);
  // A delete that must wait, or is one already, has rows of its own (delete-instance.ts).
  throw invalidState('conflicting-operation', `A conflicting operation is already in progress on ${instance.id}.`);
}

/** @throws DomainError invalid_state if the plan has no workflow for it; a delete is always possible */
function refuseUnoffered(version: PlanVersion, kind: OperationKind, steps: Step[]): void {
  const own = steps.filter((step) => (step.planVersion ?? version.version) === version.version);
  const offered = steps.length > 0 && own.every((step) => workflowOf(version.compiled, step) !== undefined);
  if (kind === 'delete' || offered) return;
  throw invalidState(
    'operation-not-offered',
    `Plan "${version.place.planName}" ${version.version} has no ${kind === 'upgrade' ? 'modify' : kind} workflow, so ${kind} ${kind === 'upgrade' ? 'to it ' : ''}is not offered on its instances.`,
  );
}

/** @throws DomainError invalid_state `another-cluster` while the cell's address leads to another cluster than before */
function refuseForeignCell(cell: Pick<Cell, 'key' | 'otherClusterUid'>): void {
  if (cell.otherClusterUid !== '')
    throw invalidState(
      'another-cluster',
      `The address of cell ${cell.key} leads to another cluster than before, so nothing is begun there. "cellplane deployment-cell describe ${cell.key}" says more.`,
    );
}
