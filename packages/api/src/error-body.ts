/** The body of every answer that is not a success: the reference's six fields (all required by its clients), plus our two. */
import { type Static, Type } from 'typebox';
import { flag, optional, optionalText, text, whole } from './field.js';

/** One finding, for example one problem of a plan spec or one wrong field of a request. */
export const ErrorDetail = Type.Object({
  message: text,
  code: optionalText,
  /** Dotted path of the field, or of the place in the spec. */
  field: optionalText,
  /** What to do about it. */
  cure: optionalText,
  line: optional(whole),
  column: optional(whole),
  severity: optional(Type.Union([Type.Literal('error'), Type.Literal('warning')])),
});
export type ErrorDetail = Static<typeof ErrorDetail>;

export const ErrorBody = Type.Object({
  /** Class: bad_request, auth_failure, forbidden, not_found, invalid_state, unprocessable, failed_request, method_not_allowed, too_large, too_many_requests, not_implemented, unavailable … */
  name: text,
  message: text,
  /** Unique for this answer; also in the server's log. */
  id: text,
  /** The server is at fault. */
  fault: flag,
  /** Trying again may help. */
  temporary: flag,
  timeout: flag,
  /** Our stable, finer code. */
  code: optionalText,
  details: optional(Type.Array(ErrorDetail)),
  /** Of a sign-in whose password was right, and that needs a second step: what it is finished with. */
  secondFactor: optional(Type.Object({ challenge: text, methods: Type.Array(text), expiresAt: text })),
});
export type ErrorBody = Static<typeof ErrorBody>;

/** HTTP status of each class of error (docs/reference/api.md#errors; the others are ours). */
export const ERROR_STATUS: Readonly<Record<string, number>> = {
  bad_request: 400,
  invalid_format: 400,
  invalid_length: 400,
  auth_failure: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  invalid_state: 409,
  too_large: 413,
  too_long: 414,
  unprocessable: 422,
  too_many_requests: 429,
  failed_request: 500,
  not_implemented: 501,
  unavailable: 503,
};
