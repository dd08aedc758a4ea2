import type { KubernetesObject } from '../model.js';

/**
 * What an informer holds, and how it changes: pure functions, so that every order of events can be tested without a network.
 * An event or a list becomes *changes*; `commit` puts a change into the cache once its handler is done with it.
 */
export type WatchCache = ReadonlyMap<string, KubernetesObject>;

export type Change =
  | { type: 'ADDED'; object: KubernetesObject }
  | { type: 'MODIFIED'; object: KubernetesObject; previous: KubernetesObject }
  | { type: 'DELETED'; object: KubernetesObject }
  /** Lives on, but is not kept any more: leaves the cache and is not reported. */
  | { type: 'FORGOTTEN'; object: KubernetesObject };

/** Whether an object is held and reported. */
export type Keep = (object: KubernetesObject) => boolean;

/** Key of an object in a cache: `<namespace>/<name>`, or `/<name>` of a cluster-scoped kind. */
export function cacheKey(of: { namespace?: string | undefined; name: string }): string {
  return `${of.namespace ?? ''}/${of.name}`;
}

/**
 * The changes that one watch event means. What is held decides, not the event's word: after a resume an ADDED may be of an object
 * that is held already. Another uid under the same name is another object: the old one was deleted.
 */
export function applyWatchEvent(
  cache: WatchCache,
  event: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubernetesObject },
  keep: Keep,
): Change[] {
  const { object } = event;
  const held = cache.get(cacheKey(object.metadata));
  if (event.type === 'DELETED') {
    if (held === undefined) return keep(object) ? [{ type: 'DELETED', object }] : [];
    // The last words about an object that has been replaced already must not take its successor away.
    return isSame(held, object) ? [{ type: 'DELETED', object }] : [];
  }
  if (!keep(object)) return held === undefined ? [] : [{ type: 'FORGOTTEN', object: held }];
  if (held === undefined) return [{ type: 'ADDED', object }];
  if (!isSame(held, object)) {
    return [
      { type: 'DELETED', object: held },
      { type: 'ADDED', object },
    ];
  }
  return held.metadata.resourceVersion === object.metadata.resourceVersion ? [] : [{ type: 'MODIFIED', object, previous: held }];
}

/** The changes that lead from what is held to what a list shows: those that a watch that was away has missed. */
export function applyList(cache: WatchCache, items: readonly KubernetesObject[], keep: Keep): Change[] {
  const changes: Change[] = [];
  const seen = new Set<string>();
  for (const object of items) {
    seen.add(cacheKey(object.metadata));
    changes.push(...applyWatchEvent(cache, { type: 'MODIFIED', object }, keep));
  }
  const gone = [...cache].filter(([key]) => !seen.has(key)).map(([, object]): Change => ({ type: 'DELETED', object }));
  // What is gone comes first: it happened before what replaced it.
  return [...gone, ...changes];
}

export function commit(cache: Map<string, KubernetesObject>, change: Change): void {
  const key = cacheKey(change.object.metadata);
  if (change.type === 'DELETED' || change.type === 'FORGOTTEN') cache.delete(key);
  else cache.set(key, change.object);
}

/** Takes off what is large and of no use to a waiting run. Changes the object. */
export function trimmed(object: KubernetesObject): KubernetesObject {
  delete object.metadata.managedFields;
  return object;
}

function isSame(a: KubernetesObject, b: KubernetesObject): boolean {
  return a.metadata.uid === b.metadata.uid;
}
