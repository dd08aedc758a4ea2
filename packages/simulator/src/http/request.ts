import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from '../api/cell.js';

/** What a URL asks for. */
export interface ResourceRequest {
  group: string;
  version: string;
  plural: string;
  namespace: string;
  name: string;
  subresource: string;
}

/** Reads `/api/v1/…` and `/apis/<group>/<version>/…`. Undefined for other paths. Segments are decoded. */
export function readResourcePath(pathname: string): ResourceRequest | undefined {
  let parts: string[];
  try {
    parts = pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
  let group = '';
  if (parts[0] === 'apis') group = parts.splice(1, 1)[0] ?? '';
  else if (parts[0] !== 'api') return undefined;
  const [, version = '', ...rest] = parts;
  if (rest.length === 0) return undefined;
  let namespace = '';
  // `namespaces/x` is the namespace itself; `namespaces/x/pods` is in it.
  const isNamespaceItself =
    rest[0] === 'namespaces' && group === '' && (rest.length <= 2 || (rest.length === 3 && ['status', 'finalize'].includes(rest[2] ?? '')));
  if (rest[0] === 'namespaces' && rest.length >= 3 && !isNamespaceItself) namespace = rest.splice(0, 2)[1] ?? '';
  const [plural = '', name = '', subresource = '', ...more] = rest;
  if (more.length > 0) return undefined;
  return { group, version, plural, namespace, name, subresource };
}

/** One request for a resource, with its body read. */
export interface ResourceCall {
  request: IncomingMessage;
  response: ServerResponse;
  target: ResourceRequest;
  query: URLSearchParams;
  body: string;
  user: User;
  /** Texts for Warning headers, sent with the answer or the refusal. */
  warnings: string[];
  /** Registers what ends a stream when the server stops. */
  onStop: (stop: () => void) => () => void;
}
