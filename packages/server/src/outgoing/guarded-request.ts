/** The one place where a request begins whose address people have written: it goes only where such requests may go, on a connection of its own. */
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { hostFault, type PrivateSetting, TargetRefused } from './guarded-lookup.js';

export interface GuardedRequest {
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Bytes of the answer's head. */
  maxHeaderSize: number;
  /** The setting that lets private addresses be asked. */
  setting: PrivateSetting;
  /** Judges the addresses of names. Undefined: any address is allowed. */
  lookup: LookupFunction | undefined;
}

/** The request, which has yet to be sent with `end(body)`. Follows nothing. @throws TargetRefused; TypeError for a head that HTTP cannot have */
export function guardedRequest(url: URL, { method, headers, body, signal, maxHeaderSize, setting, lookup }: GuardedRequest): ClientRequest {
  const fault = lookup === undefined ? undefined : hostFault(url.hostname, setting);
  if (fault !== undefined) throw new TargetRefused(fault);
  return (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    // Nothing that a server does to a connection is met again.
    agent: false,
    maxHeaderSize,
    ...(signal === undefined ? {} : { signal }),
    ...(lookup === undefined ? {} : { lookup }),
  });
}
