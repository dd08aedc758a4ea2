import { canonical, isObject } from '../json.js';
import { fieldSchema, keepsUnknown, type Schema } from '../schema/schema.js';

/**
 * How server-side apply sees a value: a scalar, a list or a map; whole (atomic) or by its parts.
 * Without a schema the form of the value decides: maps by their parts, lists whole (structured-merge-diff's deduced type).
 */
export type Form = 'leaf' | 'set' | 'associative' | 'map';

const DEDUCED: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

/** The form of a value under a schema; null takes whatever form the schema has. */
export function formOf(schema: Schema | undefined, value: unknown): Form {
  if (Array.isArray(value)) {
    const listType = schema?.['x-kubernetes-list-type'];
    if (listType === 'set') return 'set';
    return listType === 'map' ? 'associative' : 'leaf';
  }
  if (isObject(value)) return schema?.['x-kubernetes-map-type'] === 'atomic' || schema?.['x-kubernetes-int-or-string'] ? 'leaf' : 'map';
  return 'leaf';
}

/** The schema of a map's field; a deduced one below unknown fields. */
export function childSchema(schema: Schema | undefined, name: string): Schema | undefined {
  const known = fieldSchema(schema, name);
  if (known) return known;
  return schema === undefined || keepsUnknown(schema) || !('properties' in schema) ? DEDUCED : undefined;
}

/** True where the field is named by the schema (a struct's field), not a key of a map. */
export function isNamedField(schema: Schema | undefined, name: string): boolean {
  return schema?.properties !== undefined && Object.hasOwn(schema.properties, name);
}

// A key of a built-in type that is always written has its type's zero (kube-openapi publishes it as the default).
function zeroKey(item: Schema | undefined, key: string): unknown {
  if (item?.always === undefined || item.required?.includes(key) !== true) return undefined;
  return item.properties?.[key]?.type === 'integer' ? 0 : '';
}

/** The path element of a list item, or a message why it has none. */
export function itemElement(schema: Schema | undefined, form: Form, item: unknown): { element: string } | { problem: string } {
  if (form === 'set') {
    if (item === null || typeof item === 'object')
      return { problem: 'associative list without keys has an element that is a map, list or null' };
    return { element: `v:${JSON.stringify(item)}` };
  }
  const keys = schema?.['x-kubernetes-list-map-keys'] ?? [];
  if (!isObject(item)) return { problem: 'associative list with keys may not have non-map elements' };
  const values: Record<string, unknown> = {};
  let missing = 0;
  for (const key of [...keys].sort()) {
    const value = item[key] ?? schema?.items?.properties?.[key]?.default ?? zeroKey(schema?.items, key);
    if (value === undefined || value === null) missing++;
    else values[key] = value;
  }
  // Some keys may be left out, not all (structured-merge-diff keyedAssociativeListItemToPathElement).
  if (missing === keys.length) {
    const names = [...keys].map((key) => JSON.stringify(key)).join(', ');
    return {
      problem:
        keys.length === 1
          ? `associative list with keys has an element that omits key field ${names} (and doesn't have default value)`
          : `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    };
  }
  return { element: `k:${canonical(values)}` };
}

/** A list's items by path element, in order. Items without a key, and later twins, go by index. */
export function itemsByElement(
  schema: Schema | undefined,
  form: Form,
  list: readonly unknown[],
): { order: string[]; byElement: Map<string, unknown> } {
  const order: string[] = [];
  const byElement = new Map<string, unknown>();
  for (const [i, item] of list.entries()) {
    const named = itemElement(schema, form, item);
    const element = 'element' in named ? named.element : `i:${i}`;
    order.push(element);
    if (!byElement.has(element)) byElement.set(element, item);
  }
  return { order, byElement };
}
