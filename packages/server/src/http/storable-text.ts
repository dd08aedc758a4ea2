/**
 * What PostgreSQL cannot hold of a request: NUL, half a surrogate pair, and values nested so deeply that writing them as JSON
 * exhausts the stack. Refused here by name, before any room sees them.
 */
import { badRequest, type ErrorDetail } from '../errors.js';

/** Details in one answer at most. */
const MOST = 100;
const DEEPEST = 200;

/**
 * Passes when all of the value can be stored.
 * @param kind what a top-level member is called in the message: field, query parameter, path parameter
 * @throws DomainError bad_request with one detail for each member that cannot
 */
export function requireStorable(value: unknown, kind: string): void {
  const details: ErrorDetail[] = [];
  // A stack, not recursion: how deep a body nests is the sender's choice.
  const open: { field: string; depth: number; value: unknown }[] = [{ field: '', depth: 0, value }];
  for (let next = open.pop(); next !== undefined && details.length < MOST; next = open.pop()) {
    const { field, depth } = next;
    if (typeof next.value === 'string') details.push(...faults(field, next.value));
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (depth >= DEEPEST) {
      details.push({ field: field.slice(0, 100), code: 'invalid-format', message: `must not nest more than ${DEEPEST} levels deep` });
      continue;
    }
    for (const [key, inner] of Object.entries(next.value).toReversed()) {
      details.push(...faults(field, key));
      open.push({ field: field === '' ? key : `${field}.${key}`, depth: depth + 1, value: inner });
    }
  }
  if (details.length === 0) return;
  const list = details.map((detail) => `${detail.field === '' ? 'the body' : `${kind} ${detail.field}`} ${detail.message}`);
  throw badRequest('invalid-format', `Invalid request: ${list.join('; ')}.`, details);
}

function faults(field: string, text: string): ErrorDetail[] {
  if (text.includes('\0')) return [{ field, code: 'invalid-format', message: 'must not contain the character NUL (U+0000)' }];
  // With the flag, only an unpaired surrogate matches.
  if (/\p{Surrogate}/u.test(text)) return [{ field, code: 'invalid-format', message: 'must not contain half a surrogate pair' }];
  return [];
}
