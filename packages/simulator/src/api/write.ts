import { randomUUID } from 'node:crypto';
import { timestamp } from '../clock.js';
import { copy, equal, isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import { afterUpdate, readManagers, sameManagers, writeManagers, type Writer } from '../fields/managers.js';
import { apiVersionOf, type Kind, storageKey } from '../kinds/kind.js';
import { prepareForCreate, prepareForUpdate } from '../kinds/strategy.js';
import { validateKind } from '../kinds/validation.js';
import type { Stored } from '../store/store.js';
import type { Cell, WriteOptions } from './cell.js';
import { asStored, decodeObject, inVersion } from './decode.js';
import { zeroObject } from '../kinds/builtin-defaults.js';
import { isFinished } from './delete.js';
import { metadataProblems } from './names.js';
import { ignoredFields } from './resets.js';
import {
  alreadyExists,
  badRequest,
  conflict,
  type FieldProblem,
  forbidden,
  invalid,
  invalidValue,
  notFound,
  STALE,
  StatusError,
} from './status.js';

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

/** `generateName` plus five characters, as the API server makes them. */
export function generatedName(base: string): string {
  const random = crypto.getRandomValues(new Uint8Array(5));
  return base.slice(0, 58) + [...random].map((byte) => SUFFIX[byte % SUFFIX.length]).join('');
}

/** The writer of managedFields behind a request. */
export function writerOf(kind: Kind, options: WriteOptions, operation: Writer['operation']): Writer {
  return { manager: options.manager, operation, apiVersion: apiVersionOf(kind), subresource: options.subresource };
}

/** Throws 404 or 403 where the namespace cannot take new objects. */
export function checkNamespace(cell: Cell, kind: Kind, namespace: string, name: string): void {
  if (!kind.namespaced) return;
  const found = cell.store.get('namespaces', '', namespace);
  if (!found) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (stringAt(found, 'status', 'phase') === 'Terminating' || found.metadata.deletionTimestamp !== undefined) {
    throw forbidden(kind, name, `unable to create new content in namespace ${namespace} because it is being terminated`, [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ]);
  }
}

/** POST: stores a new object. Throws 400, 403, 404 (namespace), 409, 422. */
export function createObject(cell: Cell, kind: Kind, namespace: string, body: unknown, options: WriteOptions): Stored {
  const object = decodeObject(kind, body, options);
  checkNamespaceOf(kind, object, namespace);
  if (stringAt(object, 'metadata', 'resourceVersion') !== '')
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  return storeNew(cell, kind, namespace, object, options, (next) => {
    const empty = emptyLike(kind, stringAt(object, 'metadata', 'name'), namespace);
    return afterUpdate(kind.schema, empty, next, [], writerOf(kind, options, 'Update'), ignoredFields(kind, options.subresource));
  });
}

/** The common end of POST and of an apply that creates. `managers` computes the owners from the decoded object. */
export function storeNew(
  cell: Cell,
  kind: Kind,
  namespace: string,
  decoded: Stored,
  options: WriteOptions,
  managers: (decoded: Stored) => ReturnType<typeof readManagers>,
): Stored {
  const now = timestamp(cell.clock);
  const managedFields = writeManagers(managers(decoded), now);
  const object = { ...decoded, metadata: { ...decoded.metadata } };
  const { metadata } = object;
  const generated = stringAt(object, 'metadata', 'name') === '' && stringAt(object, 'metadata', 'generateName') !== '';
  if (generated) metadata.name = generatedName(stringAt(object, 'metadata', 'generateName'));
  for (const field of ['selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'resourceVersion', 'generation', 'managedFields'])
    delete metadata[field];
  metadata.uid = randomUUID();
  metadata.creationTimestamp = now;
  if (kind.namespaced) metadata.namespace = namespace;
  else delete metadata.namespace;
  if (kind.hasGeneration || kind.custom) metadata.generation = 1;
  if (managedFields.length > 0) metadata.managedFields = managedFields;
  const name = stringAt(object, 'metadata', 'name');
  checkNamespace(cell, kind, namespace, name);
  const ready = prepareForCreate(cell, kind, object);
  refuse(kind, name, [
    ...metadataProblems(kind.kind, ready, kind.custom || kind.group === 'apiextensions.k8s.io'),
    ...validateKind(kind, ready, undefined),
  ]);
  if (cell.store.get(storageKey(kind), kind.namespaced ? namespace : '', name))
    throw alreadyExists(
      kind,
      name,
      cell.store.get(storageKey(kind), kind.namespaced ? namespace : '', name)?.metadata.deletionTimestamp !== undefined,
    );
  return options.dryRun ? ready : inVersion(kind, cell.store.put(storageKey(kind), asStored(kind, ready)));
}

/** An object with nothing but its identity: what a new object is compared with. */
export function emptyLike(kind: Kind, name: string, namespace: string): Stored {
  const zero = kind.custom ? {} : zeroObject(kind);
  return {
    ...zero,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { ...(name !== '' && { name }), ...(namespace !== '' && { namespace }) },
  };
}

/** Throws 400 where an object names another namespace than its URL. */
export function checkNamespaceOf(kind: Kind, object: JsonObject, namespace: string): void {
  const own = stringAt(object, 'metadata', 'namespace');
  if (own !== '' && own !== (kind.namespaced ? namespace : ''))
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** Throws 422 where there are problems. */
export function refuse(kind: Kind, name: string, problems: FieldProblem[]): void {
  if (problems.length > 0) throw invalid(kind, name, problems);
}

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
