/** Get and delete. */
import { ApiError, type ObjectKey } from '@cellplane/kubernetes';
import { isLabelled, trimObject } from '../../../object-marks.js';
import { type LeafAnswer, later } from '../leaf-answer.js';
import { type Calls, isConflict } from './calls.js';
import { existing } from './change.js';
import type { LeafTask } from './leaf-task.js';
import { written } from './written.js';

export async function read(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  const found = task.ignoreNotFound && !task.gated ? await calls.find(key) : await existing(calls, key);
  return found === null ? { kind: 'gone' } : written(task, found, found);
}

/** An accepted delete is not done: it is done on 404, or on another uid (a new object of the same name). */
export async function remove(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  const found = await calls.find(key);
  if (found === null || (task.uid !== undefined && found.metadata.uid !== task.uid)) return { kind: 'gone' };
  if (found.metadata.deletionTimestamp !== undefined) return { kind: 'going', object: trimObject(found), labelled: isLabelled(found) };
  try {
    await calls.write((options) =>
      calls.client.delete(key, { ...options, uid: found.metadata.uid ?? '', propagationPolicy: 'Background' }),
    );
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return { kind: 'gone' };
    if (isConflict(error)) throw later('changed-meanwhile', `${key.kind}/${key.name} was replaced meanwhile; reading it again`, 20);
    throw error;
  }
  const left = await calls.find(key);
  if (left === null || left.metadata.uid !== found.metadata.uid) return { kind: 'gone' };
  return { kind: 'going', object: trimObject(left), labelled: isLabelled(left) };
}
