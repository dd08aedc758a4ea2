/** Turns what came over the wire into what a row of the operation table promises its handler, or names every wrong field. */
import type { Operation } from '@cellplane/api';
import { Compile, type Validator } from 'typebox/compile';
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
  query(parameters: URLSearchParams): Record<string, unknown>;
  body(value: unknown): unknown;
}

/** Makes the reader of a row. Its functions throw DomainError bad_request with one detail for each wrong field. */
export function requestReader(row: Operation): RequestReader {
  let queryValidator: Validator | undefined;
  let bodyValidator: Validator | undefined;
  const querySchema = row.query as ObjectSchema;
  const bodySchema = row.body as ObjectSchema;
  return {
    query(parameters) {
      const value = convertQuery(querySchema, parameters);
      return check((queryValidator ??= Compile(row.query)), value, 'query parameter') as Record<string, unknown>;
    },
    body(value) {
      return check((bodyValidator ??= Compile(row.body)), tidyBody(bodySchema, value), 'field');
    },
  };
}

/** Ids come with quotes and line ends inside from clients that post back a JSON string as they read it (reference 1.9, point 5). */
export function tidyId(text: string): string {
  return text
    .trim()
    .replace(/^"+|"+$/g, '')
    .trim();
}

function convertQuery(schema: ObjectSchema, parameters: URLSearchParams): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const text = parameters.get(name);
    if (text === null || text === '') continue;
    value[name] = convertText(property, text);
  }
  return value;
}

function convertText(property: Property, text: string): unknown {
  if (property.type === 'boolean') return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
  if (property.type === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return tidyId(text);
}

/** `null` of an optional property means that it is missing; ids lose their quotes. Deeper levels are left alone. */
function tidyBody(schema: ObjectSchema, value: unknown): unknown {
  if (schema.properties === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const required = new Set(schema.required);
  const tidy: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(value)) {
    if (property === null && !required.has(name) && name in schema.properties) continue;
    tidy[name] = typeof property === 'string' && /I[dD]$/.test(name) ? tidyId(property) : property;
  }
  return tidy;
}

function check(validator: Validator, value: unknown, kind: string): unknown {
  if (validator.Check(value)) return value;
  const details = distinct(validator.Errors(value).flatMap((error) => describe(error)));
  const list = details.map((detail) => `${detail.field === '' ? 'the body' : `${kind} ${detail.field}`} ${detail.message}`);
  throw badRequest(details[0]?.code ?? 'invalid-request', `Invalid request: ${list.join('; ')}.`, details);
}

/** One error of the validation library; only the members that are read here. */
interface ValidationError {
  keyword: string;
  instancePath: string;
  params: object;
  message: string;
}

function describe(error: ValidationError): ErrorDetail[] {
  const field = error.instancePath.split('/').slice(1).map(unescape).join('.');
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
