import type { KubernetesObject, ObjectKey } from '@cellplane/kubernetes';
import type { JsonObject } from '@cellplane/plan';
import { isLabelled, markManifest, trimObject } from '../../../object-marks.js';
import { findDrift } from '../drift.js';
import type { LeafAnswer } from '../leaf-answer.js';
import type { LeafTask } from './leaf-task.js';

/** The task's manifest as it is sent: with the run's labels and namespace. */
export function marked(task: LeafTask, key: ObjectKey, annotations: Record<string, string> = {}): KubernetesObject {
  return markManifest(task.manifest, {
    ...(key.namespace === undefined ? {} : { namespace: key.namespace }),
    labels: task.labels,
    annotations,
  });
}

/**
 * The answer of a write. `before`: the object before the write; null if there was none, undefined if it was not read. `taken`: fields
 * taken from other managers.
 */
export function written(
  task: LeafTask,
  object: KubernetesObject,
  before: KubernetesObject | null | undefined,
  taken: string[] = [],
): LeafAnswer {
  const compared = task.action === 'apply' || task.action === 'create' || task.action === 'replace';
  const drift = compared ? findDrift(task.manifest, object as unknown as JsonObject) : [];
  const same = before !== undefined && before !== null && before.metadata.resourceVersion === object.metadata.resourceVersion;
  // Another one than before counts, too: an attempt whose answer was lost has made it.
  const recreated = task.expected !== undefined && before !== undefined && before?.metadata.uid !== task.expected.uid;
  return {
    kind: 'written',
    object: trimObject(object),
    before: before && trimObject(before),
    labelled: isLabelled(object),
    taken,
    drift,
    ...(same ? { untouched: true } : {}),
    ...(recreated ? { recreated: true } : {}),
  };
}
