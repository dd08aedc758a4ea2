import type { ApiResource } from './model.js';
import { networkFailure } from './failure/network-failure.js';

const API_VERSION = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?v[a-z0-9]{1,62}$/;
const KIND = /^[A-Za-z][A-Za-z0-9]{0,62}$/;
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBRESOURCE = /^[a-z][a-z/]{0,62}$/;

/** `/api/v1` or `/apis/<group>/<version>`. @throws ApiError `InvalidRequest` */
export function groupVersionPath(apiVersion: string): string {
  if (typeof apiVersion !== 'string' || !API_VERSION.test(apiVersion)) {
    throw invalid(`apiVersion ${quoted(apiVersion)} is not <version> or <group>/<version>`);
  }
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** @throws ApiError `InvalidRequest` */
export function checkKind(kind: string): void {
  if (typeof kind !== 'string' || !KIND.test(kind)) throw invalid(`kind ${quoted(kind)} is not the name of a kind`);
}

/** Path of a collection; of all namespaces where a namespaced kind is given none. @throws ApiError `InvalidRequest` */
export function collectionPath(resource: ApiResource, namespace: string | undefined): string {
  const base = groupVersionPath(resource.apiVersion);
  if (!resource.namespaced || namespace === undefined || namespace === '') return `${base}/${resource.plural}`;
  if (!NAMESPACE.test(namespace)) throw invalid(`namespace ${quoted(namespace)} is not the name of a namespace`);
  return `${base}/namespaces/${namespace}/${resource.plural}`;
}

/** Path of one namespace's collection; a namespaced kind must say which. @throws ApiError `InvalidRequest` */
export function homePath(resource: ApiResource, namespace: string | undefined): string {
  if (resource.namespaced && (namespace === undefined || namespace === '')) {
    throw invalid(`${resource.kind} of ${resource.apiVersion} lives in a namespace: metadata.namespace must be set`);
  }
  return collectionPath(resource, namespace);
}

/** Path of one object. @throws ApiError `InvalidRequest` */
export function objectPath(resource: ApiResource, key: { namespace?: string | undefined; name: string }, subresource?: string): string {
  const path = `${homePath(resource, key.namespace)}/${nameSegment(key.name, `name of a ${resource.kind}`)}`;
  if (subresource === undefined) return path;
  if (!SUBRESOURCE.test(subresource)) throw invalid(`${quoted(subresource)} is not the name of a subresource`);
  return `${path}/${subresource}`;
}

/**
 * One path segment from a name: never a second segment, never a step upwards (apimachinery `validation/path`: not `.`, not `..`,
 * no `/`, no `%`). @throws ApiError `InvalidRequest`
 */
export function nameSegment(name: string, what: string): string {
  if (typeof name !== 'string' || name === '' || name === '.' || name === '..' || name.length > 253 || /[/%\p{Cc}\p{Cs}]/u.test(name)) {
    throw invalid(`${quoted(name)} is not a ${what}`);
  }
  return encodeURIComponent(name);
}

/** A path for `raw`: absolute, without steps upwards. @throws ApiError `InvalidRequest` */
export function rawPath(path: string): string {
  const [bare = ''] = path.split(/[?#]/, 1);
  const steps = bare.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  if (!bare.startsWith('/') || bare.startsWith('//') || steps || /[\p{Cc}\s\\#]/u.test(path)) {
    throw invalid(`${quoted(path)} is not an absolute path of the API server`);
  }
  return path;
}

/** `?a=b&c=d` of the values that are given, or nothing. */
export function query(values: Record<string, string | number | boolean | undefined>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) parts.push(`${name}=${encodeURIComponent(value)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function invalid(message: string): Error {
  return networkFailure('InvalidRequest', message, false);
}

function quoted(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value) ?? 'undefined';
}
