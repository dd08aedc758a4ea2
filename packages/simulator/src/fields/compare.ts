import { equal, isObject } from '../json.js';
import type { Schema } from '../schema/schema.js';
import { emptySet, type FieldSet, insert } from './field-set.js';
import { childSchema, type Form, formOf, itemsByElement } from './typed.js';

/** What differs between two objects, as sets of paths. */
export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

/** Compares two values field by field (structured-merge-diff typed/compare.go). */
export function compare(schema: Schema | undefined, before: unknown, after: unknown): Comparison {
  const result: Comparison = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  walk(schema, before, after, [], result);
  return result;
}

const isNothing = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

function walk(schema: Schema | undefined, before: unknown, after: unknown, path: readonly string[], out: Comparison): void {
  const left = before === undefined || before === null ? undefined : formOf(schema, before);
  const right = after === undefined || after === null ? undefined : formOf(schema, after);
  if (left !== undefined && right !== undefined && left !== right) {
    // A field that changed its form is both gone and new.
    walk(schema, before, undefined, path, out);
    walk(schema, undefined, after, path, out);
    return;
  }
  const form = right ?? left ?? 'leaf';
  // Empty and empty is a leaf, so that null, {} and [] stay distinct.
  if (form === 'leaf' || (isNothing(before) && isNothing(after))) {
    leaf(before, after, path, out);
    return;
  }
  if (form === 'map') walkMap(schema, before, after, path, out);
  else walkList(schema, form, before, after, path, out);
  if (before === undefined) insert(out.added, path);
  else if (after === undefined) insert(out.removed, path);
}

function leaf(before: unknown, after: unknown, path: readonly string[], out: Comparison): void {
  if (before === undefined) insert(out.added, path);
  else if (after === undefined) insert(out.removed, path);
  else if (!equal(before, after)) insert(out.modified, path);
}

function walkMap(schema: Schema | undefined, before: unknown, after: unknown, path: readonly string[], out: Comparison): void {
  const left = isObject(before) ? before : {};
  const right = isObject(after) ? after : {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const a = Object.hasOwn(left, name) ? left[name] : undefined;
    const b = Object.hasOwn(right, name) ? right[name] : undefined;
    walk(childSchema(schema, name), a, b, [...path, `f:${name}`], out);
  }
}

function walkList(schema: Schema | undefined, form: Form, before: unknown, after: unknown, path: readonly string[], out: Comparison): void {
  const left = itemsByElement(schema, form, Array.isArray(before) ? (before as unknown[]) : []);
  const right = itemsByElement(schema, form, Array.isArray(after) ? (after as unknown[]) : []);
  for (const element of new Set([...left.order, ...right.order])) {
    walk(schema?.items, left.byElement.get(element), right.byElement.get(element), [...path, element], out);
  }
}
