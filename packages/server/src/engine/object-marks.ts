import type { KubernetesObject } from '@cellplane/kubernetes';
import type { Json, JsonObject } from '@cellplane/plan';

/** Label of every object that the engine makes: the shared watches select it. */
export const MANAGED_LABEL = 'app.kubernetes.io/managed-by';
export const MANAGED_VALUE = 'cellplane';
/** Selector of the shared watches. */
export const MANAGED_SELECTOR = `${MANAGED_LABEL}=${MANAGED_VALUE}`;
/** On objects made by `create`: the run and task that made them. "Already exists" is then told apart from a foreign object. */
export const RUN_ANNOTATION = 'cellplane.dev/run';
export const TASK_ANNOTATION = 'cellplane.dev/task';

/** By the plan's author, "true" on an object that others may delete: it is made anew whenever it is gone. */
const MAY_VANISH_ANNOTATION = 'cellplane.dev/may-vanish';

/**
 * True if the manifest says that its object comes and goes by itself: by our annotation, by a time to live (a request to an operator, a
 * backup), or because it belongs to another object and goes with it.
 */
export function mayVanish(manifest: JsonObject): boolean {
  const { metadata, spec } = manifest as { metadata?: { annotations?: JsonObject | null; ownerReferences?: Json } | null; spec?: Json };
  if (metadata?.annotations?.[MAY_VANISH_ANNOTATION] === 'true') return true;
  if (Array.isArray(metadata?.ownerReferences) && metadata.ownerReferences.length > 0) return true;
  const fields = typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? spec : {};
  return Object.entries(fields).some(([key, value]) => /^ttl(Seconds|Strategy|$)/.test(key) && value !== null);
}

/** True if the object carries our label: the shared watch of its kind sees it. */
export function isLabelled(object: KubernetesObject): boolean {
  return object.metadata.labels?.[MANAGED_LABEL] === MANAGED_VALUE;
}

/** A manifest with our labels and, for namespaced kinds, the namespace. The author's own labels stay, ours win. */
export function markManifest(
  manifest: JsonObject,
  marks: { namespace?: string; labels: Record<string, string>; annotations?: Record<string, string> },
): KubernetesObject {
  const metadata = isObject(manifest.metadata) ? manifest.metadata : {};
  const labels = { ...(isObject(metadata.labels) ? metadata.labels : {}), ...marks.labels, [MANAGED_LABEL]: MANAGED_VALUE };
  const annotations = { ...(isObject(metadata.annotations) ? metadata.annotations : {}), ...marks.annotations };
  return {
    ...manifest,
    metadata: {
      ...metadata,
      ...(marks.namespace === undefined ? {} : { namespace: marks.namespace }),
      labels,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
  } as unknown as KubernetesObject;
}

/** The object without managedFields and the copy that kubectl leaves: what is kept, stored and shown. */
export function trimObject(object: KubernetesObject): KubernetesObject {
  const { managedFields: _fields, ...metadata } = object.metadata;
  const annotations = metadata.annotations;
  if (annotations?.[LAST_APPLIED] !== undefined) {
    const { [LAST_APPLIED]: _copy, ...rest } = annotations;
    metadata.annotations = rest;
  }
  return { ...object, metadata };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
