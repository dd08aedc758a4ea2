import { ApiError, type KubernetesObject, type ObjectKey } from '@cellplane/kubernetes';
import { isLabelled, RUN_ANNOTATION, TASK_ANNOTATION, trimObject } from '../../../object-marks.js';
import { type LeafAnswer, later } from '../leaf-answer.js';
import type { Calls } from './calls.js';
import { refuseDeleting, refuseOther } from './expected-object.js';
import type { LeafTask } from './leaf-task.js';
import { marked, written } from './written.js';

export async function create(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  const object = marked(task, key, { [RUN_ANNOTATION]: task.runId, [TASK_ANNOTATION]: task.attemptOf.task });
  if (task.repeated || task.expected !== undefined) {
    const mine = await calls.find(key);
    if (mine !== null) return createdBefore(task, mine);
    refuseOther(task, null);
  }
  try {
    return written(task, await calls.write((options) => calls.client.create(object, options)), null);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
    const there = await calls.find(key);
    if (there === null) throw later('changed-meanwhile', `${key.kind}/${key.name} existed and vanished meanwhile`, 20);
    return createdBefore(task, there);
  }
}

/**
 * What is there already is adopted if this very task of this run has made it: in the request whose answer was lost, or in an
 * earlier attempt of its `retryStrategy`. An earlier attempt's object was there before and is left as it has become since.
 */
function createdBefore(task: LeafTask, there: KubernetesObject): LeafAnswer {
  refuseDeleting(there);
  const annotations = there.metadata.annotations ?? {};
  const { task: name, again } = task.attemptOf;
  // Programs of an older version wrote the id of the attempt.
  const mine = annotations[RUN_ANNOTATION] === task.runId && [name, task.nodeId].includes(annotations[TASK_ANNOTATION] ?? '');
  if (mine && !again) return written(task, there, null);
  const seen = trimObject(there);
  if (mine) return { kind: 'written', object: seen, before: seen, labelled: isLabelled(there), taken: [], drift: [] };
  return {
    kind: 'failed',
    code: 'already-exists',
    message: `${there.kind}/${there.metadata.name} already exists and was not made by this task`,
  };
}
