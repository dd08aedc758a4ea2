/** Where a list goes on: after the row of this time and id. Clients get it as a token that says nothing to them. */
import { badRequest } from '../errors.js';

export interface PagePlace {
  /** A `timestamptz` as PostgreSQL writes it, to the microsecond. */
  at: string;
  id: string;
}

/** As PostgreSQL writes a time with its zone. */
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?[+-](?:0\d|1[0-4])(?::[0-5]\d)?$/;

export function pageToken({ at, id }: PagePlace): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** @throws DomainError bad_request for anything that `pageToken` has not made: it would fail inside the query */
export function readPageToken(token: string): PagePlace {
  const [at, id] = membersOf(token);
  if (typeof at === 'string' && isTime(at) && typeof id === 'string' && /^[\w-]+$/.test(id)) return { at, id };
  throw badRequest('bad-page-token', 'The page token is not one that this server gave; ask for the first page again.', [
    { field: 'nextPageToken', message: 'is not a page token' },
  ]);
}

function membersOf(token: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** A 30th of February looks like a time, too. */
function isTime(text: string): boolean {
  const [, day = '', clock = ''] = TIME.exec(text) ?? [];
  const written = `${day}T${clock}.000Z`;
  const date = new Date(written);
  return !Number.isNaN(date.getTime()) && date.toISOString() === written;
}
