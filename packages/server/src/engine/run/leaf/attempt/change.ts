/** Replace and patch: writes to an object that is there already. */
import { ApiError, type KubernetesObject, type ObjectKey } from '@cellplane/kubernetes';
import { isCustomGroup } from '@cellplane/plan';
import { type LeafAnswer, later, never } from '../leaf-answer.js';
import { type Calls, isConflict } from './calls.js';
import { refuseDeleting, refuseOther } from './expected-object.js';
import { isObject, type LeafTask } from './leaf-task.js';
import { marked, written } from './written.js';

export async function replace(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  const before = await existing(calls, key, task);
  refuseDeleting(before);
  const object = marked(task, key);
  object.metadata.resourceVersion = before.metadata.resourceVersion ?? '';
  try {
    return written(task, await calls.write((options) => calls.client.replace(object, options)), before);
  } catch (error) {
    if (isConflict(error))
      throw later('changed-meanwhile', `${key.kind}/${key.name} was changed by somebody else meanwhile; reading it again`, 20);
    throw error;
  }
}

/** With `task` it is to be written to, so it must be the one that was there before. */
export async function existing(calls: Calls, key: ObjectKey, task?: LeafTask): Promise<KubernetesObject> {
  const found = await calls.find(key);
  if (task !== undefined) refuseOther(task, found);
  if (found === null) throw later('not-there-yet', `${key.kind}/${key.name} does not exist yet`);
  return found;
}

/** Strategic by default for Kubernetes' own kinds, merge for custom resources, which refuse strategic (415). */
export async function patch(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  if (task.mergeStrategy === 'json')
    throw never('json-patch-without-target', 'a JSON patch needs a target beside its list of operations; use a merge patch');
  const before = await existing(calls, key, task);
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = task.manifest;
  const { name: _name, namespace: _namespace, ...meta } = isObject(metadata) ? metadata : {};
  // An empty patch only waits for an object that another component makes.
  if (Object.keys(rest).length === 0 && Object.keys(meta).length === 0) return written(task, before, before);
  const body = { ...rest, metadata: { ...meta, resourceVersion: before.metadata.resourceVersion ?? '' } };
  const send = async (type: 'merge' | 'strategic') =>
    calls.write((options) => calls.client.patch(key, type, body, { ...options, fieldManager: task.fieldManager }));
  const type = task.mergeStrategy ?? (isCustomGroup(key.apiVersion) ? 'merge' : 'strategic');
  try {
    return written(task, await send(type), before);
  } catch (error) {
    if (error instanceof ApiError && error.status === 415 && type === 'strategic' && task.mergeStrategy === undefined)
      return written(task, await send('merge'), before);
    if (isConflict(error))
      throw later('changed-meanwhile', `${key.kind}/${key.name} was changed by somebody else meanwhile; reading it again`, 20);
    throw error;
  }
}
