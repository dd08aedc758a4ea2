/** What is in a cell, by its labels: metadata alone, in pages. */
import { ApiError, eachObject, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { INSTANCE_LABEL } from '../cells/instance-labels.js';
import { MANAGED_SELECTOR, RUN_ANNOTATION } from '../engine/object-marks.js';

/** What a reconcile pass needs of an object. */
export interface SeenObject {
  uid: string;
  /** Of `cellplane.dev/instance`; '' without. */
  instanceId: string;
  /** The run that says that it wrote it. */
  runId?: string;
  owned: boolean;
  /** Epoch milliseconds. */
  deletedAt?: number;
}

/** A kind as instances have it: it may be known in several versions of its group. */
export interface KindInUse {
  group: string;
  kind: string;
  apiVersions: string[];
}

export interface SeenCell {
  namespaces: Map<string, SeenObject>;
  /** By `seenKey`. */
  objects: Map<string, SeenObject>;
  /** `group/kind` that the cell does not serve. */
  unserved: Set<string>;
  /** `group/kind` that could not be read, and why. */
  unread: Map<string, string>;
}

/** Few at a time: what is read is taken apart in one go. */
const PAGE = 100;
const CALL = { timeoutMs: 15_000 };

export function seenKey(of: { group: string; kind: string; namespace: string; name: string }): string {
  return `${of.group}/${of.kind}/${of.namespace}/${of.name}`;
}

/** Reads namespaces and these kinds. Rejects with `ApiError` where the cell is away; a kind that is refused is noted. */
export async function seeCell(client: KubernetesClient, kinds: KindInUse[], signal: AbortSignal): Promise<SeenCell> {
  const seen: SeenCell = { namespaces: new Map(), objects: new Map(), unserved: new Set(), unread: new Map() };
  await eachManaged(client, { apiVersion: 'v1', kind: 'Namespace' }, signal, (object) =>
    seen.namespaces.set(object.metadata.name, seenOf(object)),
  );
  for (const { group, kind, apiVersions } of kinds) {
    const of = `${group}/${kind}`;
    try {
      const isServed = await eachOfKind(client, { kind, apiVersions }, signal, (object) => {
        const { name, namespace = '' } = object.metadata;
        seen.objects.set(seenKey({ group, kind, namespace, name }), seenOf(object));
      });
      if (!isServed) seen.unserved.add(of);
    } catch (error) {
      // The API server is there, and refuses this one: the others are read all the same.
      if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500) throw error;
      seen.unread.set(of, error.message);
    }
  }
  return seen;
}

export function seenOf({ metadata }: KubernetesObject): SeenObject {
  const runId = metadata.annotations?.[RUN_ANNOTATION];
  const deletedAt = metadata.deletionTimestamp;
  return {
    uid: metadata.uid ?? '',
    instanceId: metadata.labels?.[INSTANCE_LABEL] ?? '',
    ...(runId === undefined ? {} : { runId }),
    owned: (metadata.ownerReferences ?? []).length > 0,
    ...(deletedAt === undefined ? {} : { deletedAt: Date.parse(deletedAt) || 0 }),
  };
}

/**
 * Answers whether one of the versions is served. One that is gone may have given way to another. `mayAsk` is waited for before each request.
 */
export async function eachOfKind(
  client: KubernetesClient,
  { kind, apiVersions }: Pick<KindInUse, 'kind' | 'apiVersions'>,
  signal: AbortSignal,
  take: (object: KubernetesObject) => void,
  mayAsk: () => Promise<void> = () => Promise.resolve(),
): Promise<boolean> {
  for (const apiVersion of apiVersions) {
    try {
      await eachManaged(client, { apiVersion, kind }, signal, take, mayAsk);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'KindNotServed') throw error;
    }
  }
  return false;
}

function eachManaged(
  client: KubernetesClient,
  kind: { apiVersion: string; kind: string },
  signal: AbortSignal,
  take: (object: KubernetesObject) => void,
  mayAsk: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const of = { ...kind, labelSelector: MANAGED_SELECTOR, metadataOnly: true };
  return eachObject(client, of, { ...CALL, pageSize: PAGE, signal, mayAsk }, take);
}

/** Kinds of expected objects, each once. */
export function kindsInUse(objects: Iterable<{ group: string; kind: string; apiVersion: string }>): KindInUse[] {
  const kinds = new Map<string, KindInUse>();
  for (const { group, kind, apiVersion } of objects) {
    const of = kinds.get(`${group}/${kind}`);
    if (of === undefined) kinds.set(`${group}/${kind}`, { group, kind, apiVersions: [apiVersion] });
    else if (!of.apiVersions.includes(apiVersion)) of.apiVersions.push(apiVersion);
  }
  return [...kinds.values()];
}
