/** What a person may do to the run of an operation: pause, resume, end, try again. */
import { cut } from '@cellplane/plan';
import { type Transaction, transaction } from '../../database/database.js';
import { pauseRun, resumeRun, terminateRun } from '../../engine/control-run.js';
import { retryRun } from '../../engine/retry-run.js';
import { selectRunData } from '../../engine/run-history.js';
import { touchedObjects } from '../../engine/touched-objects.js';
import { badRequest, type DomainError, invalidState, notFound } from '../../errors.js';
import { tell } from '../../events/tell.js';
import { askArbiter } from '../begin-operation.js';
import { STAGE_SECONDS, WORKFLOW_SECONDS } from '../insert-step-run.js';
import { isNeutral, OPERATIONS, type OperationKind } from '../../instances/instance.js';
import { reopenOperation, selectNewestOperation, selectOperation, selectOperationOfRun } from '../store.js';
import type { InstanceDeps } from '../run-context.js';
import { touchedBefore } from '../what-changed.js';
import { lockInstance } from '../../instances/store.js';
import { updateStatus } from '../../instances/status-store.js';

/** Operations that leave what came before them as it was. */
const NEUTRAL = (Object.keys(OPERATIONS) as OperationKind[]).filter(isNeutral);

export type Control = 'pause' | 'resume' | 'retry' | 'terminate';

/** The words of the wire, and `terminate`. @throws DomainError bad_request */
export function readControl(word: string): Control {
  const known = (['pause', 'resume', 'retry', 'terminate'] as const).find((control) => control === word.trim().toLowerCase());
  if (known !== undefined) return known;
  throw badRequest('unknown-status', `A workflow cannot be set to "${cut(word)}"; use pause, resume or retry.`, [
    { field: 'status', message: 'must be pause, resume or retry' },
  ]);
}

/**
 * Carries it out. The caller has made sure that the run is visible. @throws DomainError invalid_state if the run's state
 * does not allow it, or another operation acts on the instance
 */
export async function controlOperation(deps: InstanceDeps, input: { runId: string; control: Control }): Promise<void> {
  const { runId, control } = input;
  await transaction(deps.db, async (tx) => {
    if (control === 'pause' || control === 'resume') {
      const going = control === 'pause' ? await pauseRun(tx, runId) : await resumeRun(tx, runId);
      if (!going) throw invalidState('run-has-ended', `Workflow ${runId} has ended; there is nothing to ${control}.`);
      return;
    }
    if (control === 'terminate') {
      if (!(await terminateRun(tx, runId, 'terminated by a person')))
        throw invalidState('run-has-ended', `Workflow ${runId} has ended already.`);
      return;
    }
    const retried = await selectOperationOfRun(tx, runId);
    const instance = retried === undefined ? undefined : await lockInstance(tx, retried.instanceId);
    // What its tasks may have changed is known from their rows, which the retry takes away.
    const touched = await touchedObjects(tx, runId);
    await retryRun(tx, runId, { stageSeconds: STAGE_SECONDS, workflowSeconds: WORKFLOW_SECONDS });
    // Read again: the operation may have gone on with another step while the instance's row was waited for.
    const operation = await selectOperationOfRun(tx, runId);
    if (operation === undefined) throw (await laterStepRan(tx, runId)) ?? notFound('workflow', runId);
    if (instance === undefined || instance.deletedAt !== null) throw notFound('instance', operation.instanceId);
    const decision = await askArbiter(tx, instance, { kind: 'retry', trigger: 'person' });
    if ('code' in decision) throw invalidState(decision.code, decision.message);
    // What came after it has made its values and its purpose old: an old delete, tried again, would take away what is in use.
    // A backup that came after an update has done nothing of the kind.
    const newest = await selectNewestOperation(tx, instance.id, isNeutral(operation.kind) ? [] : NEUTRAL);
    if (newest?.id !== operation.id)
      throw invalidState(
        'run-is-outdated',
        `Workflow ${runId} is outdated: ${newest?.kind} came after it on ${instance.id}. Only the last operation can be tried again; ask for a new one.`,
      );
    if (operation.kind === 'delete' && instance.deletionProtection)
      throw invalidState('deletion-protected', `${instance.id} is protected from deletion. Clear its deletion protection first.`);
    await reopenOperation(tx, operation.id, {
      ...operation.data,
      before: { status: instance.status, statusMessage: instance.statusMessage },
      touched: [...touchedBefore(operation), ...touched],
    });
    const fact = { operationId: operation.id, operation: operation.kind, runId };
    await tell(tx, { kind: 'operation-retried', subject: instance.id, payload: fact });
    const { during } = OPERATIONS[operation.kind];
    // A backup, or what else leaves the status alone, is not what the status speaks of.
    if (during !== null) await updateStatus(tx, instance.id, during, '');
    if (operation.step !== null) await deps.snapshots.stepRetried?.(tx, { instance, operation, step: operation.step });
  });
  deps.wake(runId);
}

/** Why the run of an earlier step is not tried again: those after it counted on its end. */
async function laterStepRan(tx: Transaction, runId: string): Promise<DomainError | undefined> {
  const id = (await selectRunData(tx, runId))?.['operationId'];
  const operation = typeof id === 'string' ? await selectOperation(tx, id) : undefined;
  if (operation === undefined) return undefined;
  return invalidState(
    'run-is-outdated',
    `Workflow ${runId} is outdated: ${operation.kind} went on with another step after it (${operation.runId ?? 'not begun'}). Ask for a new ${operation.kind}.`,
  );
}
