import { type Cell, controllerOptions, type User, type WriteOptions } from '../api/cell.js';
import { deleteObject, readDeleteOptions } from '../api/delete.js';
import { listObjects } from '../api/list.js';
import { applyObject, patchObject, patchTypeOf } from '../api/patch.js';
import {
  badRequest,
  invalid,
  methodNotAllowed,
  noSuchPath,
  notFound,
  notSupported,
  StatusError,
  unknownGroup,
  unsupportedValue,
} from '../api/status.js';
import { createObject } from '../api/create.js';
import { readObject, replaceObject } from '../api/write.js';
import { type JsonObject, stringAt } from '../json.js';
import { type Kind, storageKey } from '../kinds/kind.js';
import { forbiddenMessage, isAllowed } from '../rbac/authorise.js';
import { answerReview } from '../rbac/reviews.js';
import type { Stored } from '../store/store.js';
import { readBody } from './body.js';
import { readScale, writeScale } from './scale.js';
import type { ResourceCall, ResourceRequest } from './request.js';
import { type View, viewOf } from './view.js';
import { startWatch } from './watch.js';
import type { Admission } from './webhooks.js';

/** An answer to be written, unless the call was a watch that writes itself. */
export interface Answer {
  code: number;
  body: JsonObject;
}

/** Serves a call on a resource. Throws `StatusError`. */
export function handleResource(cell: Cell, call: ResourceCall): Answer | undefined {
  const { target, query, user } = call;
  const method = call.request.method ?? 'GET';
  const kind = cell.kinds.byPlural(target.group, target.version, target.plural);
  const verb = verbOf(method, target, query);
  authorise(cell, user, verb, target);
  if (!kind)
    throw cell.kinds.all().some((one) => one.group === target.group && (!one.custom || one.version === target.version))
      ? noSuchPath()
      : unknownGroup();
  if (target.name === '' && (method === 'PUT' || method === 'PATCH')) throw methodNotAllowed();
  if (kind.namespaced && target.namespace === '' && target.name === '' && method !== 'GET' && kind.stored) throw methodNotAllowed();
  if (kind.namespaced ? target.namespace === '' && target.name !== '' : target.namespace !== '' && kind.plural !== 'namespaces')
    throw noSuchPath();
  const options = writeOptions(call);
  const view = viewOf(cell, kind, call.request.headers.accept ?? '', query);
  const done = (code: number, object: Stored): Answer => ({ code, body: view.one(object) });
  if (target.subresource !== '') return handleSubresource(cell, kind, call, options, done);
  if (!kind.stored) {
    if (method !== 'POST') throw methodNotAllowed();
    return { code: 201, body: answerReview(cell, kind, user, target.namespace, readBody(call), options.manager) };
  }
  switch (verb) {
    case 'get':
      return done(200, readObject(cell, kind, target.namespace, target.name));
    case 'list':
      return { code: 200, body: view.list(listObjects(cell, kind, target.namespace, query)) };
    case 'watch': {
      const watchQuery = target.name === '' ? query : named(query, target.name);
      startWatch(cell, kind, target.namespace, watchQuery, call.response, (object, isFirst) => view.event(object, isFirst), call.onStop);
      return undefined;
    }
    case 'create': {
      if (target.name !== '') throw methodNotAllowed();
      return done(201, createObject(cell, kind, target.namespace, readBody(call, kind.kind), options));
    }
    case 'update': {
      const body = readBody(call, kind.kind);
      const existed = cell.store.get(storageKey(kind), kind.namespaced ? target.namespace : '', target.name) !== undefined;
      return done(existed ? 200 : 201, replaceObject(cell, kind, target.namespace, target.name, body, options));
    }
    case 'patch':
      return handlePatch(cell, kind, call, options, done);
    case 'delete':
      return handleDelete(cell, kind, call, view);
    case 'deletecollection':
      return handleDeleteCollection(cell, kind, call, view);
    default:
      throw methodNotAllowed();
  }
}

/**
 * The write that a call would make, found by making it dry; undefined for calls that webhooks are not asked about (reads,
 * subresources). Throws what the call itself would throw.
 */
export function admissionOf(cell: Cell, call: ResourceCall): Admission | undefined {
  const { target, query, user } = call;
  const method = call.request.method ?? 'GET';
  const kind = cell.kinds.byPlural(target.group, target.version, target.plural);
  if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) || kind === undefined || !kind.stored) return undefined;
  if (target.subresource !== '' || (method === 'DELETE' && target.name === '')) return undefined;
  const namespace = kind.namespaced ? target.namespace : '';
  const live = cell.store.get(storageKey(kind), namespace, target.name);
  if (method === 'DELETE') {
    const { dryRun } = readDeleteOptions(call.body === '' ? undefined : readBody(call), query);
    return live && { kind, operation: 'DELETE', namespace, name: target.name, object: live, user, dryRun };
  }
  const dry = new URLSearchParams(query);
  dry.set('dryRun', 'All');
  const answer = handleResource(cell, { ...call, query: dry, warnings: [] });
  if (answer === undefined) return undefined;
  const name = target.name === '' ? stringAt(answer.body, 'metadata', 'name') : target.name;
  const operation = live === undefined ? 'CREATE' : 'UPDATE';
  return { kind, operation, namespace, name, object: answer.body, user, dryRun: query.has('dryRun') };
}

function verbOf(method: string, target: ResourceRequest, query: URLSearchParams): string {
  const isWatch = query.get('watch') === 'true' || query.get('watch') === '1';
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (isWatch) return 'watch';
      return target.name === '' ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return target.name === '' ? 'deletecollection' : 'delete';
    default:
      return method.toLowerCase();
  }
}

