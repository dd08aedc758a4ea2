import { badRequest } from '../api/status.js';
import { define, isObject, type JsonObject } from '../json.js';
import { canonicalQuantity } from './quantity.js';
import { fieldSchema, type Schema } from './schema.js';

/** What was found while reading a built-in object: fields that its type does not have. */
export interface DecodeNotes {
  unknown: string[];
}

const GO_TYPES: Record<string, string> = { int32: 'int32', int64: 'int64', byte: '[]uint8', 'date-time': 'Time' };

/**
 * A built-in object as its Go type would hold it: unknown fields and nulls dropped, empty lists and maps dropped, wrong types refused with
 * 400 (encoding/json's words). Structs that are empty stay: most are pointers.
 */
export function decodeBuiltin(schema: Schema, value: unknown, kind: string, apiVersion: string, notes: DecodeNotes): JsonObject {
  const version = apiVersion.split('/').pop() ?? '';
  const fail = (found: string, owner: string, path: string, type: string): never => {
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal ${found} into Go struct field ${owner}.${path} of type ${type}`,
    );
  };
  const prefix = `${kind} in version "${version}" cannot be handled as a ${kind}: `;
  return read(schema, value, '', '', kind, notes, fail, prefix) as JsonObject;
}

type Fail = (found: string, owner: string, path: string, type: string) => never;

function found(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'object' : typeof value;
}

function goType(schema: Schema): string {
  if (schema.type === 'array') return `[]${goType(schema.items ?? {})}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object')
    return `map[string]${goType(schema.additionalProperties)}`;
  if (schema.type === 'object') return `v1.${schema.description ?? 'Object'}`;
  if (schema.type === 'boolean') return 'bool';
  if (schema.type === 'number') return 'float64';
  return GO_TYPES[schema.format ?? ''] ?? schema.type ?? 'string';
}

function read(
  schema: Schema,
  value: unknown,
  path: string,
  messagePath: string,
  owner: string,
  notes: DecodeNotes,
  fail: Fail,
  prefix: string,
): unknown {
  if (schema.format === 'quantity') return canonicalQuantity(value);
  if (schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-int-or-string']) return value;
  const wrong = () => fail(found(value), owner, messagePath, goType(schema));
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return wrong();
    const items = schema.items ?? {};
    return value.map((item: unknown, i) => read(items, item, `${path}[${i}]`, messagePath, owner, notes, fail, prefix));
  }
  if (schema.type === 'object') {
    if (!isObject(value)) return wrong();
    return readMap(schema, value, path, messagePath, owner, notes, fail, prefix);
  }
  if (schema.type === 'string' && typeof value !== 'string') return wrong();
  if (schema.type === 'boolean' && typeof value !== 'boolean') return wrong();
  if (schema.type === 'integer' && (typeof value !== 'number' || !Number.isInteger(value)))
    return typeof value === 'number' ? fail(`number ${value}`, owner, messagePath, goType(schema)) : wrong();
  if (schema.type === 'number' && typeof value !== 'number') return wrong();
  if (
    schema.format === 'byte' &&
    typeof value === 'string' &&
    Buffer.from(value, 'base64')
      .toString('base64')
      .replace(/(?<!=)=+$/, '') !== value.replace(/[\r\n]/g, '').replace(/(?<!=)=+$/, '')
  ) {
    throw badRequest(`${prefix}illegal base64 data at input byte ${Math.max(0, value.search(/[^A-Za-z0-9+/]/))}`);
  }
  return value;
}

/** Fields of type text that are pointers: an empty text stays. */
const POINTERS = new Set(['storageClassName', 'ingressClassName', 'type', 'volumeMode', 'path', 'reportingComponent', 'reportingInstance']);

function readMap(
  schema: Schema,
  value: JsonObject,
  path: string,
  messagePath: string,
  owner: string,
  notes: DecodeNotes,
  fail: Fail,
  prefix: string,
): JsonObject {
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const below = path === '' ? name : `${path}.${name}`;
    const child = fieldSchema(schema, name);
    if (child === undefined) {
      notes.unknown.push(below);
      continue;
    }
    if (item === null) continue;
    const isStruct = schema.properties !== undefined;
    const nextOwner = isStruct ? (schema.description ?? owner) : owner;
    const nextPath = isStruct ? (messagePath === '' ? name : `${messagePath}.${name}`) : messagePath;
    const read_ = read(child, item, below, nextPath, nextOwner, notes, fail, prefix);
    const isEmptyContainer =
      (Array.isArray(read_) && read_.length === 0) ||
      (isObject(read_) && child.additionalProperties !== undefined && Object.keys(read_).length === 0);
    const isEmptyText = read_ === '' && isStruct && schema.required?.includes(name) !== true && !POINTERS.has(name);
    if (!isEmptyContainer && !isEmptyText) define(result, name, read_);
  }
  for (const name of schema.always ?? []) if (result[name] === undefined) result[name] = alwaysThere(fieldSchema(schema, name));
  return result;
}

/** An empty struct with the structs that it always has. */
function alwaysThere(schema: Schema | undefined): JsonObject {
  return Object.fromEntries((schema?.always ?? []).map((name) => [name, alwaysThere(fieldSchema(schema, name))]));
}

/** An object of a built-in type with nothing set, as its Go type is written: structs, and lists that are never left out. */
export function zeroOf(schema: Schema | undefined): JsonObject {
  const result: JsonObject = {};
  for (const name of schema?.always ?? []) result[name] = zeroOf(fieldSchema(schema, name));
  for (const name of schema?.required ?? []) if (fieldSchema(schema, name)?.type === 'array') result[name] = null;
  return result;
}
