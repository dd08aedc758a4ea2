import { timestamp } from '../clock.js';
import { arrayAt, isObject, type JsonObject, stringAt } from '../json.js';
import { type Kind, storageKey } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import type { Cell } from './cell.js';
import { badRequest, conflict, invalid, notFound } from './status.js';

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: string;
  orphanDependents?: boolean;
  preconditions: { uid?: string; resourceVersion?: string };
  dryRun: boolean;
}

/** Reads DeleteOptions from a body and the query; the query counts where the body is silent. Throws 400, 422. */
export function readDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const options = isObject(body) && (body.kind === 'DeleteOptions' || body.kind === undefined) ? body : {};
  const grace = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined;
  const policy = options.propagationPolicy ?? query.get('propagationPolicy') ?? undefined;
  if (typeof policy === 'string' && !['Foreground', 'Background', 'Orphan'].includes(policy)) {
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      {
        reason: 'FieldValueNotSupported',
        message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
        field: 'propagationPolicy',
      },
    ]);
  }
  const preconditions = isObject(options.preconditions) ? options.preconditions : {};
  const dryRun = Array.isArray(options.dryRun) ? options.dryRun.includes('All') : query.get('dryRun') === 'All';
  if (grace !== undefined && !Number.isInteger(Number(grace))) throw badRequest(`invalid gracePeriodSeconds ${JSON.stringify(grace)}`);
  return {
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
    ...(typeof policy === 'string' && { propagationPolicy: policy }),
    ...(typeof options.orphanDependents === 'boolean' && { orphanDependents: options.orphanDependents }),
    preconditions: {
      ...(typeof preconditions.uid === 'string' && { uid: preconditions.uid }),
      ...(typeof preconditions.resourceVersion === 'string' && { resourceVersion: preconditions.resourceVersion }),
    },
    dryRun,
  };
}

const finalizersOf = (object: Stored): unknown[] => (Array.isArray(object.metadata.finalizers) ? object.metadata.finalizers : []);

/** Finalizers that keep an object; a namespace has its own besides. */
function isHeld(kind: Kind, object: Stored): boolean {
  const own =
    kind.kind === 'Namespace' && isObject(object.spec) && Array.isArray(object.spec.finalizers) && object.spec.finalizers.length > 0;
  return own || finalizersOf(object).length > 0;
}

/**
 * DELETE. Answers the object where it lives on (finalizers, grace), or `removed`.
 * Throws 404, and 409 where a precondition does not hold.
 */
export function deleteObject(
  cell: Cell,
  kind: Kind,
  namespace: string,
  name: string,
  options: DeleteOptions,
): { object: Stored; removed: boolean } {
  const resource = storageKey(kind);
  const scope = kind.namespaced ? namespace : '';
  const live = cell.store.get(resource, scope, name);
  if (!live) throw notFound(kind, name);
  checkPreconditions(kind, live, options);
  const object = kind.kind === 'CustomResourceDefinition' ? withCleanup(cell, live) : withDeletionFinalizers(live, options);
  const grace = gracePeriod(kind, object, options);
  if (!isHeld(kind, object) && grace === 0) {
    if (options.dryRun) return { object: live, removed: true };
    return { object: cell.store.remove(resource, scope, name) ?? live, removed: true };
  }
  const isNew = object.metadata.deletionTimestamp === undefined;
  if (!isNew && finalizersOf(object).length === finalizersOf(live).length && !shortens(live, grace))
    return { object: live, removed: false };
  const generation = object.metadata.generation;
  const next: Stored = {
    ...object,
    metadata: {
      ...object.metadata,
      ...(isNew && typeof generation === 'number' && kind.kind !== 'CustomResourceDefinition' && { generation: generation + 1 }),
      deletionTimestamp: isNew
        ? timestamp({ ...cell.clock, now: () => cell.clock.now() + grace * 1000 })
        : object.metadata.deletionTimestamp,
      deletionGracePeriodSeconds: grace,
    },
    ...(kind.kind === 'Namespace' && { status: { ...(isObject(object.status) ? object.status : {}), phase: 'Terminating' } }),
  };
  if (kind.kind === 'Namespace' || kind.kind === 'CustomResourceDefinition') delete next.metadata.deletionGracePeriodSeconds;
  if (options.dryRun) return { object: next, removed: false };
  return { object: cell.store.put(resource, next), removed: false };
}

/** What holds a CustomResourceDefinition until its objects are gone. */
export const CRD_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

function withCleanup(cell: Cell, crd: Stored): Stored {
  if (crd.metadata.deletionTimestamp !== undefined) return crd;
  const conditions = arrayAt(crd, 'status', 'conditions').filter((one) => stringAt(one, 'type') !== 'Terminating');
  const terminating = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    lastTransitionTime: timestamp(cell.clock),
  };
  const status = { ...(isObject(crd.status) ? crd.status : {}), conditions: [...conditions, terminating] };
  return {
    ...crd,
    status,
    metadata: { ...crd.metadata, finalizers: [...finalizersOf(crd).filter((one) => one !== CRD_FINALIZER), CRD_FINALIZER] },
  };
}

function shortens(live: Stored, grace: number): boolean {
  return typeof live.metadata.deletionGracePeriodSeconds === 'number' && grace < live.metadata.deletionGracePeriodSeconds;
}

function checkPreconditions(kind: Kind, live: Stored, options: DeleteOptions): void {
  const name = String(live.metadata.name);
  const { uid, resourceVersion } = options.preconditions;
  // The API server names the kind here, not the resource.
  const of = { group: kind.group, plural: kind.kind };
  if (uid !== undefined && uid !== live.metadata.uid) {
    throw conflict(
      of,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${String(live.metadata.uid)}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) {
    throw conflict(
      of,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${String(live.metadata.resourceVersion)}). The object might have been modified`,
    );
  }
}

// Foreground and orphaning deletion are finalizers that the garbage collector takes off.
function withDeletionFinalizers(live: Stored, options: DeleteOptions): Stored {
  const policy = options.propagationPolicy ?? (options.orphanDependents === true ? 'Orphan' : undefined);
  if (policy === undefined) return live;
  const others = finalizersOf(live).filter((one) => one !== 'orphan' && one !== 'foregroundDeletion');
  const finalizers = policy === 'Orphan' ? [...others, 'orphan'] : policy === 'Foreground' ? [...others, 'foregroundDeletion'] : others;
  const metadata: JsonObject = { ...live.metadata, finalizers };
  if (finalizers.length === 0) delete metadata.finalizers;
  return { ...live, metadata };
}

/** Only pods that run on a node are given time. */
function gracePeriod(kind: Kind, object: Stored, options: DeleteOptions): number {
  if (kind.kind !== 'Pod' || stringAt(object, 'spec', 'nodeName') === '') return 0;
  const phase = stringAt(object, 'status', 'phase');
  if (phase === 'Failed' || phase === 'Succeeded') return 0;
  const own =
    isObject(object.spec) && typeof object.spec.terminationGracePeriodSeconds === 'number' ? object.spec.terminationGracePeriodSeconds : 30;
  return Math.max(0, options.gracePeriodSeconds ?? own);
}

/** True where an object is being deleted and nothing holds it any more. */
export function isFinished(kind: Kind, object: Stored): boolean {
  if (object.metadata.deletionTimestamp === undefined || isHeld(kind, object)) return false;
  const grace = object.metadata.deletionGracePeriodSeconds;
  return !(typeof grace === 'number' && grace > 0);
}
