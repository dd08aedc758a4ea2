/**
 * Pages of a list. A list is ordered by a time and an id, newest first, and a page goes on after the last row of the page before
 * (a keyset, never an offset): rows that are inserted or deleted between two pages neither repeat nor hide others.
 *
 * Clients get the place as an opaque token. It names the list that it was given for, and has a checksum, so that a token of
 * another list, or a damaged one, is refused instead of answering with the wrong page. It gives no rights: each page is read with
 * the caller's own.
 */
import { createHash } from 'node:crypto';
import { badRequest } from '../errors.js';

/** The row that a page ended with. */
interface PagePlace {
  /** Text that the rows are ordered by and PostgreSQL reads back exactly: a time to the microsecond, a number, a word. */
  at: string;
  id: string;
}

/** A list, as its handler declares it once. */
export interface PagedList {
  /** Goes into tokens. A change refuses the tokens that clients hold. */
  name: string;
  by: 'time' | 'number' | 'text';
  /** Rows of a page where the client does not say; null: all rows. */
  usual: number | null;
  /** Most rows of a page. */
  most: number;
}

/** What a client asks for, as it came. */
export interface PageQuery {
  pageSize?: number | undefined;
  nextPageToken?: string | undefined;
}

export interface PageRequest {
  list: PagedList;
  /** Null: all rows. */
  size: number | null;
  /** For SQL: one row more than the page has, which says whether another page follows; null: all rows. */
  limit: number | null;
  /** The page has the rows after this one in the order of the list: `(at, id) < (after.at, after.id)`. */
  after: PagePlace | undefined;
}

/** @throws DomainError bad_request `bad-page-token` for a token that was not given for this list */
export function readPage(list: PagedList, query: PageQuery): PageRequest {
  const { pageSize, nextPageToken = '' } = query;
  const size = pageSize === undefined ? list.usual : Math.max(1, Math.min(pageSize, list.most));
  return { list, size, limit: size === null ? null : size + 1, after: nextPageToken === '' ? undefined : readToken(list, nextPageToken) };
}

/** The page of the rows that were read with `limit` and after `after`. `placeOf`: the two columns as text; `at` with all its digits. */
export function pageOf<T>({ list, size }: PageRequest, rows: T[], placeOf: (row: T) => PagePlace): { rows: T[]; nextPageToken?: string } {
  if (size === null || rows.length <= size) return { rows };
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return { rows: page, ...(last === undefined ? {} : { nextPageToken: tokenOf(list, placeOf(last)) }) };
}

function tokenOf({ name }: PagedList, { at, id }: PagePlace): string {
  return Buffer.from(JSON.stringify([name, at, id, checksum(name, at, id)])).toString('base64url');
}

function readToken({ name, by }: PagedList, token: string): PagePlace {
  const [list, at, id, sum] = membersOf(token);
  if (typeof list === 'string' && typeof at === 'string' && typeof id === 'string' && sum === checksum(list, at, id)) {
    // Who knows the checksum can still write one: what PostgreSQL could not read would fail inside the query.
    if (list === name && /^[\w-]+$/.test(id) && READABLE[by](at)) return { at, id };
    if (list !== name)
      throw badToken(`The page token was given for another list (${list}); ask for the first page of this one.`, 'is of another list');
  }
  throw badToken('The page token is not one that this server gave; ask for the first page again.', 'is not a page token');
}

function badToken(message: string, detail: string) {
  return badRequest('bad-page-token', message, [{ field: 'nextPageToken', message: detail }]);
}

function checksum(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 11);
}

/** Longer than any token that was ever given: lists are ordered by names, too, of 256 characters that may take three bytes each. Characters. */
const LONGEST_TOKEN = 4_000;

function membersOf(token: string): unknown[] {
  if (token.length > LONGEST_TOKEN || !/^[\w-]+$/.test(token)) return [];
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Of each kind, whether PostgreSQL could read it. */
const READABLE: Record<PagedList['by'], (at: string) => boolean> = {
  time: isTime,
  number: isNumber,
  // No zero byte, and no half of a character.
  text: (at) => !/[\0\p{Surrogate}]/u.test(at),
};

/** As PostgreSQL writes a time with its zone. */
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?[+-](?:0\d|1[0-4])(?::[0-5]\d)?$/;

/** A 30th of February looks like a time, too; and there is no year 0. */
function isTime(text: string): boolean {
  const [, day = '', clock = ''] = TIME.exec(text) ?? [];
  const written = `${day}T${clock}.000Z`;
  const date = new Date(written);
  return !Number.isNaN(date.getTime()) && date.toISOString() === written && !day.startsWith('0000');
}

/** One that a column of the type integer can have. */
function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) <= 2_147_483_647;
}
