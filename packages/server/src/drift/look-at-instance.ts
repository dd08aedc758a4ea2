/** Looks at objects of one instance, and stores what was found: rows, the instance's count, its event. */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import { gaveWay } from '../database/away.js';
import { type Database, transaction } from '../database/database.js';
import { waitForLocks } from '../database/wait-for-locks.js';
import { writtenManifests } from '../engine/written-manifests.js';
import { setDriftedFields } from '../instances/finding-store.js';
import { insertInstanceEvent } from '../instances/instance-event-store.js';
import { lockInstance } from '../instances/store.js';
import type { Logger } from '../log.js';
import { type ExpectedObject, mustBeThere, objectId } from '../reconciliation/expected-objects.js';
import { type Resting, stillRests } from '../reconciliation/expected-store.js';
import type { Sealer } from '../secrets/envelope.js';
import { type ComposedManifest, composeManifest } from './composed-manifest.js';
import { driftInWords, settleDrift } from './drift.js';
import {
  countOpen,
  forgetOtherObjects,
  type KnownObject,
  openManifest,
  recordObject,
  sealManifest,
  selectDrift,
  selectKnownObjects,
  writeDrift,
} from './drift-store.js';
import { lookAtObject, type ObjectLook, REQUESTS_PER_LOOK, shownMessage } from './look-at-object.js';

export interface LookDeps {
  db: Database;
  sealer: Sealer;
  log: Logger;
}

export interface LookCell {
  client: KubernetesClient;
  signal: AbortSignal;
  /** Resolves once so many more requests may be sent. */
  take: (requests: number) => Promise<void>;
}

/** An instance at rest, and everything that its workflows have written. */
export interface LookedInstance {
  resting: Resting;
  written: readonly ExpectedObject[];
}

/** Whoever holds the row acts on the instance: the next pass tells. Milliseconds. */
const ROW_LOCK_MS = 200;
/** Each request, milliseconds. */
const CALL_MS = 10_000;

interface Looked {
  object: ExpectedObject;
  composed: Composed;
  look?: ObjectLook;
}

/** What an object should be. */
export interface Composed {
  composed?: ComposedManifest;
  until: Date | null;
  isNew: boolean;
  sealed: Buffer | null;
  trouble: string;
}

/**
 * Looks at `due` of its objects. Answers how many were asked for, and of how many of them it cannot be told how they are. Nothing is stored if an
 * operation has begun on the instance meanwhile. Rejects with `ApiError` where the cell does not answer.
 */
export async function lookAtInstance(
  deps: LookDeps,
  cell: LookCell,
  { resting, written }: LookedInstance,
  due: readonly ExpectedObject[],
): Promise<{ looked: number; troubled: number }> {
  const known = (await selectKnownObjects(deps.db, [resting.id])).get(resting.id) ?? [];
  const byId = new Map(known.map((one) => [objectId(one), one]));
  const looks: Looked[] = [];
  for (const object of due) {
    cell.signal.throwIfAborted();
    const composed = await composedOf(deps, resting.id, object, byId.get(objectId(object)));
    const look = composed.composed === undefined ? undefined : await look1(cell, resting, composed.composed);
    looks.push({ object, composed, ...(look === undefined ? {} : { look }) });
  }
  await store(deps, resting, { expected: written.filter(mustBeThere), looks });
  const troubled = looks.filter(({ look }) => look === undefined || look.outcome === 'refused').length;
  return { looked: looks.filter(({ look }) => look !== undefined).length, troubled };
}

async function look1(cell: LookCell, { namespace }: Resting, composed: ComposedManifest): Promise<ObjectLook> {
  const call = { timeoutMs: CALL_MS, signal: cell.signal };
  for (let tries = 1; ; tries++) {
    await cell.take(REQUESTS_PER_LOOK);
    try {
      // Its labels are in the manifest already.
      const look = await lookAtObject(cell.client, { namespace, labels: {} }, composed, call);
      if (look.outcome !== 'again' || tries === MOST_TRIES) return look;
    } catch (error) {
      // The API server is there, and refuses this one.
      if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500) throw error;
      return { outcome: 'refused', mark: '', message: shownMessage(composed, error.message) };
    }
  }
}

/** An object that changes between two requests, so many times: the next pass comes. */
const MOST_TRIES = 3;

/** What the object should be: as it is kept, or made anew of what runs have written since. */
export async function composedOf(
  deps: Pick<LookDeps, 'db' | 'sealer'>,
  instanceId: string,
  object: ExpectedObject,
  known: KnownObject | undefined,
): Promise<Composed> {
  const sealed = known?.sealedManifest ?? null;
  const before = sealed === null ? undefined : openManifest(deps.sealer, instanceId, object, sealed);
  if (before !== undefined && known?.runId === object.runId) {
    return { composed: before, until: known.composedUntil, isNew: false, sealed, trouble: '' };
  }
  const after = before === undefined ? null : (known?.composedUntil ?? null);
  const { writes, until, refused } = await writtenManifests(deps, instanceId, object, after);
  const composed = refused === undefined ? composeManifest(before, writes) : undefined;
  if (composed !== undefined) return { composed, until, isNew: true, sealed: null, trouble: '' };
  return { until, isNew: true, sealed: null, trouble: refused ?? 'no workflow that is still kept has written the whole of it' };
}

async function store(deps: LookDeps, resting: Resting, of: { expected: ExpectedObject[]; looks: Looked[] }): Promise<void> {
  try {
    await transaction(deps.db, async (tx) => {
      await waitForLocks(tx, ROW_LOCK_MS);
      const row = await lockInstance(tx, resting.id);
      if (row === undefined || !(await stillRests(tx, resting))) return;
      const known = await selectDrift(tx, deps.sealer, row.id);
      const news = [];
      await forgetOtherObjects(tx, row.id, of.expected.map(objectId));
      for (const { object, composed, look } of of.looks) {
        if (look?.outcome === 'again') continue;
        const { group, apiVersion, kind, name, runId } = object;
        const sealedManifest =
          composed.composed === undefined || !composed.isNew
            ? composed.sealed
            : sealManifest(deps.sealer, row.id, object, composed.composed);
        await recordObject(tx, row.id, {
          group,
          apiVersion,
          kind,
          name,
          runId,
          sealedManifest,
          composedUntil: composed.until,
          seenMark: look !== undefined && 'mark' in look ? look.mark : null,
          trouble: look?.outcome === 'refused' ? look.message : composed.trouble,
        });
        if (look === undefined || look.outcome === 'refused') continue;
        const here = known.filter((one) => objectId(one) === objectId(object));
        const changes = settleDrift(here, look.outcome === 'gone' ? [] : look.fields);
        await writeDrift(tx, deps.sealer, { instanceId: row.id, object }, changes);
        for (const field of [...changes.found, ...changes.changed.filter((one) => one.isNews).map((one) => one.field)])
          news.push({ kind, name, ...field });
      }
      await setDriftedFields(tx, row.id, await countOpen(tx, row.id));
      if (news.length === 0) return;
      const message = driftInWords(news);
      await insertInstanceEvent(tx, { instanceId: row.id, type: 'DriftFound', message });
      deps.log.warn({ instance: row.id, fields: news.length }, `${row.id} has drifted: ${message}`);
    });
  } catch (error) {
    if (!gaveWay(error)) throw error;
  }
}
