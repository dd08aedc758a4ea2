/**
 * What an instance made once and must find again. An object that holds data, made by a workflow of the instance and deleted by none of
 * them, is there before it is written the next time: where it is gone, to apply it would begin an empty one under the same name and call
 * it RUNNING. Which objects there were is read from the rows of the instance's own tasks.
 *
 * A create and a restore make things; what has never run holds nothing; a delete takes down. Everything else must find what was there,
 * unless it was asked on purpose to make anew what is missing (`recreateMissing`).
 */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import { isCustomGroup, type ObjectReference } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import type { ExpectedObject, Run } from '../engine/model.js';
import { type PurposeOfRun, selectLastWritten, selectPurpose } from './past-runs-store.js';

/** Kinds of Kubernetes itself that hold more than their manifest says; custom resources are taken to hold some. */
const HOLDS_DATA = new Set(['PersistentVolumeClaim', 'StatefulSet']);

/** Whether what is gone with the object cannot be made again from its manifest. */
export function holdsData({ apiVersion, kind }: Pick<ObjectReference, 'apiVersion' | 'kind'>): boolean {
  return isCustomGroup(apiVersion) || HOLDS_DATA.has(kind);
}

/** Whether the run must find what was there; undefined: it makes things, takes them down, or there is nothing yet. */
async function expectationOf(db: Database, runId: string): Promise<PurposeOfRun | undefined> {
  const found = await selectPurpose(db, runId);
  // The last backup of a delete must find what it backs up, too.
  const isFree = found !== undefined && (['create', 'restore'].includes(found.kind) || found.verb === 'delete');
  return isFree ? undefined : found;
}

/** For people: what to do if an object is gone that holds data. */
const CURE =
  'Restore a snapshot into a new instance; or, if it shall begin without what it held, ask for that on purpose: recreateMissing of a modify or start (cellplane instance modify … --recreate-missing).';

/** The object that the run must find under this name; undefined: none. */
export async function keptObject({ db }: { db: Database }, runId: string, object: ObjectReference): Promise<ExpectedObject | undefined> {
  if (!holdsData(object)) return undefined;
  const expected = await expectationOf(db, runId);
  const last = expected === undefined ? undefined : await selectLastWritten(db, expected.instanceId, object);
  return expected === undefined || last === undefined ? undefined : { ...last, mayBeRecreated: expected.mayBeRecreated, cure: CURE };
}

/** Why a run must not make the instance's namespace: it was there, and whoever has deleted it has deleted all that was in it. */
export async function refuseMissingNamespace(
  deps: { db: Database },
  run: Pick<Run, 'id' | 'kind' | 'namespace'>,
  { client, signal }: { client: KubernetesClient; signal: AbortSignal },
): Promise<{ code: string; message: string } | undefined> {
  const refusal = await refusalWithoutNamespace(deps, run);
  if (refusal === undefined) return undefined;
  const found = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: run.namespace }, { signal }).catch((error: unknown) => {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  });
  return found === undefined ? refusal : undefined;
}

/** What the run fails of if its namespace is not there; undefined: it may make it. */
export async function refusalWithoutNamespace(
  { db }: { db: Database },
  run: Pick<Run, 'id' | 'kind' | 'namespace'>,
): Promise<{ code: string; message: string } | undefined> {
  // The removal of a backup needs a namespace, and brings nothing back.
  const expected = run.kind === 'deleteBackup' ? undefined : await expectationOf(db, run.id);
  if (expected === undefined || expected.mayBeRecreated) return undefined;
  return {
    code: 'namespace-gone',
    message: `namespace ${run.namespace} is gone, and with it everything that ${expected.instanceId} had: no workflow deleted it. It is not made anew, empty. Restore a snapshot into a new instance; or, if it shall begin without its data, ask for that on purpose: recreateMissing of a modify or start (cellplane instance modify … --recreate-missing).`,
  };
}
