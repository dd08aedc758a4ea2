import type { JsonObject } from '../json.js';

/** One cause in a Kubernetes Status. */
export interface Cause {
  reason: string;
  message: string;
  field?: string;
}

/** What a resource is called in messages: plural and group, `deployments.apps`. */
export interface ResourceName {
  group: string;
  plural: string;
}

/** A refused request. Carries the Status body that the API server would answer. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: JsonObject,
  ) {
    super(message);
  }

  /** The Status object (apimachinery `metav1.Status`). */
  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

const qualified = (of: ResourceName) => (of.group === '' ? of.plural : `${of.plural}.${of.group}`);
const details = (of: ResourceName, name: string, more: JsonObject = {}): JsonObject => ({
  ...(name === '' ? {} : { name }),
  ...(of.group === '' ? {} : { group: of.group }),
  kind: of.plural,
  ...more,
});

/** 404 for an object (apimachinery `errors.NewNotFound`). */
export function notFound(of: ResourceName, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(of)} "${name}" not found`, details(of, name));
}

/** 404 for a path that nothing serves. */
export function noSuchPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 404 in plain text: a group that nothing serves. */
export function unknownGroup(): StatusError {
  return new StatusError(404, 'PlainText', '404 page not found\n');
}

/** 409 for a name that is taken; by an object on its way out, where it says so. */
export function alreadyExists(of: ResourceName, name: string, isLeaving: boolean): StatusError {
  return new StatusError(
    409,
    'AlreadyExists',
    `${isLeaving ? 'object is being deleted: ' : ''}${qualified(of)} "${name}" already exists`,
    details(of, name),
  );
}

/** 409 where the caller's version or uid is not the stored one. */
export function conflict(of: ResourceName, name: string, why: string): StatusError {
  return new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`, details(of, name));
}

export const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

/** 400. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** 403 with causes or an explanation. */
export function forbidden(of: ResourceName, name: string, why: string, causes?: Cause[]): StatusError {
  const subject = name === '' ? `${qualified(of)} is forbidden` : `${qualified(of)} "${name}" is forbidden`;
  return new StatusError(403, 'Forbidden', `${subject}: ${why}`, details(of, name, causes ? { causes } : {}));
}

/** 405. */
export function methodNotAllowed(): StatusError {
  return new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** 405 of a custom resource's subresource. */
export function notSupported(of: ResourceName, action: string): StatusError {
  return new StatusError(405, 'MethodNotAllowed', `${action} is not supported on resources of kind "${qualified(of)}"`, details(of, ''));
}

/** 410: a resourceVersion or continue token older than the history. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** 415 for a body of a media type that is not taken. */
export function unsupportedMediaType(message: string): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', message);
}

/** One failed rule of a field (apimachinery `field.Error`). */
export interface FieldProblem {
  reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueTypeInvalid'
    | 'FieldValueNotFound';
  /** The words after the field path. */
  message: string;
  field: string;
}

/** 422 naming every field (apimachinery `errors.NewInvalid`). `kind` is the kind with its group. */
export function invalid(of: { group: string; kind: string }, name: string, problems: FieldProblem[]): StatusError {
  // apimachinery aggregates equal messages once.
  const seen = [...new Set(problems.map((problem) => `${problem.field}: ${problem.message}`))];
  const list = seen.length === 1 ? (seen[0] ?? '') : `[${seen.join(', ')}]`;
  const subject = of.group === '' ? of.kind : `${of.kind}.${of.group}`;
  return new StatusError(422, 'Invalid', `${subject} "${name}" is invalid${problems.length === 0 ? '' : `: ${list}`}`, {
    ...(name === '' ? {} : { name }),
    ...(of.group === '' ? {} : { group: of.group }),
    ...(of.kind === '' ? {} : { kind: of.kind }),
    causes: problems.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

/** A value as Go's validation prints it: strings quoted, `null`, numbers and objects as JSON. */
export function printed(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/** `Invalid value: …` */
export function invalidValue(field: string, value: unknown, why: string): FieldProblem {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${printed(value)}: ${why}`, field };
}

/** `Required value` with an optional reason. */
export function requiredValue(field: string, why = ''): FieldProblem {
  return { reason: 'FieldValueRequired', message: why === '' ? 'Required value' : `Required value: ${why}`, field };
}

/** `Unsupported value: …: supported values: …` */
export function unsupportedValue(field: string, value: unknown, supported: readonly unknown[]): FieldProblem {
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${printed(value)}: supported values: ${supported.map(printed).join(', ')}`,
    field,
  };
}

/** The beginning of a text, cut and marked as the real API server does it. */
export function shortened(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
}

/** Why a text is no JSON, in encoding/json's words where they are simple. */
export function jsonProblem(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/end of JSON input|unterminated|Expected/i.test(message) && !isWhole(text)) return 'unexpected end of JSON input';
  return message;
}

// A text that breaks off has more opening than closing brackets.
function isWhole(text: string): boolean {
  const count = (pattern: RegExp) => (text.match(pattern) ?? []).length;
  return count(/[{[]/g) <= count(/[}\]]/g);
}
