/**
 * What the end of a run means for its instance, in the transaction that ends the run: the operation goes on with its next step,
 * or is over and the status says how, and a delete that waited behind it begins.
 */
import type { JsonObject } from '@cellplane/plan';
import { wakeRun } from '../engine/wake-up.js';
import type { EndedRun } from '../engine/model.js';
import type { Transaction } from '../database/database.js';
import { DomainError } from '../errors.js';
import { tell } from '../events/tell.js';
import { beginWaitingDelete } from './begin-operation.js';
import { holdStep } from './breakpoints.js';
import { insertStepRun, stepStarted } from './insert-step-run.js';
import { type InstanceStatus, OPERATIONS } from '../instances/instance.js';
import { insertInstanceEvent } from '../instances/instance-event-store.js';
import { selectMadeAnew } from '../engine/run-history.js';
import { type OperationRow, type Step, versionsIn } from './operation.js';

import { storeVersion } from './versions/reached-version.js';
import { storeReplicas } from './reached-replicas.js';
import { finishOperation, selectOpenOperations, setOperationStep } from './store.js';
import type { InstanceDeps } from './run-context.js';
import { type InstanceRow, lockInstance, setTakingDown, setWarnings, updateParameters, withValues } from '../instances/store.js';
import { updateStatus } from '../instances/status-store.js';
import { runsOf } from './run-data.js';
import { hasTakenDown, restOfUnchanged, touchedSoFar, valuesSentence, warningsOfChange } from './what-changed.js';

/** Why an operation will not succeed any more. Kept in its data while steps that run always are left. */
interface Failure {
  outcome: 'failed' | 'cancelled';
  message: string;
  code: string;
  /** As the instance's status says it: which operation, which step, what helps. */
  sentence: string;
}

/** Runs of other rooms are none of ours. */
export async function endOperation(deps: InstanceDeps, tx: Transaction, ended: EndedRun): Promise<void> {
  const instance = await lockInstance(tx, ended.run.subject);
  if (instance === undefined) return;
  const open = await selectOpenOperations(tx, instance.id);
  const operation = open.find(({ status, runId }) => status === 'running' && runId === ended.run.id);
  if (operation === undefined) return;
  const { step, nextSteps } = operation;
  if (step === null) throw new Error(`operation ${operation.id} has a run and no step`);
  if (step.snapshotId !== undefined) await deps.snapshots.stepEnded(tx, { instance, operation, step, ended });
  const endedStep = { operationId: operation.id, runId: ended.run.id, outcome: ended.outcome };
  await tell(tx, { kind: 'step-ended', subject: instance.id, payload: endedStep });
  const waiting = open.find(({ status }) => status === 'waiting');
  const before = operation.data['failure'] as unknown as Failure | undefined;
  const now = ended.outcome === 'Succeeded' ? undefined : failureOf(operation, step, ended);
  // A delete takes down what the rest of the steps would have cared for.
  const going = waiting === undefined ? await nextStep(deps, tx, { instance, operation, nextSteps, failure: before ?? now }) : undefined;
  if (going === 'started') return;
  const failure = before ?? now ?? going ?? (waiting !== undefined && nextSteps.length > 0 ? OVERTAKEN : undefined);
  const after = await finish(tx, { instance, operation, step, failure, last: now, runId: ended.run.id });
  if (operation.kind === 'delete' && failure !== undefined) await deps.snapshots.deleteFailed(tx, after);
  if (waiting !== undefined) await goOnWithDelete(deps, tx, after, waiting);
}

const OVERTAKEN: Failure = {
  outcome: 'cancelled',
  message: 'superseded by a delete of the instance',
  code: 'terminated',
  sentence: 'superseded by a delete of the instance',
};

/** What the plan or its values refuse is how the operation ends. Anything else is tried again with the run's end. */
async function said<T>(answer: Promise<T>): Promise<T | DomainError> {
  return answer.catch((error: unknown) => {
    if (error instanceof DomainError && error.kind !== 'unavailable') return error;
    throw error;
  });
}

