/**
 * The one place where something thrown becomes an answer. Errors go out as application/json with all six fields: the
 * reference's clients cannot read its own documented content type (docs/reference/api.md#errors).
 */
import { randomBytes } from 'node:crypto';
import { ERROR_STATUS, type ErrorBody } from '@cellplane/api';
import type { Context } from 'hono';
import { cut } from '@cellplane/plan';
import { gaveWay, isAway } from '../database/away.js';
import type { StorageTrouble } from '../database/storage-trouble.js';
import { DomainError, type ErrorDetail, type ErrorKind, messageOf } from '../errors.js';
import type { Logger } from '../log.js';

export interface ErrorAnswer {
  status: number;
  body: ErrorBody;
  /** Seconds; only where waiting helps. */
  retryAfter?: number;
  /** Who was refused, if not whoever is signed in. */
  userId?: string | undefined;
}

/**
 * Maps anything thrown to an answer. What is not a DomainError is a defect: it is logged with its stack under the id that
 * the answer carries, and its text stays inside. `repeatable` is false for requests that clients must not send again by
 * themselves: they do that on 503, so such a request gets 500 when it is unknown whether it took effect. `trouble` is what the error
 * tells of the storage.
 */
export function answerError(
  thrown: unknown,
  log: Logger,
  request: { method: string; path: string; repeatable: boolean },
  trouble?: StorageTrouble,
): ErrorAnswer {
  const id = randomBytes(6).toString('hex');
  if (thrown instanceof DomainError) return { ...ofDomainError(thrown, id), userId: thrown.userId };
  if (trouble !== undefined && (request.repeatable || !isAway(thrown) || trouble.code === 'database-connections-taken')) {
    log.warn({ id, ...request, code: trouble.code, error: messageOf(thrown) }, 'the database could not do its work');
    // The transaction was rolled back, or never begun.
    return answer('unavailable', trouble.code, `${trouble.message} Nothing of the request was kept; try again later.`, id);
  }
  if (isAway(thrown)) {
    log.warn({ id, ...request, error: messageOf(thrown) }, 'the database did not answer');
    const kind = request.repeatable ? 'unavailable' : 'failed_request';
    return answer(
      kind,
      'database-away',
      'The database does not answer at the moment; look whether the request took effect, and try again.',
      id,
    );
  }
  if (gaveWay(thrown)) {
    log.warn({ id, ...request, error: messageOf(thrown) }, 'a request gave way to others');
    // Rolled back, so it may be sent again.
    return answer('unavailable', 'busy', 'Too much is going on at once here; nothing of the request was kept. Try again.', id);
  }
  log.error({ id, ...request, error: messageOf(thrown), stack: thrown instanceof Error ? thrown.stack : undefined }, 'a request failed');
  return answer('failed_request', 'internal-error', `Something went wrong inside; the server's log has it under ${id}.`, id);
}

/** Sends it. */
export function sendError(context: Context, error: ErrorAnswer): Response {
  if (error.retryAfter !== undefined) context.header('retry-after', String(error.retryAfter));
  context.set('outcome', { code: error.body.code, answer: undefined, userId: error.userId });
  if (error.status === 401) context.header('www-authenticate', 'Bearer');
  return context.json(error.body, statusFor(error.status, context.req.header('user-agent')) as 400);
}

/** Statuses of which the reference's command prints raw JSON, and does not try again (docs/reference/api.md#errors). */
const NOT_READ_BY_COMMAND: ReadonlySet<number> = new Set([405, 413, 414, 422, 501]);

/** The status that the client can read: the body says the same in each case. */
export function statusFor(status: number, userAgent: string | undefined): number {
  return NOT_READ_BY_COMMAND.has(status) && userAgent?.startsWith('omnistrate-ctl/') === true ? 400 : status;
}

/** An answer without a thrown error: unknown paths, operations that are not served. */
export function answer(kind: ErrorKind, code: string, message: string, id: string = randomBytes(6).toString('hex')): ErrorAnswer {
  return ofDomainError(new DomainError(kind, code, message), id);
}

function ofDomainError(error: DomainError, id: string): ErrorAnswer {
  const temporary = error.kind === 'unavailable' || error.kind === 'too_many_requests';
  const body: ErrorBody = {
    name: error.kind,
    message: withShortWords(error.message).slice(0, MOST_OF_A_MESSAGE),
    id,
    fault: error.kind === 'failed_request',
    temporary,
    timeout: false,
    code: error.code,
  };
  if (error.details.length > 0) body.details = error.details.slice(0, MOST_DETAILS).map(bounded);
  if (error.secondFactor !== undefined) body.secondFactor = error.secondFactor;
  const status = ERROR_STATUS[error.kind] ?? 500;
  const retryAfter = error.retryAfter ?? (temporary ? 2 : undefined);
  return retryAfter === undefined ? { status, body } : { status, body, retryAfter };
}

/** Details of one answer; as many as a build tells problems. */
const MOST_DETAILS = 1_001;
/** Characters of its message, which tells all of them, and of what one says. */
const MOST_OF_A_MESSAGE = 256 * 1024;
const MOST_OF_A_DETAIL = 2_000;

/** Whoever quotes input cuts it; where that was forgotten, or input comes in by another way, this bounds what goes out. */
function bounded(detail: ErrorDetail): ErrorDetail {
  const limited: ErrorDetail = { ...detail, message: withShortWords(detail.message).slice(0, MOST_OF_A_DETAIL) };
  if (detail.field !== undefined) limited.field = cut(detail.field);
  if (detail.cure !== undefined) limited.cure = withShortWords(detail.cure).slice(0, MOST_OF_A_DETAIL);
  return limited;
}

/** Characters of a word: what was cut already, in its quotation marks. No sentence of ours has a longer one. */
const LONGEST_WORD = 220;

function withShortWords(text: string): string {
  return text
    .split(/(\s)/)
    .map((word) => (word.length > LONGEST_WORD ? cut(word) : word))
    .join('');
}
