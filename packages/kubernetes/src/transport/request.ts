import type { HttpRequest } from './exchange.js';
import type { PatchType } from '../model.js';
import { networkFailure } from '../failure/network-failure.js';

export const PATCH_CONTENT: Record<PatchType, string> = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
};

export function jsonRequest(method: HttpRequest['method'], path: string, body: string, contentType = 'application/json'): HttpRequest {
  return { method, path, headers: { 'content-type': contentType }, body };
}

export function methodOf(text: string): HttpRequest['method'] {
  const method = text.toUpperCase();
  if (method === 'GET' || method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE') return method;
  throw networkFailure('InvalidRequest', `method ${text} is not one of GET, POST, PUT, PATCH, DELETE`, false);
}
