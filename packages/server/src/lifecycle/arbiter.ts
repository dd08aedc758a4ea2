/**
 * The arbiter: one table of what may happen to an instance while something else does, or does not. Pure; whoever begins an
 * operation asks it with the instance's row locked. docs/operations.md is made from it (scripts/operations-docs.mjs).
 *
 * Statuses say where an instance rests; a running operation says that it does not. At most one operation runs on an instance,
 * and at most one delete waits behind it.
 */
import { againstBegin, incompleteOf, neededStatuses } from '@cellplane/api';
import type { InstanceStatus, OperationKind } from '../instances/instance.js';

/** What is asked for: an operation, or that the last one that failed is tried again. */
export type RequestKind = OperationKind | 'retry';

export interface OperationRequest {
  kind: RequestKind;
  /** `schedule`: due work, which can come again later. */
  trigger: 'person' | 'schedule';
}

export interface InstanceState {
  /** For messages. */
  id: string;
  status: InstanceStatus;
  /** It has been RUNNING: everything of it has been made once. */
  everRan: boolean;
  /** It is made from a snapshot: as long as it has never run, that has not succeeded. */
  toRestore?: boolean;
  /** A delete that failed or was ended had begun to take it down: part of it may be gone, its data with it. */
  takingDown?: boolean;
  running?: { kind: OperationKind; runId: string | null };
  /** A delete waits behind the running operation. */
  deleteWaits: boolean;
}

export type Decision =
  | { verdict: 'run' }
  /** Not now; it stays due. */
  | { verdict: 'wait'; code: string; message: string }
  /** Not this time; its next turn comes. */
  | { verdict: 'skip'; code: string; message: string }
  /** A delete: the running operation is asked to end, and the delete waits for that. */
  | { verdict: 'supersede'; over: OperationKind }
  /** A second delete is the first one. */
  | { verdict: 'join' }
  | { verdict: 'refuse'; code: string; message: string };

/** Where a backup by schedule is not worth its turn. What is FAILED is tried: its workflow finds out whether there is a database. */
const SKIPS_BACKUP: readonly InstanceStatus[] = ['STOPPED', 'DELETED'];

/** Why no backup by schedule is made; undefined: one is. */
function whySkipped({ status, everRan, takingDown }: InstanceState): { code: string; why: string } | undefined {
  if (SKIPS_BACKUP.includes(status)) return { code: 'wrong-status', why: `is ${status}` };
  if (takingDown === true) return { code: 'being-taken-down', why: 'is being taken down by a delete that has not ended well' };
  return status === 'FAILED' && !everRan ? { code: 'never-ran', why: 'has never run' } : undefined;
}

/** Decides over one request. Never throws. */
export function decide(state: InstanceState, request: OperationRequest): Decision {
  const { running, deleteWaits } = state;
  if (request.kind === 'restore') return decideRestore(state);
  if (running === undefined) return decideAtRest(state, request);
  if (request.kind === 'delete' && state.status !== 'DELETED') {
    return running.kind === 'delete' || deleteWaits ? { verdict: 'join' } : { verdict: 'supersede', over: running.kind };
  }
  const conflict = { code: 'conflicting-operation', message: conflictMessage(state, running) };
  return { verdict: request.trigger === 'schedule' ? 'wait' : 'refuse', ...conflict };
}

function decideAtRest(state: InstanceState, { kind, trigger }: OperationRequest): Decision {
  const { id, status } = state;
  const skipped = kind === 'backup' && trigger === 'schedule' ? whySkipped(state) : undefined;
  if (skipped !== undefined)
    return { verdict: 'skip', code: skipped.code, message: `${id} ${skipped.why}: no backup by schedule is made of it.` };
  switch (againstBegin(status, incompleteOf(state), kind)) {
    case 'BEING_TAKEN_DOWN': {
      const message = `A delete of ${id} has begun to take it down: part of it is gone, and a ${kind} could make it anew without its data. Delete it again, or retry the delete's workflow; its snapshots can be restored into a new instance.`;
      return { verdict: 'refuse', code: 'being-taken-down', message };
    }
    case 'NEVER_RESTORED': {
      const message = `${id} has never held the data that was to be restored into it, so there is no ${kind} of it. Retry the workflow that failed, or delete ${id} and restore the snapshot again.`;
      return { verdict: 'refuse', code: 'never-restored', message };
    }
    case 'NEVER_RAN': {
      const message = `${id} has never run: it has to be made before a ${kind}. Retry the workflow that failed, modify ${id} or delete it.`;
      return { verdict: 'refuse', code: 'never-ran', message };
    }
    case undefined:
      return { verdict: 'run' };
    case 'WRONG_STATUS':
      return { verdict: 'refuse', code: 'wrong-status', message: wrongStatus(state, kind) };
  }
}

function wrongStatus({ id, status }: InstanceState, kind: RequestKind): string {
  const needed = neededStatuses(kind);
  if (needed.length === 0) return `${id} is ${status}; ${kind} makes a new instance.`;
  return `${id} is ${status}; ${kind} needs it to be ${needed.join(' or ')}.${needed.includes('RUNNING') && status === 'STOPPED' ? ' Start it first.' : ''}`;
}

function decideRestore(state: InstanceState): Decision {
  const { id, status, running } = state;
  if (status === 'DELETING' || running?.kind === 'delete' || state.deleteWaits) {
    return {
      verdict: 'refuse',
      code: 'source-is-being-deleted',
      message: `${id} is being deleted: wait until it is gone, then restore into it, or restore into a new instance now.`,
    };
  }
  if (againstBegin(status, undefined, 'restore') === undefined) {
    if (running === undefined) return { verdict: 'run' };
    // The removal of one of its snapshots has its namespace for a while.
    if (running.kind === 'deleteBackup')
      return { verdict: 'refuse', code: 'conflicting-operation', message: conflictMessage(state, running) };
  }
  return {
    verdict: 'refuse',
    code: 'source-is-live',
    message: `${id} is ${status}: a snapshot is never restored into an instance that is there. Restore into a new one, or delete ${id} first.`,
  };
}

function conflictMessage({ id, deleteWaits }: InstanceState, running: { kind: OperationKind; runId: string | null }): string {
  const then = deleteWaits ? '; a delete waits for its end' : '';
  return `A conflicting operation is already in progress on ${id}: ${running.kind} (${running.runId ?? 'starting'})${then}.`;
}
