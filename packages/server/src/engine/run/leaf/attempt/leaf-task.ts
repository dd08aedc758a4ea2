import type { AttemptOf, Json, JsonObject, ResourceAction } from '@cellplane/plan';
import type { KubernetesClient, ObjectKey } from '@cellplane/kubernetes';
import type { ExpectedObject } from '../../../model.js';
import type { Lease } from '../../../rows/lease.js';
import { never } from '../leaf-answer.js';

/** One attempt of a leaf: what to do, and for whom. */
export interface LeafTask {
  action: ResourceAction;
  manifest: JsonObject;
  mergeStrategy?: 'merge' | 'strategic' | 'json';
  /** A gate will judge the freshness of the answer, so the object before the write matters. */
  gated: boolean;
  /** The object is not expected to be there: a gated apply does not read it first. */
  isNew: boolean;
  /** Attempts before this one. */
  attempts: number;
  /** An earlier attempt may have reached the API server. */
  repeated: boolean;
  /** A delete: the object that an earlier attempt has found; another uid means it is gone. */
  uid?: string;
  ignoreNotFound: boolean;
  /** The object holds what cannot be made again, and must be the one that was there before. */
  expected?: ExpectedObject;
  runId: string;
  nodeId: string;
  /** The task that this is an attempt of: what an earlier attempt has created is its own. */
  attemptOf: AttemptOf;
  cellId: string;
  namespace: string;
  fieldManager: string;
  labels: Record<string, string>;
  impersonate?: string;
}

export interface LeafDeps {
  client: KubernetesClient;
  lease: Lease;
  /** Aborts this attempt: terminated, the lease is lost, or the program stops. */
  signal: AbortSignal;
}

/**
 * The key of the object that the task's manifest describes.
 * @throws LeafStop if the manifest has no name, or names another namespace than the run's
 */
export function keyOf(task: Pick<LeafTask, 'manifest' | 'namespace'>, namespaced: boolean): ObjectKey {
  const metadata = isObject(task.manifest.metadata) ? task.manifest.metadata : {};
  const { name, namespace } = metadata;
  const { apiVersion, kind } = task.manifest;
  if (typeof name !== 'string' || name === '') throw never('name-missing', `the manifest of ${String(kind)} has no metadata.name`);
  const key = { apiVersion: String(apiVersion), kind: String(kind), name };
  if (!namespaced) return key;
  if (namespace !== undefined && namespace !== null && namespace !== '' && namespace !== task.namespace) {
    throw never(
      'foreign-namespace',
      `${String(kind)}/${name} is meant for namespace ${JSON.stringify(namespace)}; a run may only write to ${task.namespace}`,
    );
  }
  return { ...key, namespace: task.namespace };
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
