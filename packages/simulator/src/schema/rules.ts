import type { FieldProblem } from '../api/status.js';
import { equal, isObject } from '../json.js';
import { fieldSchema, type Schema } from './schema.js';

/** Faults after which the API server does not look at a schema's rules (apiextensions-apiserver customresource validation). */
const BLOCKING = new Set([
  'FieldValueTypeInvalid',
  'FieldValueRequired',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
]);

const UNCHECKED: FieldProblem = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  field: '<nil>',
};

/**
 * What an object breaks of its schema's `x-kubernetes-validations`. Rules of the commonest forms are read: a value that may not change
 * (`self == oldSelf`) and one that may not be (`self != 'x'`); others are not checked. `found`: what the schema itself says.
 */
export function ruleProblems(schema: Schema, object: unknown, live: unknown, found: FieldProblem[]): FieldProblem[] {
  if (found.some((problem) => BLOCKING.has(problem.reason))) return hasRules(schema) ? [UNCHECKED] : [];
  return check(schema, object, live, '');
}

function hasRules(schema: Schema): boolean {
  const parts = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  return (schema['x-kubernetes-validations'] ?? []).length > 0 || parts.some((part) => isObject(part) && hasRules(part));
}

function check(schema: Schema, value: unknown, live: unknown, path: string): FieldProblem[] {
  const broken = (schema['x-kubernetes-validations'] ?? []).filter(({ rule }) => !holds(rule, value, live));
  const shown = JSON.stringify(Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value);
  const problems = broken.map(
    ({ rule, message }): FieldProblem => ({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${shown}: ${message ?? `failed rule: ${rule}`}`,
      field: path,
    }),
  );
  if (!isObject(value)) return problems;
  const children = Object.entries(value).flatMap(([name, child]) => {
    const part = fieldSchema(schema, name);
    return part === undefined ? [] : check(part, child, isObject(live) ? live[name] : undefined, path === '' ? name : `${path}.${name}`);
  });
  return [...problems, ...children];
}

function holds(rule: string, value: unknown, live: unknown): boolean {
  if (/^\s*(self\s*==\s*oldSelf|oldSelf\s*==\s*self)\s*$/.test(rule)) return live === undefined || equal(value, live);
  const other = /^\s*self\s*!=\s*'([^'\\]*)'\s*$/.exec(rule);
  return other === null || value !== other[1];
}
