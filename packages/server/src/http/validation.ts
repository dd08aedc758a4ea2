/** Turns what came over the wire into what a row of the operation table promises its handler, or names every wrong field. */
import { ID_LIMIT, type Operation } from '@cellplane/api';
import { Compile, type Validator } from 'typebox/compile';
import { cut } from '@cellplane/plan';
import { badRequest, type ErrorDetail } from '../errors.js';

interface Property {
  type?: string;
}

interface ObjectSchema {
  properties?: Record<string, Property>;
  required?: string[];
}

/** Checks requests of one operation. Compiled on first use: a start does not pay for operations that nobody calls. */
export interface RequestReader {
  params(values: Record<string, string>): Record<string, string>;
  query(parameters: URLSearchParams): Record<string, unknown>;
  body(value: unknown): unknown;
}

/** Query parameters of one request at most; no operation has more than ten. */
const MOST_PARAMETERS = 100;

/** Makes the reader of a row. Its functions throw DomainError bad_request with one detail for each wrong field. */
export function requestReader(row: Operation): RequestReader {
  let queryValidator: Validator | undefined;
  let bodyValidator: Validator | undefined;
  const querySchema = row.query as ObjectSchema;
  const bodySchema = row.body as ObjectSchema;
  return {
    params: readParams,
    query(parameters) {
      if (parameters.size > MOST_PARAMETERS)
        throw badRequest(
          'too-many-parameters',
          `Invalid request: it has ${parameters.size} query parameters; ${MOST_PARAMETERS} are allowed.`,
        );
      const value = convertQuery(querySchema, parameters);
      return check((queryValidator ??= Compile(row.query)), value, 'query parameter') as Record<string, unknown>;
    },
    body(value) {
      return check((bodyValidator ??= Compile(row.body)), tidyBody(bodySchema, value), 'field');
    },
  };
}

/** Ids come with quotes and line ends inside from clients that post back a JSON string as they read it (docs/reference/api.md#quirks-of-clients). */
function tidyId(text: string): string {
  const trimmed = text.trim();
  let [start, end] = [0, trimmed.length];
  while (start < end && trimmed.charAt(start) === '"') start += 1;
  while (end > start && trimmed.charAt(end - 1) === '"') end -= 1;
  return trimmed.slice(start, end).trim();
}

/** The parameters of a path. @throws DomainError bad_request for one that is longer than any id or name */
export function readParams(values: Record<string, string>): Record<string, string> {
  const params = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tidyId(value)]));
  const details = Object.entries(params)
    .filter(([, value]) => value.length > ID_LIMIT)
    .map(([field]) => ({ field, code: 'invalid-length', message: tooLong(ID_LIMIT) }));
  if (details.length > 0) throw wrongFields('path parameter', details);
  return params;
}

function tooLong(limit: number): string {
  return `must not have more than ${limit} characters`;
}

function convertQuery(schema: ObjectSchema, parameters: URLSearchParams): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const texts = parameters.getAll(name).filter((text) => text !== '');
    const [text] = texts;
    if (text === undefined) continue;
    // A list is the parameter again and again, as OpenAPI's `form` and `explode` have it.
    value[name] = property.type === 'array' ? texts.map(tidyId) : convertText(property, text);
  }
  return value;
}

function convertText(property: Property, text: string): unknown {
  if (property.type === 'boolean') return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
  if (property.type === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return tidyId(text);
}

/** Members that a client writes in other letter case (`legalcompanyname`), as the schema has them; one that is written right goes first. */
function asWritten(properties: Record<string, Property>, value: object): [string, unknown][] {
  const names = new Map(Object.keys(properties).map((name) => [name.toLowerCase(), name]));
  return Object.entries(value).flatMap(([given, property]) => {
    if (Object.hasOwn(properties, given)) return [[given, property]];
    const name = names.get(given.toLowerCase());
    return name === undefined || Object.hasOwn(value, name) ? [] : [[name, property]];
  });
}

/** What the operation does not know is dropped here; `null` of an optional property means that it is missing; ids lose their quotes. Deeper levels are left alone. */
function tidyBody(schema: ObjectSchema, value: unknown): unknown {
  if (schema.properties === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const required = new Set(schema.required);
  const tidy: Record<string, unknown> = {};
  for (const [name, property] of asWritten(schema.properties, value)) {
    if (property === null && !required.has(name)) continue;
    tidy[name] = typeof property === 'string' && /I[dD]$/.test(name) ? tidyId(property) : property;
  }
  return tidy;
}

function check(validator: Validator, value: unknown, kind: string): unknown {
  if (validator.Check(value)) return value;
  const details = distinct(validator.Errors(value).flatMap((error) => describe(error)));
  throw wrongFields(kind, details);
}

function wrongFields(kind: string, details: ErrorDetail[]) {
  const list = details.map((detail) => `${detail.field === '' ? 'the body' : `${kind} ${detail.field}`} ${detail.message}`);
  return badRequest(details[0]?.code ?? 'invalid-request', `Invalid request: ${list.join('; ')}.`, details);
}

/** One error of the validation library; only the members that are read here. */
interface ValidationError {
  keyword: string;
  instancePath: string;
  params: object;
  message: string;
}

function describe(error: ValidationError): ErrorDetail[] {
  const field = cut(error.instancePath.split('/').slice(1).map(unescape).join('.'));
  const params = error.params as { requiredProperties?: string[]; type?: string | string[]; limit?: number; allowedValues?: unknown[] };
  switch (error.keyword) {
    case 'required':
      return (params.requiredProperties ?? []).map((name) => ({
        field: field === '' ? name : `${field}.${name}`,
        code: 'missing-field',
        message: 'is missing',
      }));
    case 'type':
      return [{ field, code: 'invalid-type', message: `must be ${article([params.type ?? ''].flat().join(' or '))}` }];
    case 'minLength':
      return [
        {
          field,
          code: 'missing-field',
          message: params.limit === 1 ? 'must not be empty' : `must have at least ${params.limit} characters`,
        },
      ];
    case 'maxLength':
      return [{ field, code: 'invalid-length', message: tooLong(params.limit ?? 0) }];
    case 'maxItems':
    case 'maxProperties':
      return [
        {
          field,
          code: 'invalid-length',
          message: `must not have more than ${params.limit} ${error.keyword === 'maxItems' ? 'items' : 'members'}`,
        },
      ];
    case 'enum':
      return [{ field, code: 'invalid-enum-value', message: `must be one of ${(params.allowedValues ?? []).join(', ')}` }];
    default:
      return [{ field, code: 'invalid-field', message: error.message }];
  }
}

function article(type: string): string {
  if (type === 'null') return 'null';
  return `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;
}

function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function distinct(details: ErrorDetail[]): ErrorDetail[] {
  const seen = new Set<string>();
  return details.filter((detail) => {
    const key = `${detail.field} ${detail.message}`;
    return !seen.has(key) && seen.add(key);
  });
}
