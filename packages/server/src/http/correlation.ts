/** What a request says of itself and of its client: kept, and never believed. */
import { randomUUID } from 'node:crypto';

const CORRELATION_ID = /^[\w.:-]{1,128}$/;
const MOST_OF_AN_AGENT = 256;

/** The value of `X-Request-Id` where it is one that can be kept, else a new one. */
export function correlationIdOf(header: string | undefined): string {
  return header !== undefined && CORRELATION_ID.test(header) ? header : randomUUID();
}

/** The client's name of itself, as far as it is printable. */
export function userAgentOf(header = ''): string {
  return header.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MOST_OF_AN_AGENT);
}
