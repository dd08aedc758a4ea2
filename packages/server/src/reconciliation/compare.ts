/**
 * What the rows say beside what the cell shows. Pure. A difference is a suspicion: lists are read one after the other, labels may have been
 * taken away; what is told of is asked for by name before (`confirm.ts`).
 */
import { holdsData } from '../lifecycle/kept-objects.js';
import { type ExpectedObject, mustBeThere } from './expected-objects.js';
import type { Resting } from './expected-store.js';
import { seenKey, type SeenCell, type SeenObject } from './seen-objects.js';

/** What seems to be wrong with one instance. */
export interface Suspicion {
  instance: Resting;
  /** Its namespace is not there: so nothing of it is. */
  namespaceGone: boolean;
  /** Everything that it has to have. */
  expected: ExpectedObject[];
  gone: ExpectedObject[];
  /** Another object than the one that was written has its name. */
  replaced: ExpectedObject[];
  /** Gone with their kind. */
  unserved: ExpectedObject[];
  /** Could not be read: what was said of them stays. */
  unread: ExpectedObject[];
  /** Runs that say that they wrote to it. */
  runIds: string[];
}

/** What differs, of each instance that has a difference or had one, or whose runs are to be asked for. */
export function compareCell(instances: Resting[], written: Map<string, ExpectedObject[]>, seen: SeenCell): Suspicion[] {
  const others = strangersByNamespace(instances, written, seen);
  return instances.map((instance) => {
    const namespace = seen.namespaces.get(instance.namespace);
    const suspicion: Suspicion = {
      instance,
      namespaceGone: namespace === undefined,
      expected: (written.get(instance.id) ?? []).filter(mustBeThere),
      gone: [],
      replaced: [],
      unserved: [],
      unread: [],
      runIds: namespace?.runId === undefined ? [] : [namespace.runId],
    };
    for (const object of suspicion.expected) {
      const kind = `${object.group}/${object.kind}`;
      const found = seen.objects.get(seenKey({ ...object, namespace: instance.namespace }));
      if (seen.unserved.has(kind)) suspicion.unserved.push(object);
      else if (seen.unread.has(kind)) suspicion.unread.push(object);
      else if (found === undefined) {
        if (!isRenamed(object, others.get(`${kind}/${instance.namespace}`) ?? [])) suspicion.gone.push(object);
      } else if (isReplaced(object, found)) suspicion.replaced.push(object);
      if (found?.runId !== undefined) suspicion.runIds.push(found.runId);
    }
    return suspicion;
  });
}

/** What holds data and is another object now, unless it belongs to one that cares for it. */
export function isReplaced(object: ExpectedObject, found: SeenObject): boolean {
  return object.uid !== null && object.uid !== found.uid && holdsData(object) && !found.owned;
}

/** An operator that goes on with an object under another name leaves the instance's label on it. */
function isRenamed(object: ExpectedObject, strangers: SeenObject[]): boolean {
  return strangers.some((one) => one.uid !== object.uid && !one.owned && one.deletedAt === undefined);
}

/** Objects with an instance's label that none of its tasks has written, by kind and namespace. */
function strangersByNamespace(instances: Resting[], written: Map<string, ExpectedObject[]>, seen: SeenCell): Map<string, SeenObject[]> {
  const ours = new Set<string>();
  const byNamespace = new Map(instances.map((one) => [one.namespace, one]));
  for (const { id, namespace } of instances) for (const object of written.get(id) ?? []) ours.add(seenKey({ ...object, namespace }));
  const strangers = new Map<string, SeenObject[]>();
  for (const [key, object] of seen.objects) {
    if (ours.has(key)) continue;
    const place = key.slice(0, key.lastIndexOf('/'));
    const namespace = place.slice(place.lastIndexOf('/') + 1);
    if (byNamespace.get(namespace)?.id !== object.instanceId) continue;
    const there = strangers.get(place);
    if (there === undefined) strangers.set(place, [object]);
    else there.push(object);
  }
  return strangers;
}

/** Whether there is something to be asked for by name. */
export function isSuspicious({ namespaceGone, gone, replaced, unserved }: Suspicion): boolean {
  return namespaceGone || gone.length + replaced.length + unserved.length > 0;
}
