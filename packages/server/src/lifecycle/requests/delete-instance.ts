import { type Transaction, transaction } from '../../database/database.js';
import { terminateRun } from '../../engine/control-run.js';
import { invalidState, notFound } from '../../errors.js';
import { newId } from '../../identity/identifier.js';
import { decide } from '../arbiter.js';
import { beginOperation, stateOf } from '../begin-operation.js';
import type { InstanceCaller } from '../../instances/instance.js';
import { insertOperation, selectOpenOperations, setSkips } from '../store.js';
import type { OperationRow } from '../operation.js';
import { OPERATIONS } from '../../instances/instance.js';
import type { InstanceDeps } from '../run-context.js';
import { type InstanceRow, lockInstance, selectVisibleInstance } from '../../instances/store.js';
import { updateStatus } from '../../instances/status-store.js';

export interface DeleteInput {
  instanceId: string;
  /** The plan's last snapshot is not taken. */
  skipFinalSnapshot?: boolean;
  /** Automated snapshots are left behind; they expire by themselves. */
  skipSnapshotCleanup?: boolean;
}

/**
 * Accepts a delete at any time. A running operation is told to end, and the delete begins when that operation has ended. A second
 * request returns the delete that was accepted first. @throws DomainError not_found; invalid_state if the instance is protected, or if
 * the delete is already at the step that the request wants to skip
 */
export async function deleteInstance(deps: InstanceDeps, caller: InstanceCaller, input: DeleteInput): Promise<{ runId?: string }> {
  const accepted = await transaction(deps.db, (tx) => acceptDelete(deps, tx, caller, input));
  if (accepted.runId !== undefined) deps.wake(accepted.runId);
  return accepted;
}

async function acceptDelete(
  deps: InstanceDeps,
  tx: Transaction,
  caller: InstanceCaller,
  { instanceId, ...input }: DeleteInput,
): Promise<{ runId?: string }> {
  const skip = { skipFinalSnapshot: input.skipFinalSnapshot === true, skipSnapshotCleanup: input.skipSnapshotCleanup === true };
  const visible = await selectVisibleInstance(tx, caller, instanceId);
  const instance = visible === undefined ? undefined : await lockInstance(tx, instanceId);
  if (instance === undefined || instance.deletedAt !== null) throw notFound('instance', instanceId);
  refuseProtected(instance);
  const open = await selectOpenOperations(tx, instanceId);
  const decision = decide(stateOf(instance, open), { kind: 'delete', trigger: 'person' });
  if (decision.verdict === 'join') {
    const deleting = open.find((operation) => operation.kind === 'delete');
    return deleting === undefined ? {} : joinDelete(tx, deleting, skip);
  }
  const overtaken = decision.verdict === 'supersede' ? open.find((operation) => operation.status === 'running') : undefined;
  if (overtaken === undefined) return beginOperation(deps, tx, { instance, kind: 'delete', by: caller.userId, ...skip });
  if (overtaken.runId !== null) await terminateRun(tx, overtaken.runId, 'superseded by a delete of the instance');
  await insertOperation(tx, {
    id: newId('op'),
    instanceId,
    kind: 'delete',
    status: 'waiting',
    runId: null,
    requestedBy: caller.userId,
    ...skip,
    step: null,
    nextSteps: [],
    sealedInput: null,
    data: {},
    requested: null,
    previous: null,
  });
  await updateStatus(tx, instanceId, OPERATIONS.delete.during ?? instance.status, `waiting for ${overtaken.kind} to end`);
  return {};
}

function refuseProtected({ id, deletionProtection }: InstanceRow): void {
  if (!deletionProtection) return;
  throw invalidState(
    'deletion-protected',
    `${id} is protected from deletion. Clear its deletion protection first: cellplane instance unprotect ${id} (PATCH …/instance/${id}/metadata with {"deletionProtection": false}).`,
  );
}

type Skips = Required<Pick<DeleteInput, 'skipFinalSnapshot' | 'skipSnapshotCleanup'>>;

/** The delete that goes on already. One that still waits takes over what is to be skipped; one that is at it cannot. */
async function joinDelete(tx: Transaction, deleting: OperationRow, skip: Skips): Promise<{ runId?: string }> {
  if (deleting.runId === null) {
    await setSkips(tx, deleting.id, skip);
    return {};
  }
  const left = [deleting.step, ...deleting.nextSteps].filter((step) => step?.snapshotId !== undefined);
  for (const [flag, verb, what] of [
    ['skipFinalSnapshot', 'backup', 'its last backup'],
    ['skipSnapshotCleanup', 'deleteBackup', 'the removal of its automated snapshots'],
  ] as const) {
    if (!skip[flag] || !left.some((step) => step?.verb === verb)) continue;
    throw invalidState(
      'delete-has-begun',
      `${deleting.instanceId} is being deleted, and ${what} is part of that. End this delete first (cellplane workflow terminate ${deleting.runId}), then delete with ${flag}.`,
      [{ field: flag, message: 'cannot be asked of a delete that has begun' }],
    );
  }
  return { runId: deleting.runId };
}
