/**
 * What PostgreSQL cannot hold of a request: NUL, and half a surrogate pair. Refused here by name, before any room sees it. How many values
 * there are and how deep they nest was bounded when the text was read.
 */
import { cut } from '@cellplane/plan';
import { badRequest, type ErrorDetail } from '../errors.js';

/** Details in one answer at most. */
const MOST = 100;

/**
 * Passes when all of the value can be stored.
 * @param kind what a top-level member is called in the message: field, query parameter, path parameter
 * @throws DomainError bad_request with one detail for each member that cannot
 */
export function requireStorable(value: unknown, kind: string): void {
  const details: ErrorDetail[] = [];
  // A stack, not recursion: how deep a body nests is the sender's choice.
  const open: { field: string; value: unknown }[] = [{ field: '', value }];
  for (let next = open.pop(); next !== undefined && details.length < MOST; next = open.pop()) {
    const { field } = next;
    if (typeof next.value === 'string') details.push(...faults(field, next.value));
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [key, inner] of Object.entries(next.value).toReversed()) {
      details.push(...faults(field, key));
      open.push({ field: field === '' ? key : `${field}.${key}`, value: inner });
    }
  }
  if (details.length === 0) return;
  const list = details.map((detail) => `${detail.field === '' ? 'the body' : `${kind} ${detail.field}`} ${detail.message}`);
  throw badRequest('invalid-format', `Invalid request: ${list.join('; ')}.`, details);
}

function faults(path: string, text: string): ErrorDetail[] {
  const field = cut(path);
  if (text.includes('\0')) return [{ field, code: 'invalid-format', message: 'must not contain the character NUL (U+0000)' }];
  // With the flag, only an unpaired surrogate matches.
  if (/\p{Surrogate}/u.test(text)) return [{ field, code: 'invalid-format', message: 'must not contain half a surrogate pair' }];
  return [];
}
