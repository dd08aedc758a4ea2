import { type FieldProblem, requiredValue } from '../api/status.js';
import { isObject } from '../json.js';
import { fieldSchema, type Schema } from '../schema/schema.js';
import { ruleProblems } from '../schema/rules.js';
import { validateObject } from '../schema/validate.js';
import type { Stored } from '../store/store.js';
import { builtinProblems } from './builtin-validation.js';
import { crdProblems } from './crd-validation.js';
import type { Kind } from './kind.js';

/** Rules that an object breaks besides those of its metadata. `live` is the object before an update. */
export function validateKind(kind: Kind, object: Stored, live: Stored | undefined, subresource = ''): FieldProblem[] {
  if (kind.custom) {
    if (subresource === 'status') return statusProblems(kind.schema, object);
    const found = validateObject(kind.schema, object);
    return [...found, ...ruleProblems(kind.schema, object, live, found)];
  }
  if (kind.kind === 'CustomResourceDefinition') return crdProblems(object, live);
  const own = builtinProblems(kind, object, live);
  return own.length > 0 ? own : requiredProblems(kind.schema, object, '');
}

/** Fields that the kind's type demands and that are not there. Structs count as empty ones. */
function requiredProblems(schema: Schema | undefined, value: unknown, path: string): FieldProblem[] {
  if (!schema) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => requiredProblems(schema.items, item, `${path}[${i}]`));
  if (!isObject(value)) return [];
  const problems: FieldProblem[] = [];
  for (const name of schema.required ?? []) {
    const child = fieldSchema(schema, name);
    const isStatus = path.startsWith('status') || name === 'status';
    if (value[name] === undefined && !isStatus && child?.type !== 'object' && child?.['x-kubernetes-preserve-unknown-fields'] !== true)
      problems.push(requiredValue(path === '' ? name : `${path}.${name}`));
  }
  for (const [name, item] of Object.entries(value)) {
    if (name === 'status' || name === 'metadata') continue;
    problems.push(...requiredProblems(fieldSchema(schema, name), item, path === '' ? name : `${path}.${name}`));
  }
  return problems;
}

// The status endpoint validates the status alone, and its messages name fields from there.
function statusProblems(schema: Schema, object: Stored): FieldProblem[] {
  const status = schema.properties?.status;
  if (!status || object.status === undefined) return [];
  return validateObject(status, object.status).map((problem) => ({
    ...problem,
    field: problem.field === '' ? 'status' : `status.${problem.field}`,
  }));
}
