import { timestamp } from '../clock.js';
import { copy, equal, isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import { afterUpdate, readManagers, sameManagers, writeManagers } from '../fields/managers.js';
import { type Kind, storageKey } from '../kinds/kind.js';
import { prepareForUpdate } from '../kinds/strategy.js';
import { validateKind } from '../kinds/validation.js';
import type { Stored } from '../store/store.js';
import type { Cell, WriteOptions } from './cell.js';
import { admit, mayGrant } from './admit.js';
import { asStored, decodeObject, inVersion } from './decode.js';
import { isFinished } from './delete.js';
import { metadataProblems } from './names.js';
import { ignoredFields } from './resets.js';
import { checkNamespaceOf, createObject, refuse, writerOf } from './create.js';
import { badRequest, conflict, type FieldProblem, invalid, invalidValue, notFound, STALE } from './status.js';

/** The stored object in the version that was asked for. Throws 404. */
export function readObject(cell: Cell, kind: Kind, namespace: string, name: string): Stored {
  const found = cell.store.get(storageKey(kind), kind.namespaced ? namespace : '', name);
  if (!found) throw notFound(kind, name);
  return inVersion(kind, found);
}

/** Built-in kinds that PUT makes where they are not there (AllowCreateOnUpdate). */
const CREATED_BY_PUT = new Set([
  'Lease',
  'Endpoints',
  'Event',
  'LimitRange',
  'PodTemplate',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
]);

/** PUT. Throws 400, 404, 409, 422. */
export function replaceObject(cell: Cell, kind: Kind, namespace: string, name: string, body: unknown, options: WriteOptions): Stored {
  const object = decodeObject(kind, body, options);
  const own = stringAt(object, 'metadata', 'name');
  if (own === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  checkNamespaceOf(kind, object, namespace);
  const live = cell.store.get(storageKey(kind), kind.namespaced ? namespace : '', name);
  if (!live && CREATED_BY_PUT.has(kind.kind) && !kind.custom) return createObject(cell, kind, namespace, body, options);
  if (!live) throw notFound(kind, name);
  return storeNext(
    cell,
    kind,
    inVersion(kind, live),
    object,
    options,
    (next) => ownersAfter(kind, inVersion(kind, live), next, options),
    true,
  );
}

/** Owners after an ordinary write. Clearing managedFields with `[{}]` is honoured. */
export function ownersAfter(kind: Kind, live: Stored, next: Stored, options: WriteOptions): ReturnType<typeof readManagers> {
  const sent = next.metadata.managedFields;
  const cleared = Array.isArray(sent) && sent.length === 1 && isObject(sent[0]) && Object.keys(sent[0]).length === 0;
  if (cleared) return [];
  // Through `scale`, a custom resource's owners stay as they are.
  if (options.subresource === 'scale' && kind.custom) return readManagers(live);
  // Owners that the client wrote itself are taken on the main endpoint.
  const base = options.subresource === '' && Array.isArray(sent) && sent.length > 0 ? next : live;
  return afterUpdate(
    kind.schema,
    live,
    next,
    readManagers(base),
    writerOf(kind, options, 'Update'),
    ignoredFields(kind, options.subresource),
  );
}

/** Fields of metadata that no client changes. */
const FIXED = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'generation',
  'namespace',
] as const;

/**
 * The common end of PUT, PATCH and apply on a live object: version check, what this endpoint may change, validation, generation, owners.
 * A write that changes nothing is not stored and keeps its resourceVersion.
 */
export function storeNext(
  cell: Cell,
  kind: Kind,
  live: Stored,
  decoded: Stored,
  options: WriteOptions,
  managers: (next: Stored) => ReturnType<typeof readManagers>,
  isPut = false,
): Stored {
  const name = String(live.metadata.name);
  if (isPut) checkUid(kind, live, decoded);
  mayGrant(cell, kind, String(live.metadata.namespace ?? ''), decoded, live, options);
  checkVersion(kind, live, decoded);
  const before = readManagers(live);
  const after = managers(decoded);
  const next: Stored = { ...decoded, metadata: { ...decoded.metadata } };
  for (const field of FIXED) {
    if (live.metadata[field] === undefined) delete next.metadata[field];
    else next.metadata[field] = live.metadata[field];
  }
  next.metadata.resourceVersion = live.metadata.resourceVersion;
  next.metadata.managedFields = sameManagers(before, after) ? live.metadata.managedFields : writeManagers(after, timestamp(cell.clock));
  if (next.metadata.managedFields === undefined || after.length === 0) delete next.metadata.managedFields;
  const ready = limitTo(kind, live, prepareForUpdate(cell, kind, next, live, options.subresource), options.subresource);
  refuse(kind, name, [
    ...uidProblems(live, decoded),
    ...updateProblems(live, ready),
    ...metadataProblems(kind.kind, ready, kind.custom || kind.group === 'apiextensions.k8s.io'),
    ...validateKind(kind, ready, live, options.subresource),
  ]);
  admit(cell, kind, ready, live, options);
  countGeneration(kind, live, ready);
  if (equal(withoutTimes(live), withoutTimes(ready))) return live;
  if (options.dryRun) return ready;
  if (!isFinished(kind, ready)) return inVersion(kind, cell.store.put(storageKey(kind), asStored(kind, ready)));
  // The write that lets an object go is its deletion: watchers see its last stored state.
  cell.store.remove(storageKey(kind), kind.namespaced ? String(live.metadata.namespace) : '', name);
  return ready;
}

// Owners' times alone are no change.
function withoutTimes(object: Stored): JsonObject {
  const entries = object.metadata.managedFields;
  if (!Array.isArray(entries)) return object;
  const managedFields = entries.map((entry) => (isObject(entry) ? { ...entry, time: '' } : (entry as unknown)));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function checkUid(kind: Kind, live: Stored, sent: Stored): void {
  const uid = stringAt(sent, 'metadata', 'uid');
  const name = String(live.metadata.name);
  if (uid === '' || uid === live.metadata.uid) return;
  const key = `/registry/${kind.custom ? `${kind.group}/` : ''}${kind.plural}/${kind.namespaced ? `${String(live.metadata.namespace)}/` : ''}${name}`;
  throw conflict(
    kind,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${String(live.metadata.uid)}`,
  );
}

/** A patched uid is a changed field; the API server tells it twice. */
function uidProblems(live: Stored, sent: Stored): FieldProblem[] {
  const uid = stringAt(sent, 'metadata', 'uid');
  if (uid === '' || uid === live.metadata.uid) return [];
  const problem = invalidValue('metadata.uid', uid, 'field is immutable');
  return [problem, problem];
}

function checkVersion(kind: Kind, live: Stored, sent: Stored): void {
  const name = String(live.metadata.name);
  const version = stringAt(sent, 'metadata', 'resourceVersion');
  if (version === '') {
    if (kind.custom || REQUIRES_VERSION.has(kind.kind))
      throw invalid({ group: kind.group, kind: kind.plural }, name, [
        { reason: 'FieldValueInvalid', message: 'Invalid value: 0: must be specified for an update', field: 'metadata.resourceVersion' },
      ]);
    return;
  }
  if (version !== live.metadata.resourceVersion) throw conflict(kind, name, STALE);
}

/** Built-in kinds that are only updated with a version (AllowUnconditionalUpdate). */
const REQUIRES_VERSION = new Set(['CustomResourceDefinition', 'Lease']);

function updateProblems(live: Stored, next: Stored): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (live.metadata.deletionTimestamp !== undefined) {
    // An object on its way out takes no new finalizers.
    const had = new Set(Array.isArray(live.metadata.finalizers) ? live.metadata.finalizers : []);
    const added = (Array.isArray(next.metadata.finalizers) ? next.metadata.finalizers : []).filter((finalizer) => !had.has(finalizer));
    if (added.length > 0) {
      const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`;
      const problem: FieldProblem = { reason: 'FieldValueForbidden', message, field: 'metadata.finalizers' };
      problems.push(problem, problem);
    }
  }
  if (next.metadata.name !== live.metadata.name) problems.push(invalidValue('metadata.name', next.metadata.name, 'field is immutable'));
  return problems;
}

/** Which parts of the object the endpoint may change. */
function limitTo(kind: Kind, live: Stored, next: Stored, subresource: WriteOptions['subresource']): Stored {
  if (subresource === 'status') {
    if (!kind.custom) {
      const labels = kind.group === 'apps' ? live.metadata.labels : next.metadata.labels;
      const metadata: JsonObject = { ...next.metadata, ...(labels !== undefined && { labels }) };
      if (labels === undefined) delete metadata.labels;
      return { ...copyWithout(live, 'status'), ...(next.status !== undefined && { status: next.status }), metadata };
    }
    const metadata: JsonObject = { ...live.metadata };
    if (next.metadata.managedFields === undefined) delete metadata.managedFields;
    else metadata.managedFields = next.metadata.managedFields;
    return { ...copyWithout(live, 'status'), ...(next.status !== undefined && { status: next.status }), metadata };
  }
  if (!kind.hasStatus || subresource === 'finalize') return next;
  return { ...copyWithout(next, 'status'), ...(live.status !== undefined && { status: live.status }) };
}

function copyWithout(object: Stored, field: string): Stored {
  const result = { ...object };
  delete result[field];
  return result;
}

function countGeneration(kind: Kind, live: Stored, next: Stored): void {
  if (!kind.hasGeneration && !kind.custom) return;
  const generation = typeof live.metadata.generation === 'number' ? live.metadata.generation : 1;
  const part = (object: Stored) => {
    if (!kind.custom) return objectAt(object, SPEC_FIELD[kind.kind] ?? 'spec');
    const rest: JsonObject = { ...object };
    delete rest.metadata;
    delete rest.apiVersion;
    if (kind.hasStatus) delete rest.status;
    return rest;
  };
  const changed = SPEC_FIELD[kind.kind] === 'webhooks' ? !equal(live.webhooks, next.webhooks) : !equal(part(live), part(next));
  next.metadata.generation = changed ? generation + 1 : generation;
}

const SPEC_FIELD: Record<string, string> = {
  MutatingWebhookConfiguration: 'webhooks',
  ValidatingWebhookConfiguration: 'webhooks',
  PodTemplate: 'template',
};

/** A changed copy of an object for one of the cell's own controllers, stored at once; undefined where it is gone. */
export function mutate(
  cell: Cell,
  kind: Kind,
  namespace: string,
  name: string,
  options: WriteOptions,
  change: (object: Stored) => void,
): Stored | undefined {
  const live = cell.store.get(storageKey(kind), kind.namespaced ? namespace : '', name);
  if (!live) return undefined;
  const next = copy(live);
  change(next);
  return storeNext(cell, kind, live, next, options, (decoded) => ownersAfter(kind, live, decoded, options));
}
