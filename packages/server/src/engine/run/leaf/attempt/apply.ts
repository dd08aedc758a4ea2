import { ApiError, type KubernetesObject, type ObjectKey } from '@cellplane/kubernetes';
import type { Json, JsonObject } from '@cellplane/plan';
import { isLabelled } from '../../../object-marks.js';
import { type LeafAnswer, later } from '../leaf-answer.js';
import { type Calls, isConflict } from './calls.js';
import { refuseDeleting, refuseOther } from './expected-object.js';
import { isObject, type LeafTask } from './leaf-task.js';
import { marked, written } from './written.js';

export async function apply(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  const mustRead = task.repeated || task.expected !== undefined || (task.gated && !task.isNew);
  const before = mustRead ? await calls.find(key) : undefined;
  let isCreated = false;
  const onCreated = () => (isCreated = true);
  refuseDeleting(before);
  if (before !== undefined) refuseOther(task, before);
  const object = marked(task, key);
  if (before) object.metadata.resourceVersion = before.metadata.resourceVersion ?? '';
  const send = async (force: boolean) =>
    calls.write((options) => calls.client.apply(object, { fieldManager: task.fieldManager, force, onCreated }, options));
  let taken: string[] = [];
  let answer: KubernetesObject;
  try {
    try {
      answer = await send(false);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || !error.causes.some((cause) => cause.reason === 'FieldManagerConflict'))
        throw error;
      taken = error.causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`);
      answer = await send(true);
    }
  } catch (error) {
    if (before && isConflict(error))
      throw later('changed-meanwhile', `${key.kind}/${key.name} was changed by somebody else meanwhile; reading it again`, 20);
    if (key.kind === 'Job' && error instanceof ApiError && error.status === 422) return recreateJob(calls, key, error);
    throw error;
  }
  // The write met an object on its way out: it will vanish with what we wrote.
  refuseDeleting(answer);
  // It was deleted between our read and our write.
  refuseOther(task, answer);
  return written(task, answer, before === undefined && isCreated ? null : before, taken);
}

/** A Job's pod template cannot change. A finished Job has nothing left to lose: it is deleted, and the next attempt makes it. */
async function recreateJob(calls: Calls, key: ObjectKey, refusal: ApiError): Promise<LeafAnswer> {
  const job = await calls.find(key);
  if (job === null) throw later('changed-meanwhile', `Job/${key.name} vanished meanwhile`, 20);
  if (!isDisposable(job)) throw refusal;
  const uid = job.metadata.uid ?? '';
  await calls.write((options) => calls.client.delete(key, { ...options, uid, propagationPolicy: 'Background' }));
  throw later('job-recreated', `the finished Job/${key.name} differs and is made anew`, 20);
}

/** True of a finished Job that Cellplane has made. */
export function isDisposable(job: KubernetesObject): boolean {
  const { conditions } = isObject(job.status as Json) ? (job.status as JsonObject) : {};
  const finished = Array.isArray(conditions) ? (conditions as JsonObject[]) : [];
  return isLabelled(job) && finished.some((one) => (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True');
}
