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
import { type InstanceRow, lockInstance, selectVisibleInstance, updateStatus } from '../../instances/store.js';

export interface DeleteInput {
  instanceId: string;
  /** The plan's last snapshot is not taken. */
  skipFinalSnapshot?: boolean;
  /** Automated snapshots are left behind; they expire by themselves. */
  skipSnapshotCleanup?: boolean;
}

/**
 * Accepts a delete, at any time: an operation that runs is asked to end, and the delete begins when it has. A second delete
 * is the same delete. @throws DomainError not_found; invalid_state if the instance is protected, or if what is to be skipped is under
 * way already
 */
export async function deleteInstance(deps: InstanceDeps, caller: InstanceCaller, input: DeleteInput): Promise<{ runId?: string }> {
  for (;;) {
    const accepted = await tryDelete(deps, caller, input).catch(whenDeadlocked);
    if (accepted === 'changed meanwhile') continue;
    if (accepted.runId !== undefined) deps.wake(accepted.runId);
    return accepted;
  }
}

async function tryDelete(
  deps: InstanceDeps,
  caller: InstanceCaller,
  input: DeleteInput,
): Promise<{ runId?: string } | 'changed meanwhile'> {
  const { instanceId } = input;
  const skip = { skipFinalSnapshot: input.skipFinalSnapshot === true, skipSnapshotCleanup: input.skipSnapshotCleanup === true };
  return transaction(deps.db, async (tx) => {
    const visible = await selectVisibleInstance(tx, caller.orgId, instanceId);
    if (visible === undefined) throw notFound('instance', instanceId);
    refuseProtected(visible);
    const before = await selectOpenOperations(tx, instanceId);
    const expected = decide(stateOf(visible, before), { kind: 'delete', trigger: 'person' });
    if (expected.verdict === 'join') {
      const deleting = before.find((operation) => operation.kind === 'delete');
      return deleting === undefined ? {} : joinDelete(tx, deleting, skip);
    }
    const overtaken = expected.verdict === 'supersede' ? before.find((operation) => operation.status === 'running') : undefined;
    // The run's row is locked before the instance's, in the order of the engine when it ends a run.
    if (overtaken?.runId !== undefined && overtaken.runId !== null)
      await terminateRun(tx, overtaken.runId, 'superseded by a delete of the instance');
    const instance = await lockInstance(tx, instanceId);
    if (instance === undefined || instance.deletedAt !== null) throw notFound('instance', instanceId);
    // Somebody may have protected it since.
    refuseProtected(instance);
    const now = await selectOpenOperations(tx, instanceId);
    const running = now.find((operation) => operation.status === 'running');
    // An operation that went on with its next step has another run, which nobody has asked to end.
    if (running?.id !== overtaken?.id || running?.runId !== overtaken?.runId || now.length !== before.length) return 'changed meanwhile';
    if (overtaken === undefined) return beginOperation(deps, tx, { instance, kind: 'delete', by: caller.userId, ...skip });
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
    });
    await updateStatus(tx, instanceId, OPERATIONS.delete.during ?? instance.status, `waiting for ${overtaken.kind} to end`);
    return {};
  });
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
async function joinDelete(tx: Transaction, deleting: OperationRow, skip: Skips): Promise<{ runId?: string } | 'changed meanwhile'> {
  if (deleting.runId === null) return (await setSkips(tx, deleting.id, skip)) ? {} : 'changed meanwhile';
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

/**
 * A stage that is writing locks the instance before its run, a delete the run before the instance. PostgreSQL ends one of
 * them; nothing of it was stored.
 */
function whenDeadlocked(error: unknown): 'changed meanwhile' {
  if (error instanceof Error && 'code' in error && error.code === '40P01') return 'changed meanwhile';
  throw error;
}
