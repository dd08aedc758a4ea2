/**
 * One write of a task as a dry run: the API server defaults, validates, admits and answers as it would for the real write, and stores
 * nothing. It is asked as the run would ask it: with the instance's identity, labels and field manager, and with force.
 *
 * A right that the instance's Role lacks is no refusal of the change: a run gives the Role its version's rights before its workflow
 * begins. The write is then asked for with the cell's own credentials, and the answer says so. That shows nothing which the run would not
 * be shown: kinds are literal in the plan, the namespace is the instance's, and the rights are those that the run gives itself.
 */
import { ApiError, type CallOptions, type KubernetesClient, type KubernetesObject, type ObjectKey } from '@cellplane/kubernetes';
import { isCustomGroup, type JsonObject, type ResourceAction } from '@cellplane/plan';
import { markManifest } from '../engine/object-marks.js';
import { keyOf } from '../engine/run/leaf/attempt/leaf-task.js';
import { LeafStop, never } from '../engine/run/leaf/leaf-answer.js';
import { isMap } from './object-diff.js';
import { immutableFields } from './refusal.js';

/** In whose name an instance's objects are written. */
export interface Writer {
  namespace: string;
  labels: Record<string, string>;
  fieldManager: string;
  /** User to impersonate: the instance's ServiceAccount. */
  impersonate: string;
}

export interface Write {
  action: Exclude<ResourceAction, 'get'>;
  manifest: JsonObject;
  mergeStrategy?: 'merge' | 'strategic' | 'json';
  /** A create: the marks of its run. */
  annotations?: Record<string, string>;
}

/** What became of a dry run. `live`: the object as it is; null if there is none. */
export type DryRun =
  | { outcome: 'written'; live: KubernetesObject | null; next: KubernetesObject; lackedRight?: string }
  | { outcome: 'deleted'; live: KubernetesObject | null }
  | { outcome: 'refused'; live: KubernetesObject | null; code: string; message: string; immutable: string[] }
  /** Nobody was asked, or nobody could decide: why. */
  | { outcome: 'not-asked'; live: KubernetesObject | null; code: string; message: string };

/**
 * Asks for one write. Rejects with `ApiError` where the cell does not answer, or refuses the cell's credentials; every other answer is a
 * value.
 */
export async function dryRun(client: KubernetesClient, writer: Writer, write: Write, call: CallOptions): Promise<DryRun> {
  const asInstance = { ...call, impersonate: writer.impersonate };
  try {
    return await attempt(client, writer, write, asInstance);
  } catch (error) {
    if (!(error instanceof ApiError) || !lacksRight(error)) throw error;
    return withCellsOwn(client, writer, write, { call, lackedRight: error.message });
  }
}

async function withCellsOwn(
  client: KubernetesClient,
  writer: Writer,
  write: Write,
  { call, lackedRight }: { call: CallOptions; lackedRight: string },
): Promise<DryRun> {
  try {
    const answer = await attempt(client, writer, write, call);
    return answer.outcome === 'written' ? { ...answer, lackedRight } : answer;
  } catch (error) {
    if (!(error instanceof ApiError) || !lacksRight(error)) throw error;
    return { outcome: 'not-asked', live: null, code: 'forbidden', message: error.message };
  }
}

async function attempt(client: KubernetesClient, writer: Writer, write: Write, call: CallOptions): Promise<DryRun> {
  let live: KubernetesObject | null = null;
  try {
    const key = await placeOf(client, writer, write, call);
    live = await find(client, key, call);
    if (write.action === 'delete') {
      if (live !== null) await client.delete(key, { ...call, dryRun: true, uid: live.metadata.uid ?? '', propagationPolicy: 'Background' });
      return { outcome: 'deleted', live };
    }
    const barred = whyNotAsked(write, live);
    if (barred !== undefined) return { outcome: 'not-asked', live, ...barred };
    return { outcome: 'written', live, next: await send(client, writer, write, { key, live, call }) };
  } catch (error) {
    return answerOf(error, live);
  }
}

/** @throws LeafStop for what a run refuses to write: nothing of it is read, with whosever credentials */
async function placeOf(
  client: KubernetesClient,
  { namespace }: Writer,
  { manifest }: Pick<Write, 'manifest'>,
  call: CallOptions,
): Promise<ObjectKey> {
  const { apiVersion, kind } = manifest;
  const { namespaced } = await client.resource(String(apiVersion), String(kind), call);
  if (!namespaced)
    throw never(
      'cluster-scoped-kind',
      `kind ${String(kind)} of ${String(apiVersion)} is cluster-scoped; an instance may only write to its own namespace`,
    );
  return keyOf({ manifest, namespace }, namespaced);
}

