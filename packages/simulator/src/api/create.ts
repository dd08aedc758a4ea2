import { randomUUID } from 'node:crypto';
import { timestamp } from '../clock.js';
import { afterUpdate, type readManagers, writeManagers, type Writer } from '../fields/managers.js';
import { type JsonObject, stringAt } from '../json.js';
import { zeroObject } from '../kinds/builtin-defaults.js';
import { apiVersionOf, type Kind, storageKey } from '../kinds/kind.js';
import { prepareForCreate } from '../kinds/strategy.js';
import { validateKind } from '../kinds/validation.js';
import type { Stored } from '../store/store.js';
import type { Cell, WriteOptions } from './cell.js';
import { asStored, decodeObject, inVersion } from './decode.js';
import { metadataProblems } from './names.js';
import { checkQuota } from './quota.js';
import { admitNew, mayGrant } from './admit.js';
import { ignoredFields } from './resets.js';
import { alreadyExists, badRequest, type FieldProblem, forbidden, invalid, notFound, StatusError } from './status.js';

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

/** `generateName` plus five characters, as the API server makes them. */
export function generatedName(base: string): string {
  const random = crypto.getRandomValues(new Uint8Array(5));
  return base.slice(0, 58) + [...random].map((byte) => SUFFIX[byte % SUFFIX.length]).join('');
}

/** Throws 404 or 403 where the namespace cannot take new objects. */
function checkNamespace(cell: Cell, kind: Kind, namespace: string, name: string): void {
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
  mayGrant(cell, kind, namespace, object, undefined, options);
  const ready = prepareForCreate(cell, kind, object);
  refuse(kind, name, [
    ...metadataProblems(kind.kind, ready, kind.custom || kind.group === 'apiextensions.k8s.io'),
    ...validateKind(kind, ready, undefined),
  ]);
  admitNew(cell, kind, namespace, ready, options);
  checkQuota(cell, kind, namespace, name);
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

/** The writer of managedFields behind a request. */
export function writerOf(kind: Kind, options: WriteOptions, operation: Writer['operation']): Writer {
  return { manager: options.manager, operation, apiVersion: apiVersionOf(kind), subresource: options.subresource };
}

/** Throws 422 where there are problems. */
export function refuse(kind: Kind, name: string, problems: FieldProblem[]): void {
  if (problems.length > 0) throw invalid(kind, name, problems);
}
