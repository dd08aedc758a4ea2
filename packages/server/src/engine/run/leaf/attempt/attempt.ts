import { ApiError } from '@cellplane/kubernetes';
import { LeaseLost } from '../../../rows/lease.js';
import type { LeafAnswer } from '../leaf-answer.js';
import { answerOfFailure, type CallPlace } from '../leaf-failure.js';
import { apply } from './apply.js';
import { Calls } from './calls.js';
import { patch, replace } from './change.js';
import { create } from './create.js';
import { read, remove } from './delete.js';
import { keyOf, type LeafDeps, type LeafTask } from './leaf-task.js';

/**
 * Carries out one attempt of a leaf. Throws `LeaseLost` only. Every call is sent only if the lease has
 * more time left than the call may take.
 */
export async function performLeaf(deps: LeafDeps, task: LeafTask): Promise<LeafAnswer> {
  const place = { apiVersion: String(task.manifest.apiVersion), kind: String(task.manifest.kind), cellId: task.cellId };
  const calls = new Calls(deps, task);
  const answer = await attempt(calls, deps, task, place);
  // `written` says itself whether it changed anything.
  return calls.touched || answer.untouched === true ? answer : { ...answer, untouched: true };
}

async function attempt(calls: Calls, deps: LeafDeps, task: LeafTask, place: CallPlace): Promise<LeafAnswer> {
  try {
    const resource = await calls.client.resource(place.apiVersion, place.kind, await calls.options());
    const key = keyOf(task, resource.namespaced);
    if (task.action === 'apply') return await apply(calls, task, key);
    if (task.action === 'create') return await create(calls, task, key);
    if (task.action === 'replace') return await replace(calls, task, key);
    if (task.action === 'patch') return await patch(calls, task, key);
    if (task.action === 'get') return await read(calls, task, key);
    return await remove(calls, task, key);
  } catch (error) {
    // A kind that is not served (its CRD was never installed, or is gone) has no objects to delete; a few attempts make sure.
    if (task.action === 'delete' && task.attempts >= 3 && error instanceof ApiError && error.reason === 'KindNotServed')
      return { kind: 'gone' };
    const answer = answerOfFailure(error, place);
    return answer.kind === 'later' && answer.code === 'forbidden' ? await explainForbidden(deps, task, answer) : answer;
  }
}

/**
 * A namespace that is being deleted loses its Roles first, so a missing right may mean the namespace's end. The namespace is read
 * with the cell's own credentials, because the run's account may have no rights left.
 */
async function explainForbidden(deps: LeafDeps, task: LeafTask, answer: LeafAnswer & { kind: 'later' }): Promise<LeafAnswer> {
  const { impersonate: _run, ...own } = task;
  try {
    const namespace = await new Calls(deps, own).find({ apiVersion: 'v1', kind: 'Namespace', name: task.namespace });
    const since = namespace?.metadata.deletionTimestamp;
    const why =
      namespace === null
        ? `namespace ${task.namespace} is not there`
        : since && `namespace ${task.namespace} is being deleted since ${since}`;
    return why === undefined ? answer : { ...answer, code: 'namespace-terminating', message: `${why}: ${answer.message}` };
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    return answer;
  }
}
