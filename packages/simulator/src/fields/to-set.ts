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
  const wanted = expected === undefined ? undefined : (FORMS[expected] ?? expected);
  const form = isObject(value) ? 'object' : Array.isArray(value) ? 'array' : 'scalar';
  if (expected !== undefined && wanted !== undefined && !fits(expected, value, form)) return [unexpected(prefix, wanted, value)];
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, item]) => {
      const child = childSchema(schema, name);
      if (child === undefined) return [`${printPath([...path, `f:${name}`])}: field not declared in schema`];
      return typingProblems(child, item, [...path, `f:${name}`]);
    });
  }
  return Array.isArray(value) ? listProblems(schema, value, path) : [];
}

/** What types are called in messages. */
const FORMS: Record<string, string> = { object: 'map', array: 'list', integer: 'numeric (int or float)', number: 'numeric (int or float)' };

function fits(expected: string, value: unknown, form: string): boolean {
  if (form !== 'scalar' || expected === 'object' || expected === 'array') return form === expected;
  return typeof value === (expected === 'integer' || expected === 'number' ? 'number' : expected);
}

/** A value as Go prints it with `%#v`. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${goSyntax(item)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}

const unexpected = (prefix: string, expected: string, value: unknown) => {
  const isScalar = expected !== 'map' && expected !== 'list';
  if (expected.startsWith('numeric'))
    return `${prefix}expected ${expected}, got ${Array.isArray(value) ? 'list' : isObject(value) ? 'map' : typeof value === 'string' ? 'string' : 'bool'}`;
  return `${prefix}expected ${expected}, got ${isScalar ? `&value.valueUnstructured{Value:${goSyntax(value)}}` : `&{${goPlain(value)}}`}`;
};

// `%v` of a value.
function goPlain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goPlain).join(' ')}]`;
  if (isObject(value))
    return `map[${Object.keys(value)
      .sort()
      .map((name) => `${name}:${goPlain(value[name])}`)
      .join(' ')}]`;
  return String(value);
}

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
