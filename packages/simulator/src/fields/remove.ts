import { define, isObject, type JsonObject } from '../json.js';
import type { Schema } from '../schema/schema.js';
import { type FieldSet, isEmpty } from './field-set.js';
import { childSchema, formOf, itemElement } from './typed.js';

/** The value without the members of a set; containers that become empty go too (structured-merge-diff typed/remove.go). */
export function removeItems(schema: Schema | undefined, value: unknown, set: FieldSet): unknown {
  const form = formOf(schema, value);
  if (form === 'leaf') return value;
  if (isObject(value)) return removeFromMap(schema, value, set);
  const list = value as unknown[];
  if (list.length === 0) return list;
  const kept: unknown[] = [];
  for (const [i, item] of list.entries()) {
    const named = itemElement(schema, form, item);
    const element = 'element' in named ? named.element : `i:${i}`;
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    kept.push(below && !isEmpty(below) ? removeItems(schema?.items, item, below) : item);
  }
  return kept.length > 0 ? kept : null;
}

function removeFromMap(schema: Schema | undefined, map: JsonObject, set: FieldSet): unknown {
  if (Object.keys(map).length === 0) return map;
  const kept: JsonObject = {};
  for (const [name, item] of Object.entries(map)) {
    const element = `f:${name}`;
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    define(kept, name, below && !isEmpty(below) ? removeItems(childSchema(schema, name), item, below) : item);
  }
  return Object.keys(kept).length > 0 ? kept : null;
}
