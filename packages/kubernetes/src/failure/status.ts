import { STATUS_CODES } from 'node:http';
import { ApiError, type StatusCause } from './errors.js';
import { classify } from './outcome.js';

/** The parts of Kubernetes' `Status` that we read. */
interface Status {
  kind: 'Status';
  code?: number;
  message?: string;
  reason?: string;
  details?: { name?: string; kind?: string; causes?: StatusCause[]; retryAfterSeconds?: number };
}

/** An answer of the API server that is an error. */
export interface ErrorAnswer {
  status: number;
  body: string;
  retryAfter?: string | undefined;
  /** What the server's own clock said. */
  date?: string | undefined;
}

/** The error of an answer with a status outside 2xx: a Kubernetes Status where it is one, else what a proxy or a plain text said. */
export function errorOfAnswer(answer: ErrorAnswer, call: string): ApiError {
  const status = parseStatus(answer.body);
  if (status === undefined) {
    const words = answer.body.trim().slice(0, 500);
    const title = `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim();
    // An unregistered group-version answers with the plain text of Go's mux.
    const reason = answer.status === 404 && words.startsWith('404 page not found') ? 'KindNotServed' : reasonOfCode(answer.status);
    const message = words === '' ? `${call} was answered ${title}` : `${call} was answered ${title}: ${words}`;
    return failed(message, answer.status, reason, [], retryAfterMs(answer));
  }
  return errorOfStatus(status, answer.status, retryAfterMs(answer));
}

/** The error of a Status object, also of one that comes as an ERROR event of a watch. */
export function errorOfStatus(value: unknown, httpStatus: number, retryAfter?: number): ApiError {
  const status: Status = isStatus(value) ? value : { kind: 'Status' };
  const code = status.code ?? (httpStatus >= 400 ? httpStatus : 500);
  const details = status.details;
  const message = status.message ?? `the API server answered ${code} without words`;
  const wait = retryAfter ?? (details?.retryAfterSeconds === undefined ? undefined : details.retryAfterSeconds * 1000);
  return failed(message, code, reasonOf(status, code), Array.isArray(details?.causes) ? details.causes : [], wait);
}

function failed(message: string, status: number, reason: string, causes: StatusCause[], wait: number | undefined): ApiError {
  return new ApiError(message, status, reason, classify({ status, reason, message, causes }), causes, wait);
}

function reasonOf(status: Status, code: number): string {
  // A 404 without the name of an object is about the resource itself: the kind is not served (any more).
  if (code === 404 && (status.details?.name ?? '') === '' && /could not find the requested resource/.test(status.message ?? ''))
    return 'KindNotServed';
  // 410 comes as Expired (too old) or Gone (a continue token, older servers): the cure is the same.
  if (code === 410) return 'Expired';
  return status.reason === undefined || status.reason === '' ? reasonOfCode(code) : status.reason;
}

/** Kubernetes' reason for a code that came without one (apimachinery `meta/v1/types.go`). */
function reasonOfCode(code: number): string {
  return REASONS[code] ?? (code >= 500 ? 'InternalError' : 'Unknown');
}

const REASONS: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function parseStatus(body: string): Status | undefined {
  if (!body.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isStatus(value) ? value : undefined;
  } catch {
    // Not JSON after all: the caller quotes the text.
    return undefined;
  }
}

function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status';
}

/** Retry-After in milliseconds: seconds, or an HTTP date (RFC 9110, 10.2.3), which is one of the server's clock. */
function retryAfterMs({ retryAfter: header, date: now }: ErrorAnswer): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const wait = Date.parse(header) - Date.parse(now ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
