import { isObject } from '../json.js';
import type { Schema } from '../schema/schema.js';
import { emptySet, type FieldSet, insert, printPath } from './field-set.js';
import { childSchema, formOf, isNamedField, itemElement } from './typed.js';

/** The set of fields that a configuration sets (structured-merge-diff typed/tofieldset.go). */
export function toFieldSet(schema: Schema | undefined, value: unknown): FieldSet {
  const set = emptySet();
  collect(schema, value, [], set);
  return set;
}

function collect(schema: Schema | undefined, value: unknown, path: readonly string[], set: FieldSet): void {
  const form = formOf(schema, value);
  if (form === 'leaf') {
    insert(set, path);
    return;
  }
  if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      const below = [...path, `f:${name}`];
      // Keys of maps are owned themselves; named fields only through what is in them.
      if (item === null || (isObject(item) && Object.keys(item).length === 0) || !isNamedField(schema, name)) insert(set, below);
      collect(childSchema(schema, name), item, below, set);
    }
    return;
  }
  for (const [i, item] of (value as unknown[]).entries()) {
    const named = itemElement(schema, form, item);
    const below = [...path, 'element' in named ? named.element : `i:${i}`];
    collect(schema?.items, item, below, set);
    insert(set, below);
  }
}

/** The same set with every named field on the way to a member being a member too. */
export function withNamedFields(schema: Schema | undefined, set: FieldSet): FieldSet {
  const result: FieldSet = { members: new Set(set.members), children: new Map() };
  for (const [element, child] of set.children) {
    const name = element.slice(2);
    const isField = element.startsWith('f:');
    if (isField && isNamedField(schema, name)) result.members.add(element);
    result.children.set(element, withNamedFields(isField ? childSchema(schema, name) : schema?.items, child));
  }
  return result;
}

/**
 * Why an applied configuration cannot be typed, or []: fields the schema does not declare, wrong types, list items without or with twin keys.
 * Messages as structured-merge-diff's.
 */
export function typingProblems(schema: Schema | undefined, value: unknown, path: readonly string[] = []): string[] {
  if (schema === undefined || value === null || value === undefined) return [];
  const prefix = path.length === 0 ? '' : `${printPath(path)}: `;
  const expected = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'] ? undefined : schema.type;
  if (isObject(value)) {
    if (expected !== undefined && expected !== 'object')
      return [`${prefix}expected ${expected === 'array' ? 'list' : describeType(expected)}, got &{${JSON.stringify(value)}}`];
    return Object.entries(value).flatMap(([name, item]) => {
      const child = childSchema(schema, name);
      if (child === undefined) return [`${printPath([...path, `f:${name}`])}: field not declared in schema`];
      return typingProblems(child, item, [...path, `f:${name}`]);
    });
  }
  if (Array.isArray(value)) {
    if (expected !== undefined && expected !== 'array')
      return [`${prefix}expected ${expected === 'object' ? 'map' : describeType(expected)}, got &{${JSON.stringify(value)}}`];
    return listProblems(schema, value, path);
  }
  if (expected === 'object') return [`${prefix}expected map, got &{${goValue(value)}}`];
  if (expected === 'array') return [`${prefix}expected list, got &{${goValue(value)}}`];
  if (expected === 'boolean' && typeof value !== 'boolean')
    return [`${prefix}expected boolean, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`];
  if (expected === 'string' && typeof value !== 'string')
    return [`${prefix}expected string, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`];
  if ((expected === 'integer' || expected === 'number') && typeof value !== 'number') {
    return [`${prefix}expected numeric (int or float), got ${typeof value === 'string' ? 'string' : 'bool'}`];
  }
  return [];
}

const describeType = (type: string) => (type === 'integer' || type === 'number' ? 'numeric (int or float)' : type);
const goValue = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function listProblems(schema: Schema, list: readonly unknown[], path: readonly string[]): string[] {
  const form = formOf(schema, list);
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    let below = [...path, `i:${i}`];
    if (form !== 'leaf') {
      const named = itemElement(schema, form, item);
      if ('problem' in named) {
        problems.push(`${printPath(path)}: element ${i}: ${named.problem}`);
        continue;
      }
      if (seen.has(named.element)) problems.push(`${printPath(path)}: duplicate entries for key ${printPath([named.element])}`);
      seen.add(named.element);
      below = [...path, named.element];
    }
    problems.push(...typingProblems(schema.items, item, below));
  }
  return problems;
}