function refusal(operation: OperationRow, { message, code }: DomainError): Failure {
  return { outcome: 'failed', message, code, sentence: `${operation.kind} failed: ${message}` };
}

/** Begins the next step that is to be done; of a failed operation those that run always. Undefined: there is none. */
async function nextStep(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instance: InstanceRow; operation: OperationRow; nextSteps: Step[]; failure: Failure | undefined },
): Promise<'started' | Failure | undefined> {
  const { instance, operation } = input;
  let { failure } = input;
  let steps = input.nextSteps;
  for (;;) {
    if (failure !== undefined) steps = steps.filter((step) => step.always === true);
    const [step, ...nextSteps] = steps;
    if (step === undefined) return failure;
    if (await deps.snapshots.isMoot?.(tx, step)) {
      steps = nextSteps;
      continue;
    }
    const runId = await said(insertStepRun(deps, tx, { instance, operationId: operation.id, step, nextSteps }));
    if (typeof runId === 'string') {
      const touched = operation.runId === null ? [] : await touchedSoFar(tx, operation, operation.runId);
      const data: JsonObject = { ...operation.data, touched, ...(failure === undefined ? {} : { failure: { ...failure } }) };
      await setOperationStep(tx, operation.id, { runId, step, nextSteps, data });
      await holdStep(tx, { runId, step, data });
      await tell(tx, stepStarted(instance.id, { operationId: operation.id, runId, step }));
      await wakeRun(tx, runId);
      return 'started';
    }
    failure ??= refusal(operation, runId);
    steps = nextSteps;
  }
}

function failureOf(operation: OperationRow, step: Step, { outcome, message, code }: EndedRun): Failure {
  const { kind } = operation;
  const terminated = outcome === 'Terminated';
  const snapshot = kind === 'delete' ? step.snapshotId : undefined;
  if (snapshot !== undefined) {
    const [what, flag, leaves] =
      step.verb === 'backup'
        ? ['its last backup', 'skipFinalSnapshot', 'without a last snapshot']
        : ['the removal', 'skipSnapshotCleanup', 'leaving automated snapshots behind'];
    const sentence = `delete ${terminated ? 'was terminated' : 'failed'} at ${what} (snapshot ${snapshot}): ${sentenceEnd(message)} Try again: retry the workflow or delete again; or delete with ${flag}, ${leaves}.`;
    return { outcome: terminated ? 'cancelled' : 'failed', message, code, sentence };
  }
  const at = step.verb === kind ? '' : ` at its ${step.customVerb ?? step.verb}`;
  const { fromVersion, toVersion } = versionsIn(operation.data);
  const what = toVersion === undefined ? kind : `${kind} from ${fromVersion} to ${toVersion}`;
  // "terminated by a person" goes on the sentence; any other message explains it.
  const why = terminated && message.startsWith('terminated ') ? message.slice('terminated'.length) : `: ${message}`;
  const sentence = `${what} ${terminated ? 'was terminated' : 'failed'}${at}${why}`;
  return { outcome: terminated ? 'cancelled' : 'failed', message, code, sentence };
}

