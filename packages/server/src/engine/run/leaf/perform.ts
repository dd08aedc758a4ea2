import { ApiError, type CallOptions, type KubernetesClient, type KubernetesObject, type ObjectKey } from '@cellplane/kubernetes';
import type { AttemptOf, Json, JsonObject, ResourceAction } from '@cellplane/plan';
import { findDrift } from './drift.js';
import { type LeafAnswer, later, never } from './leaf-answer.js';
import { answerOfFailure } from './leaf-failure.js';
import { CALL_TIMEOUT_MS, type Lease, LeaseLost } from '../../rows/lease.js';
import type { KeptObject } from '../../model.js';
import { isLabelled, markManifest, RUN_ANNOTATION, TASK_ANNOTATION, trimObject } from '../../object-marks.js';

/** One attempt of a leaf: what to do, and for whom. */
export interface LeafTask {
  action: ResourceAction;
  manifest: JsonObject;
  mergeStrategy?: 'merge' | 'strategic' | 'json';
  /** The answer's freshness will be judged by a gate, so the object before the write matters. */
  gated: boolean;
  /** Attempts before this one. */
  attempts: number;
  /** An earlier attempt may have reached the API server. */
  repeated: boolean;
  /** A delete: the object that an earlier attempt has found; another uid means it is gone. */
  uid?: string;
  ignoreNotFound: boolean;
  /** The object holds what cannot be made again, and must be the one that was there before. */
  kept?: KeptObject;
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
 * Carries out one attempt of a leaf (docs/architecture.md#writes-to-a-cell). Never throws but `LeaseLost`. Every call is sent only if the lease has
 * more time left than the call may take.
 */
export async function performLeaf(deps: LeafDeps, task: LeafTask): Promise<LeafAnswer> {
  const place = { apiVersion: String(task.manifest.apiVersion), kind: String(task.manifest.kind), cellId: task.cellId };
  const calls = new Calls(deps, task);
  const answer = await attempt(calls, deps, task, place);
  // `written` says itself whether it changed anything.
  return calls.touched || answer.untouched === true ? answer : { ...answer, untouched: true };
}

async function attempt(
  calls: Calls,
  deps: LeafDeps,
  task: LeafTask,
  place: { apiVersion: string; kind: string; cellId: string },
): Promise<LeafAnswer> {
  try {
    const resource = await calls.client.resource(place.apiVersion, place.kind, await calls.options());
    const key = keyOf(task, resource.namespaced);
    if (task.action === 'apply') return await apply(calls, task, key);
    if (task.action === 'create') return await create(calls, task, key);
    if (task.action === 'replace') return await replace(calls, task, key);
    if (task.action === 'patch') return await patch(calls, task, key);
    if (task.action === 'get') return await read(calls, task, key);
    return await remove(calls, task, key);
  } catch (error) {
    // Where its kind is not served (its CRD never came, or has gone) there is nothing left to delete; a few looks make sure.
    if (task.action === 'delete' && task.attempts >= 3 && error instanceof ApiError && error.reason === 'KindNotServed')
      return { kind: 'gone' };
    const answer = answerOfFailure(error, place);
    return answer.kind === 'later' && answer.code === 'forbidden' ? await explainForbidden(deps, task, answer) : answer;
  }
}

/**
 * A namespace on its way out loses its Roles first: what looks like a missing right is the namespace's end. It is read as
 * ourselves, since the run's account may have nothing left.
 */
async function explainForbidden(deps: LeafDeps, task: LeafTask, answer: LeafAnswer & { kind: 'later' }): Promise<LeafAnswer> {
  const { impersonate: _run, ...own } = task;
  try {
    const namespace = await new Calls(deps, own).find({ apiVersion: 'v1', kind: 'Namespace', name: task.namespace });
    const since = namespace?.metadata.deletionTimestamp;
    const why =
      namespace === null
        ? `namespace ${task.namespace} is not there`
        : since && `namespace ${task.namespace} is being deleted since ${since}`;
    return why === undefined ? answer : { ...answer, code: 'namespace-terminating', message: `${why}: ${answer.message}` };
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    return answer;
  }
}

/** The calls of an attempt, each covered by the lease. */
class Calls {
  /** One of them may have changed something. */
  touched = false;

  constructor(
    private readonly deps: LeafDeps,
    private readonly task: LeafTask,
  ) {}

  get client(): KubernetesClient {
    return this.deps.client;
  }

  async options(): Promise<CallOptions> {
    await this.deps.lease.cover(CALL_TIMEOUT_MS);
    return {
      signal: this.deps.signal,
      timeoutMs: CALL_TIMEOUT_MS,
      ...(this.task.impersonate === undefined ? {} : { impersonate: this.task.impersonate }),
    };
  }

  /** Sends what changes something; only a refusal in so many words says that it has not. */
  async write<T>(send: (options: CallOptions) => Promise<T>): Promise<T> {
    const options = await this.options();
    const before = this.touched;
    this.touched = true;
    try {
      return await send(options);
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408) this.touched = before;
      throw error;
    }
  }

  async find(key: ObjectKey): Promise<KubernetesObject | null> {
    try {
      return await this.client.get(key, await this.options());
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'NotFound') return null;
      throw error;
    }
  }
}