function named(query: URLSearchParams, name: string): URLSearchParams {
  const result = new URLSearchParams(query);
  result.set('fieldSelector', [query.get('fieldSelector') ?? '', `metadata.name=${name}`].filter((one) => one !== '').join(','));
  return result;
}

function authorise(cell: Cell, user: User, verb: string, target: ResourceRequest): void {
  const namespace = target.plural === 'namespaces' && target.group === '' ? target.name : target.namespace;
  const wanted = { verb, group: target.group, resource: target.plural, subresource: target.subresource, namespace, name: target.name };
  if (isAllowed(cell, user, wanted)) return;
  throw new StatusError(403, 'Forbidden', forbiddenMessage(user, wanted), {
    ...(target.name === '' ? {} : { name: target.name }),
    ...(target.group === '' ? {} : { group: target.group }),
    kind: target.plural,
  });
}

const OPTIONS: Record<string, string> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions', DELETE: 'DeleteOptions' };

function writeOptions(call: ResourceCall): WriteOptions {
  const { query } = call;
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All'))
    throw invalid({ group: 'meta.k8s.io', kind: OPTIONS[call.request.method ?? ''] ?? 'GetOptions' }, '', [
      unsupportedValue('dryRun', dryRun, ['All']),
    ]);
  const validation = query.get('fieldValidation') ?? 'Warn';
  const manager = query.get('fieldManager') ?? (call.request.headers['user-agent'] ?? 'unknown').split('/', 1)[0] ?? 'unknown';
  if (manager.length > 128) throw badRequest('fieldManager: Too long: may not be more than 128 bytes');
  return {
    ...controllerOptions(manager, call.target.subresource as WriteOptions['subresource']),
    caller: { user: call.user, name: call.target.name },
    warnings: call.warnings,
    dryRun: dryRun.length > 0,
    fieldValidation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn',
  };
}

function handlePatch(
  cell: Cell,
  kind: Kind,
  call: ResourceCall,
  options: WriteOptions,
  done: (code: number, object: Stored) => Answer,
): Answer {
  const { target, query } = call;
  const contentType = (call.request.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  const type = patchTypeOf(contentType, kind);
  if (type === 'apply') {
    if (!query.has('fieldManager')) throw invalidPatchOptions();
    const existed =
      cell.store.get(
        `${target.plural}${target.group === '' ? '' : `.${target.group}`}`,
        kind.namespaced ? target.namespace : '',
        target.name,
      ) !== undefined;
    return done(
      existed ? 200 : 201,
      applyObject(cell, kind, target.namespace, target.name, call.body, query.get('force') === 'true', options),
    );
  }
  if (query.has('force')) throw forbiddenForce();
  return done(200, patchObject(cell, kind, target.namespace, target.name, type, call.body, options));
}

function invalidPatchOptions(): StatusError {
  return new StatusError(
    422,
    'Invalid',
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [{ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' }],
    },
  );
}

function forbiddenForce(): StatusError {
  return new StatusError(
    422,
    'Invalid',
    'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [{ reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified for non-apply patch', field: 'force' }],
    },
  );
}

function handleSubresource(
  cell: Cell,
  kind: Kind,
  call: ResourceCall,
  options: WriteOptions,
  done: (code: number, object: Stored) => Answer,
): Answer {
  const { target } = call;
  const method = call.request.method ?? 'GET';
  const served =
    (target.subresource === 'status' && kind.hasStatus) ||
    (target.subresource === 'scale' && kind.scale !== undefined) ||
    (target.subresource === 'finalize' && kind.kind === 'Namespace');
  if (target.subresource === 'log' && kind.kind === 'Pod' && !kind.custom)
    throw badRequest(`the simulated cell runs no containers: pod ${JSON.stringify(target.name)} has no log`);
  if (!served) throw kind.custom ? notFound(kind, target.name) : noSuchPath();
  if (method === 'DELETE' || method === 'POST')
    throw kind.custom ? notSupported(kind, method === 'POST' ? 'create' : 'delete') : methodNotAllowed();
  if (target.subresource === 'scale') {
    const scale =
      method === 'GET' ? readScale(kind, readObject(cell, kind, target.namespace, target.name)) : writeScale(cell, kind, call, options);
    return { code: 200, body: scale };
  }
  if (method === 'GET') return done(200, readObject(cell, kind, target.namespace, target.name));
  if (method === 'PUT') return done(200, replaceObject(cell, kind, target.namespace, target.name, readBody(call), options));
  if (method === 'PATCH') return handlePatch(cell, kind, call, options, done);
  throw methodNotAllowed();
}

function handleDelete(cell: Cell, kind: Kind, call: ResourceCall, view: View): Answer {
  const { target } = call;
  const options = readDeleteOptions(call.body === '' ? undefined : readBody(call), call.query);
  const { object, removed } = deleteObject(cell, kind, target.namespace, target.name, options);
  if (!removed || RETURNED.has(kind.kind)) return { code: 200, body: view.one(object) };
  const details = { name: target.name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural, uid: object.metadata.uid };
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

/** Kinds whose deletion answers the object (registry `ReturnDeletedObject`). */
const RETURNED = new Set([
  'Pod',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ServiceAccount',
  'ResourceQuota',
  'StorageClass',
  'PodTemplate',
  'Service',
]);

function handleDeleteCollection(cell: Cell, kind: Kind, call: ResourceCall, view: View): Answer {
  if (!kind.verbs.includes('deletecollection')) throw methodNotAllowed();
  const options = readDeleteOptions(call.body === '' ? undefined : readBody(call), call.query);
  const found = listObjects(cell, kind, call.target.namespace, call.query);
  for (const object of found.items)
    deleteObject(cell, kind, String(object.metadata.namespace ?? ''), String(object.metadata.name), options);
  return { code: 200, body: view.list(found) };
}
