/**
 * One pass over a cell: which objects of instances at rest were touched since the last look, by one list of metadata for each kind; and a
 * look at those alone. It only reads; nothing in the cell is changed.
 */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { databaseTime } from '../database/clock.js';
import { mustBeThere } from '../reconciliation/expected-objects.js';
import { bringForward, selectResting, selectWritten } from '../reconciliation/expected-store.js';
import { eachOfKind, kindsInUse, type KindInUse, seenKey } from '../reconciliation/seen-objects.js';
import { forgetOldDrift, selectKnownObjects } from './drift-store.js';
import { dueObjects } from './due-objects.js';
import { type LookCell, type LookDeps, lookAtInstance } from './look-at-instance.js';
import { markOf } from './object-mark.js';
import type { DriftCounts } from './pass-store.js';

/** Rejects with `ApiError` where the cell does not answer. */
export async function driftPass(deps: LookDeps, cellId: string, cell: LookCell): Promise<DriftCounts> {
  const begun = performance.now();
  const { db } = deps;
  const { client, signal } = cell;
  const counts: DriftCounts = { instances: 0, objects: 0, looked: 0, troubled: 0, requests: 0, took: 0 };
  const counted: LookCell = {
    ...cell,
    take: async (requests) => {
      counts.requests += requests;
      await cell.take(requests);
    },
  };
  await bringForward(db, cellId, signal);
  await forgetOldDrift(db, cellId);
  const instances = await selectResting(db, cellId);
  const written = await selectWritten(db, instances);
  const known = await selectKnownObjects(
    db,
    instances.map((one) => one.id),
    'light',
  );
  const expected = [...written.values()].flat().filter(mustBeThere);
  const marks = await seeMarks(client, kindsInUse(expected), counted);
  const now = await databaseTime(db);
  counts.instances = instances.length;
  counts.objects = expected.length;
  for (const resting of instances) {
    signal.throwIfAborted();
    const objects = written.get(resting.id) ?? [];
    const before = known.get(resting.id) ?? [];
    const must = objects.filter(mustBeThere);
    const due = dueObjects(must, before, (object) => marks(seenKey({ ...object, namespace: resting.namespace }), object), now);
    // What has gone from the list of expected objects is forgotten by a look that asks for nothing.
    if (due.length === 0 && before.length <= must.length) continue;
    const { looked, troubled } = await lookAtInstance(deps, counted, { resting, written: objects }, due);
    counts.looked += looked;
    counts.troubled += troubled;
  }
  counts.took = Math.round(performance.now() - begun);
  return counts;
}

/** Marks of all objects with our label, of these kinds. Answers what an object's is: null where its kind cannot be listed. */
async function seeMarks(
  client: KubernetesClient,
  kinds: KindInUse[],
  cell: LookCell,
): Promise<(key: string, of: { group: string; kind: string }) => string | undefined | null> {
  const marks = new Map<string, string>();
  const unread = new Set<string>();
  for (const kind of kinds) {
    const { group } = kind;
    try {
      const note = ({ metadata }: KubernetesObject) => {
        const { name, namespace = '' } = metadata;
        marks.set(seenKey({ group, kind: kind.kind, namespace, name }), markOf(metadata));
      };
      const isServed = await eachOfKind(client, kind, cell.signal, note, () => cell.take(1));
      if (!isServed) unread.add(`${group}/${kind.kind}`);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500) throw error;
      unread.add(`${group}/${kind.kind}`);
    }
  }
  return (key, { group, kind }) => (unread.has(`${group}/${kind}`) ? null : marks.get(key));
}