function sentenceEnd(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** Ends the operation and says so in the instance's status; answers the instance as it is then. */
async function finish(
  tx: Transaction,
  input: {
    instance: InstanceRow;
    operation: OperationRow;
    step: Step;
    failure: Failure | undefined;
    last: Failure | undefined;
    runId: string;
  },
): Promise<InstanceRow> {
  const { operation, step, failure, last } = input;
  let { instance } = input;
  const failures = [...new Set([failure, last])].filter((one) => one !== undefined);
  await finishOperation(tx, operation, {
    status: failure?.outcome ?? 'succeeded',
    message: failures.map((one) => one.message).join('; then '),
    code: failure?.code ?? '',
  });
  const { after } = OPERATIONS[operation.kind];
  if (after === null) {
    if (step.verb !== 'stop' || instance.deletedAt !== null) return instance;
    // The backup woke what was stopped. If it does not rest again, nobody may take the status for the whole truth.
    const statusMessage = last === undefined ? '' : `${sentenceEnd(last.sentence)} It may be awake: retry the workflow.`;
    if (statusMessage === instance.statusMessage) return instance;
    await updateStatus(tx, instance.id, instance.status, statusMessage);
    return { ...instance, statusMessage };
  }
  if (failure === undefined) {
    // Now they count. Whatever else the end stores is stored over them.
    if (operation.requested !== null) {
      await updateParameters(tx, instance.id, operation.requested);
      instance = await storeVersion(tx, instance, operation.requested);
      await tellChange(tx, instance, { kind: operation.kind, failed: false, touched: [] });
    }
    await storeReplicas(tx, withValues(instance, operation.requested), operation);
    await tellMadeAnew(tx, operation);
    return rest(tx, withValues(instance, operation.requested), after, '');
  }
  const touched = await touchedSoFar(tx, operation, input.runId);
  const unchanged = restOfUnchanged(operation, touched);
  if (unchanged !== undefined) return rest(tx, instance, unchanged.status, unchanged.statusMessage);
  // What a change that failed has made anew is what the next one finds, and takes for what was there.
  await tellMadeAnew(tx, operation);
  const sentences = [failures.map((one) => one.sentence).join('; then ')];
  if (operation.requested !== null) {
    sentences.push(valuesSentence(touched));
    await tellChange(tx, instance, { kind: operation.kind, failed: true, touched });
  }
  const takingDown = instance.takingDown || (operation.kind === 'delete' && (await hasTakenDown(tx, operation)));
  if (takingDown && !instance.takingDown) await setTakingDown(tx, instance.id);
  const statusMessage = sentences.length === 1 ? sentences.join('') : sentences.map(sentenceEnd).join(' ');
  return rest(tx, { ...instance, takingDown }, 'FAILED', statusMessage);
}

async function rest(tx: Transaction, instance: InstanceRow, status: InstanceStatus, statusMessage: string): Promise<InstanceRow> {
  const deletedAt = await updateStatus(tx, instance.id, status, statusMessage);
  return { ...instance, status, statusMessage, deletedAt, everRan: instance.everRan || status === 'RUNNING' };
}

async function tellChange(tx: Transaction, instance: InstanceRow, change: Parameters<typeof warningsOfChange>[1]): Promise<void> {
  const warnings = warningsOfChange(instance.warnings, change);
  if (JSON.stringify(warnings) !== JSON.stringify(instance.warnings)) await setWarnings(tx, instance.id, warnings);
}

/** What was gone and has been made anew on purpose is a fact of the instance: what it held before is not in it. */
async function tellMadeAnew(tx: Transaction, operation: OperationRow): Promise<void> {
  if (operation.data['recreateMissing'] !== true) return;
  const objects = await selectMadeAnew(tx, runsOf(operation));
  if (objects.length === 0) return;
  const message = `${objects.join(', ')} had gone and was made anew by ${operation.kind}, as was asked for: what it held before is not in it`;
  await insertInstanceEvent(tx, { instanceId: operation.instanceId, type: 'MadeAnew', message });
}

async function goOnWithDelete(deps: InstanceDeps, tx: Transaction, instance: InstanceRow, operation: OperationRow): Promise<void> {
  const started = await said(beginWaitingDelete(deps, tx, { instance, operation }));
  if (!(started instanceof DomainError)) return wakeRun(tx, started.runId);
  const { message, code, sentence } = refusal(operation, started);
  await finishOperation(tx, operation, { status: 'failed', message, code });
  await updateStatus(tx, instance.id, 'FAILED', sentence);
}