function keyOf(task: LeafTask, namespaced: boolean): ObjectKey {
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

function marked(task: LeafTask, key: ObjectKey, annotations: Record<string, string> = {}): KubernetesObject {
  return markManifest(task.manifest, {
    ...(key.namespace === undefined ? {} : { namespace: key.namespace }),
    labels: task.labels,
    annotations,
  });
}

function written(task: LeafTask, object: KubernetesObject, before: KubernetesObject | null | undefined, taken: string[] = []): LeafAnswer {
  const compared = task.action === 'apply' || task.action === 'create' || task.action === 'replace';
  const drift = compared ? findDrift(task.manifest, object as unknown as JsonObject) : [];
  const same = before !== undefined && before !== null && before.metadata.resourceVersion === object.metadata.resourceVersion;
  // Another one than before counts, too: an attempt whose answer was lost has made it.
  const madeAnew = task.kept !== undefined && before !== undefined && before?.metadata.uid !== task.kept.uid;
  return {
    kind: 'written',
    object: trimObject(object),
    before: before && trimObject(before),
    labelled: isLabelled(object),
    taken,
    drift,
    ...(same ? { untouched: true } : {}),
    ...(madeAnew ? { madeAnew: true } : {}),
  };
}

async function apply(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  const before = task.gated || task.repeated || task.kept !== undefined ? await calls.find(key) : undefined;
  refuseDeleting(before);
  if (before !== undefined) refuseOther(task, before);
  const object = marked(task, key);
  if (before) object.metadata.resourceVersion = before.metadata.resourceVersion ?? '';
  const send = async (force: boolean) =>
    calls.write((options) => calls.client.apply(object, { fieldManager: task.fieldManager, force }, options));
  let taken: string[] = [];
  let answer: KubernetesObject;
  try {
    try {
      answer = await send(false);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || !error.causes.some((cause) => cause.reason === 'FieldManagerConflict'))
        throw error;
      taken = error.causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`);
      answer = await send(true);
    }
  } catch (error) {
    if (before && isConflict(error))
      throw later('changed-meanwhile', `${key.kind}/${key.name} was changed by somebody else meanwhile; reading it again`, 20);
    if (key.kind === 'Job' && error instanceof ApiError && error.status === 422) return recreateJob(calls, key, error);
    throw error;
  }
  // The write met an object on its way out: it will vanish with what we wrote.
  refuseDeleting(answer);
  // It went between our look and our write.
  refuseOther(task, answer);
  return written(task, answer, before, taken);
}

/** An object that must be the one that was there before is gone, or is another one. @throws LeafStop */
function refuseOther({ kept, manifest }: LeafTask, found: KubernetesObject | null): void {
  if (kept === undefined || kept.mayBeMadeAnew || found?.metadata.uid === kept.uid) return;
  // What belongs to another object is made anew by whoever looks after that one, not by us.
  if ((found?.metadata.ownerReferences ?? []).length > 0) return;
  const metadata = isObject(manifest.metadata) ? manifest.metadata : {};
  const name = `${String(manifest.kind)}/${String(metadata.name)}`;
  const was = `was there (uid ${kept.uid}, last written by ${kept.runId}) and was not deleted by any workflow`;
  if (found === null)
    throw never('object-gone', `${name} is gone: it ${was}. It is not made anew, since what it held would be missing. ${CURE}`);
  throw never('object-replaced', `${name} is another one than the one that ${was}: its uid is ${String(found.metadata.uid)} now. ${CURE}`);
}

const CURE =
  'Restore a snapshot into a new instance; or, if it shall begin without what it held, ask for that on purpose: recreateMissing of a modify or start (cellplane instance modify … --recreate-missing).';

function refuseDeleting(object: KubernetesObject | null | undefined): void {
  if (object?.metadata.deletionTimestamp === undefined) return;
  const finalizers = object.metadata.finalizers ?? [];
  const by = finalizers.length === 0 ? '' : ` (finalizers: ${finalizers.join(', ')})`;
  throw later('being-deleted', `${object.kind}/${object.metadata.name} is being deleted${by}; it will be made anew once it is gone`, 1_000);
}

/** A Job's pod template cannot change. A finished Job has nothing left to lose: it is deleted, and the next attempt makes it. */
async function recreateJob(calls: Calls, key: ObjectKey, refusal: ApiError): Promise<LeafAnswer> {
  const job = await calls.find(key);
  if (job === null) throw later('changed-meanwhile', `Job/${key.name} vanished meanwhile`, 20);
  const conditions =
    isObject(job.status as Json) && Array.isArray((job.status as JsonObject).conditions)
      ? ((job.status as JsonObject).conditions as JsonObject[])
      : [];
  const finished = conditions.some((one) => (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True');
  if (!finished || !isLabelled(job)) throw refusal;
  const uid = job.metadata.uid ?? '';
  await calls.write((options) => calls.client.delete(key, { ...options, uid, propagationPolicy: 'Background' }));
  throw later('job-recreated', `the finished Job/${key.name} differs and is made anew`, 20);
}

async function create(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  const object = marked(task, key, { [RUN_ANNOTATION]: task.runId, [TASK_ANNOTATION]: task.attemptOf.task });
  if (task.repeated || task.kept !== undefined) {
    const mine = await calls.find(key);
    if (mine !== null) return createdBefore(task, mine);
    refuseOther(task, null);
  }
  try {
    return written(task, await calls.write((options) => calls.client.create(object, options)), null);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
    const there = await calls.find(key);
    if (there === null) throw later('changed-meanwhile', `${key.kind}/${key.name} existed and vanished meanwhile`, 20);
    return createdBefore(task, there);
  }
}

/**
 * What is there already is adopted if this very task of this run has made it: in the request whose answer was lost, or in an
 * earlier attempt of its `retryStrategy`. An earlier attempt's object was there before and is left as it has become since.
 */
function createdBefore(task: LeafTask, there: KubernetesObject): LeafAnswer {
  refuseDeleting(there);
  const annotations = there.metadata.annotations ?? {};
  const { task: name, again } = task.attemptOf;
  // Programs of an older version wrote the id of the attempt.
  const mine = annotations[RUN_ANNOTATION] === task.runId && [name, task.nodeId].includes(annotations[TASK_ANNOTATION] ?? '');
  if (mine && !again) return written(task, there, null);
  const seen = trimObject(there);
  if (mine) return { kind: 'written', object: seen, before: seen, labelled: isLabelled(there), taken: [], drift: [] };
  return {
    kind: 'failed',
    code: 'already-exists',
    message: `${there.kind}/${there.metadata.name} already exists and was not made by this task`,
  };
}

async function replace(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
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
async function existing(calls: Calls, key: ObjectKey, task?: LeafTask): Promise<KubernetesObject> {
  const found = await calls.find(key);
  if (task !== undefined) refuseOther(task, found);
  if (found === null) throw later('not-there-yet', `${key.kind}/${key.name} does not exist yet`);
  return found;
}

/** Strategic by default for Kubernetes' own kinds, merge for custom resources, which refuse strategic (415). */
async function patch(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  if (task.mergeStrategy === 'json')
    throw never('json-patch-without-target', 'a JSON patch needs a target beside its list of operations; use a merge patch');
  const before = await existing(calls, key, task);
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = task.manifest;
  const { name: _name, namespace: _namespace, ...meta } = isObject(metadata) ? metadata : {};
  // A patch that says nothing only waits for an object that somebody else made.
  if (Object.keys(rest).length === 0 && Object.keys(meta).length === 0) return written(task, before, before);
  const body = { ...rest, metadata: { ...meta, resourceVersion: before.metadata.resourceVersion ?? '' } };
  const send = async (type: 'merge' | 'strategic') =>
    calls.write((options) => calls.client.patch(key, type, body, { ...options, fieldManager: task.fieldManager }));
  const type = task.mergeStrategy ?? (isBuiltIn(key.apiVersion) ? 'strategic' : 'merge');
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

function isBuiltIn(apiVersion: string): boolean {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return group === '' || !group.includes('.') || group.endsWith('.k8s.io');
}

async function read(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
  const found = task.ignoreNotFound && !task.gated ? await calls.find(key) : await existing(calls, key);
  return found === null ? { kind: 'gone' } : written(task, found, found);
}

/** Accepted is not gone: gone is 404, or another uid (somebody made a new one). */
async function remove(calls: Calls, task: LeafTask, key: ObjectKey): Promise<LeafAnswer> {
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

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.reason === 'Conflict';
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
