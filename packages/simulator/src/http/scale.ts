import type { Cell, WriteOptions } from '../api/cell.js';
import { patchTypeOf } from '../api/patch.js';
import { badRequest, StatusError } from '../api/status.js';
import { readObject, replaceObject } from '../api/write.js';
import { at, copy, isObject, type JsonObject, stringAt } from '../json.js';
import { readJsonPath } from '../kinds/json-path.js';
import type { Kind } from '../kinds/kind.js';
import { jsonPatch } from '../patch/json-patch.js';
import { mergePatch } from '../patch/merge-patch.js';
import type { Stored } from '../store/store.js';
import { readBody } from './body.js';
import type { ResourceCall } from './request.js';

/** The `autoscaling/v1` Scale of an object. */
export function readScale(kind: Kind, object: Stored): JsonObject {
  if (kind.custom && readJsonPath(object, kind.scale?.spec ?? '').length === 0) {
    const message = `the spec replicas field ${JSON.stringify(kind.scale?.spec)} does not exist`;
    throw new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
  }
  const { metadata } = object;
  const number = (path: string | undefined) => {
    const [found] = path === undefined ? [] : readJsonPath(object, path);
    return typeof found === 'number' ? found : 0;
  };
  const [selector] =
    kind.scale?.selector === undefined ? [] : readJsonPath(object, kind.custom ? kind.scale.selector : '.spec.selector.matchLabels');
  const shown = isObject(selector)
    ? Object.entries(selector)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(',')
    : selector;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: metadata.name,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      creationTimestamp: metadata.creationTimestamp,
    },
    spec: { replicas: number(kind.scale?.spec) },
    status: { replicas: number(kind.scale?.status), ...(typeof shown === 'string' && shown !== '' && { selector: shown }) },
  };
}

/** PUT or PATCH of a Scale. Throws 400, 404, 409, 422. */
export function writeScale(cell: Cell, kind: Kind, call: ResourceCall, options: WriteOptions): JsonObject {
  const { target } = call;
  const live = readObject(cell, kind, target.namespace, target.name);
  const contentType = (call.request.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  let wanted: unknown;
  if (call.request.method === 'PUT') wanted = readBody(call);
  else {
    const type = patchTypeOf(contentType, { ...kind, custom: false });
    const patch = JSON.parse(call.body) as unknown;
    wanted = type === 'json' ? jsonPatch(readScale(kind, live), patch) : mergePatch(readScale(kind, live), patch);
  }
  const replicas = at(wanted, 'spec', 'replicas') ?? 0;
  if (typeof replicas !== 'number') throw badRequest('spec.replicas must be a number');
  const next = copy(live);
  const path = (kind.scale?.spec ?? '').split('.').filter((part) => part !== '');
  let node: JsonObject = next;
  for (const part of path.slice(0, -1)) node = (node[part] ??= {}) as JsonObject;
  node[path.at(-1) ?? 'replicas'] = replicas;
  const version = stringAt(wanted, 'metadata', 'resourceVersion');
  if (version !== '') next.metadata.resourceVersion = version;
  return readScale(kind, replaceObject(cell, kind, target.namespace, target.name, next, { ...options, subresource: 'scale' }));
}
