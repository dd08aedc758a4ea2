import type { ErrorBody } from '@cellplane/api';
// Not the whole package: whatever throws an error would load the plan language.
import { cut } from '@cellplane/plan/cut';

/** What kind of failure this is; the HTTP room maps it to a status and the reference's error name (docs/reference/api.md#errors). */
export type ErrorKind =
  | 'bad_request'
  | 'invalid_format'
  | 'invalid_length'
  | 'auth_failure'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'invalid_state'
  | 'too_large'
  | 'too_long'
  | 'unprocessable'
  | 'too_many_requests'
  | 'failed_request'
  | 'not_implemented'
  | 'unavailable';

/** One finding below an error: which field, what is wrong with it, and a stable code where there is one. */
export interface ErrorDetail {
  field?: string;
  message: string;
  code?: string;
  /** What to do about it. */
  cure?: string;
  /** Place in a spec, 1-based. */
  line?: number;
  column?: number;
  severity?: 'error' | 'warning';
}

type SecondFactor = NonNullable<ErrorBody['secondFactor']>;

/**
 * A refusal or failure that a caller is meant to read. `code` is stable (kebab-case), `message` is one sentence with the
 * cure in it, `details` name each field. Anything else that is thrown is a defect and answers 500 without its text.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: ErrorDetail[] = [],
    options?: { cause?: unknown; retryAfter?: number; secondFactor?: SecondFactor; userId?: string | undefined },
  ) {
    super(message, options);
    this.retryAfter = options?.retryAfter;
    this.secondFactor = options?.secondFactor;
    this.userId = options?.userId;
  }

  /** What the sign-in is finished with that was refused only for a second factor. */
  readonly secondFactor: SecondFactor | undefined;

  /** Who was refused, where nobody is signed in and the server knows it: for the audit trail, not for the answer. */
  readonly userId: string | undefined;

  /** Seconds after which the same request may succeed. */
  readonly retryAfter: number | undefined;
}

/** 400: the caller can cure it by changing the request. */
export function badRequest(code: string, message: string, details: ErrorDetail[] = []): DomainError {
  return new DomainError('bad_request', code, message, details);
}

/** 404. Also the answer for things of another organization: their existence is not told. */
export function notFound(what: string, id: string): DomainError {
  return new DomainError(
    'not_found',
    `${what.toLowerCase().replaceAll(' ', '-')}-not-found`,
    `There is no ${what} "${cut(id)}" that you can see.`,
  );
}

/** 429: the same request may succeed later. `seconds` go out as Retry-After, which the reference's clients wait for. */
export function tooManyRequests(code: string, message: string, seconds: number): DomainError {
  return new DomainError('too_many_requests', code, message, [], { retryAfter: seconds });
}

/** 409: right request, wrong moment. */
export function invalidState(code: string, message: string, details: ErrorDetail[] = []): DomainError {
  return new DomainError('invalid_state', code, message, details);
}

/** One line about anything that was thrown, for messages and logs: never a stack. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  // Node gathers failed connection attempts in an AggregateError whose own message is empty.
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(messageOf).join('; ');
  return thrown.message;
}
