import { copy, define, isObject, type JsonObject } from '../json.js';
import { fieldSchema, type Schema } from './schema.js';

/**
 * A copy of a custom object with the schema's defaults filled in, and without nulls where a field is not nullable and has a default
 * (apiextensions-apiserver defaulting, `PruneNonNullableNullsWithoutDefaults`).
 */
export function applyDefaults(schema: Schema | undefined, value: unknown): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return schema.items ? value.map((item: unknown) => applyDefaults(schema.items, item)) : value;
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const child = fieldSchema(schema, name);
    if (item === null && child !== undefined && child.nullable !== true && child.default !== undefined) continue;
    define(result, name, item);
  }
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    if (child.default !== undefined && !Object.hasOwn(result, name)) define(result, name, copy(child.default));
  }
  for (const [name, item] of Object.entries(result)) {
    if (typeof item === 'object' && item !== null) define(result, name, applyDefaults(fieldSchema(schema, name), item));
  }
  return result;
}

/** A copy without null fields that are not nullable, where the schema knows them; what the API server stores. */
export function dropNulls(schema: Schema | undefined, value: unknown): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => dropNulls(schema.items, item));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const child = fieldSchema(schema, name);
    if (item === null && child !== undefined && child.nullable !== true && child['x-kubernetes-preserve-unknown-fields'] !== true) continue;
    define(result, name, dropNulls(child, item));
  }
  return result;
}
