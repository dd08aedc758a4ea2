import { define, isObject, type JsonObject } from '../json.js';
import { fieldSchema, keepsUnknown, type Schema } from './schema.js';

/** Names of the fields that `prune` took out, as paths: `spec.foo`, `spec.items[0].foo`. */
export type PrunedPaths = string[];

/**
 * A copy of a custom object without the fields that its schema does not name (apiextensions-apiserver pruning).
 * `apiVersion`, `kind` and `metadata` stay at the root and at embedded resources.
 */
export function prune(schema: Schema, value: unknown, pruned: PrunedPaths = []): unknown {
  return walk(schema, value, '', true, pruned);
}

function walk(schema: Schema | undefined, value: unknown, path: string, isResource: boolean, pruned: PrunedPaths): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value))
    return value.map((item: unknown, i) =>
      walk(schema.items, item, `${path}[${i}]`, schema.items?.['x-kubernetes-embedded-resource'] === true, pruned),
    );
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const below = path === '' ? name : `${path}.${name}`;
    if (isResource && (name === 'apiVersion' || name === 'kind' || name === 'metadata')) {
      define(result, name, item);
      continue;
    }
    const child = fieldSchema(schema, name);
    if (child) define(result, name, walk(child, item, below, child['x-kubernetes-embedded-resource'] === true, pruned));
    else if (keepsUnknown(schema)) define(result, name, item);
    else pruned.push(below);
  }
  return result;
}