/** The name in a manifest; empty if it has none. */
export function nameOf({ metadata }: JsonObject): string {
  return isMap(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}

async function find(client: KubernetesClient, key: ObjectKey, call: CallOptions): Promise<KubernetesObject | null> {
  try {
    return await client.get(key, call);
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return null;
    throw error;
  }
}

/** What a run would wait for, or fail of, before it sends anything. */
function whyNotAsked(write: Write, live: KubernetesObject | null): { code: string; message: string } | undefined {
  const name = `${String(write.manifest.kind)}/${nameOf(write.manifest)}`;
  if (live?.metadata.deletionTimestamp !== undefined)
    return { code: 'being-deleted', message: `${name} is being deleted: it is written to once it is gone` };
  if (live === null && (write.action === 'patch' || write.action === 'replace'))
    return { code: 'not-there-yet', message: `${name} is not there yet: the run waits until something makes it` };
  return undefined;
}

interface Target {
  key: ObjectKey;
  live: KubernetesObject | null;
  call: CallOptions;
}

/** As the attempts of a run send it (engine/run/leaf/attempt), without the versions: nothing is lost if the object is newer. */
async function send(client: KubernetesClient, writer: Writer, write: Write, { key, live, call }: Target): Promise<KubernetesObject> {
  const dry = { ...call, dryRun: true as const };
  const object = markManifest(write.manifest, {
    ...(key.namespace === undefined ? {} : { namespace: key.namespace }),
    labels: writer.labels,
    ...(write.annotations === undefined ? {} : { annotations: write.annotations }),
  });
  switch (write.action) {
    case 'apply':
      return client.apply(object, { fieldManager: writer.fieldManager, force: true }, dry);
    case 'create':
      return client.create(object, dry);
    case 'replace':
      object.metadata.resourceVersion = live?.metadata.resourceVersion ?? '';
      return client.replace(object, dry);
    default:
      return patch(client, writer, write, { key, live, call: dry });
  }
}

async function patch(client: KubernetesClient, writer: Writer, write: Write, { key, live, call }: Target): Promise<KubernetesObject> {
  const body = patchOf(write.manifest);
  // An empty patch only waits for the object.
  if (live !== null && Object.keys(body).length === 0) return live;
  const options = { ...call, fieldManager: writer.fieldManager };
  const type = write.mergeStrategy ?? (isCustomGroup(key.apiVersion) ? 'merge' : 'strategic');
  try {
    return await client.patch(key, type, body, options);
  } catch (error) {
    const isForeign = error instanceof ApiError && error.status === 415 && type === 'strategic' && write.mergeStrategy === undefined;
    if (isForeign) return client.patch(key, 'merge', body, options);
    throw error;
  }
}

/** What a patch changes: the manifest without what only says which object it is. */
export function patchOf(manifest: JsonObject): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = manifest;
  const { name: _name, namespace: _namespace, ...meta } = isMap(metadata) ? metadata : {};
  return { ...rest, ...(Object.keys(meta).length === 0 ? {} : { metadata: meta }) };
}

/** RBAC's own words; quotas and namespaces that are being deleted forbid in others. */
function lacksRight({ status, message }: ApiError): boolean {
  return status === 403 && / cannot [a-z]+ resource /.test(message);
}

function answerOf(error: unknown, live: KubernetesObject | null): DryRun {
  if (error instanceof LeafStop && error.answer.kind === 'failed')
    return { outcome: 'refused', live, code: error.answer.code, message: error.answer.message, immutable: [] };
  if (error instanceof ApiError && error.reason === 'InvalidRequest')
    return { outcome: 'refused', live, code: 'invalid', message: error.message, immutable: [] };
  if (!(error instanceof ApiError) || error.status === 0 || error.status === 401 || lacksRight(error)) throw error;
  const { message, status, reason } = error;
  const notAsked = (code: string): DryRun => ({ outcome: 'not-asked', live, code, message });
  if (reason === 'KindNotServed') return notAsked('kind-not-served');
  if (status === 404 && /^namespaces ".*" not found/.test(message)) return notAsked('namespace-missing');
  if (/does not support dry run/.test(message)) return notAsked('webhook-without-dry-run');
  if (reason === 'AlreadyExists') return { outcome: 'refused', live, code: 'already-exists', message, immutable: [] };
  // It changed between the read and the write, or the API server cannot decide now.
  if (status === 409 || status === 429 || status >= 500) {
    if (error.outcome !== 'permanent') return notAsked(status === 409 ? 'changed-meanwhile' : 'undecided');
  }
  return { outcome: 'refused', live, code: status === 422 ? 'invalid' : 'denied', message, immutable: immutableFields(error) };
}
