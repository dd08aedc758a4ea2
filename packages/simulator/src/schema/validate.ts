import { type FieldProblem, invalidValue, printed, requiredValue, unsupportedValue } from '../api/status.js';
import { canonical, isObject } from '../json.js';
import { checkFormat } from './formats.js';
import { matches } from './pattern.js';
import { fieldSchema, type Schema } from './schema.js';

/** Every rule of a structural schema that a custom object breaks, in the API server's words (kube-openapi validation). */
export function validateObject(schema: Schema, object: unknown): FieldProblem[] {
  const problems: FieldProblem[] = [];
  check(schema, object, '', problems);
  return problems;
}

const body = (path: string) => (path === '' ? 'in body' : `${path} in body`);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function wrongType(path: string, value: unknown, type: string): FieldProblem {
  return { ...invalidValue(path, value, `${body(path)} must be of type ${type}: ${printed(value)}`), reason: 'FieldValueTypeInvalid' };
}

function check(schema: Schema, value: unknown, path: string, problems: FieldProblem[]): void {
  const actual = typeOf(value);
  if (value === null && schema.nullable === true) return;
  if (schema['x-kubernetes-int-or-string']) {
    if (actual !== 'integer' && actual !== 'string') problems.push(wrongType(path, actual, 'integer,string'));
  } else if (schema.type !== undefined && actual !== schema.type && !(schema.type === 'number' && actual === 'integer')) {
    problems.push({
      reason: 'FieldValueTypeInvalid',
      message: `Invalid value: ${printed(actual)}: ${body(path)} must be of type ${schema.type}: ${printed(actual)}`,
      field: path,
    });
    return;
  }
  checkEnum(schema, value, path, problems);
  if (typeof value === 'string') checkString(schema, value, path, problems);
  else if (typeof value === 'number') checkNumber(schema, value, path, problems);
  else if (Array.isArray(value)) checkList(schema, value, path, problems);
  else if (isObject(value)) checkMap(schema, value, path, problems);
  checkCombinations(schema, value, path, problems);
}

function checkEnum(schema: Schema, value: unknown, path: string, problems: FieldProblem[]): void {
  if (schema.enum === undefined) return;
  const wanted = canonical(value);
  if (!schema.enum.some((item) => canonical(item) === wanted)) problems.push(unsupportedValue(path, value, schema.enum));
}

function checkString(schema: Schema, value: string, path: string, problems: FieldProblem[]): void {
  const length = Array.from(value).length;
  if (schema.maxLength !== undefined && length > schema.maxLength)
    problems.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${schema.maxLength} bytes`, field: path });
  if (schema.minLength !== undefined && length < schema.minLength)
    problems.push(invalidValue(path, value, `${body(path)} should be at least ${schema.minLength} chars long`));
  if (schema.pattern !== undefined && !matches(schema.pattern, value))
    problems.push(invalidValue(path, value, `${body(path)} should match '${schema.pattern}'`));
  if (schema.format !== undefined && !checkFormat(schema.format, value)) problems.push(wrongType(path, value, schema.format));
}

function checkNumber(schema: Schema, value: number, path: string, problems: FieldProblem[]): void {
  const { minimum, maximum, multipleOf } = schema;
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum))
    problems.push(
      invalidValue(path, value, `${body(path)} should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`),
    );
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum))
    problems.push(
      invalidValue(path, value, `${body(path)} should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`),
    );
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    problems.push(invalidValue(path, value, `${body(path)} should be a multiple of ${multipleOf}`));
}

function checkList(schema: Schema, list: unknown[], path: string, problems: FieldProblem[]): void {
  if (schema.maxItems !== undefined && list.length > schema.maxItems)
    problems.push({
      reason: 'FieldValueTooMany',
      message: `Too many: ${list.length}: must have at most ${schema.maxItems} item${schema.maxItems === 1 ? '' : 's'}`,
      field: path,
    });
  if (schema.minItems !== undefined && list.length < schema.minItems)
    problems.push(invalidValue(path, list.length, `${body(path)} should have at least ${schema.minItems} items`));
  if (schema.items) for (const [i, item] of list.entries()) check(schema.items, item, `${path}[${i}]`, problems);
  checkTwins(schema, list, path, problems);
}

function checkTwins(schema: Schema, list: unknown[], path: string, problems: FieldProblem[]): void {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map') return;
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const key =
      listType === 'set'
        ? item
        : Object.fromEntries(keys.map((name) => [name, isObject(item) ? item[name] : undefined]).filter(([, v]) => v !== undefined));
    const text = canonical(key);
    if (seen.has(text))
      problems.push({ reason: 'FieldValueDuplicate', message: `Duplicate value: ${printed(key)}`, field: `${path}[${i}]` });
    seen.add(text);
  }
}

function checkMap(schema: Schema, map: Record<string, unknown>, path: string, problems: FieldProblem[]): void {
  const count = Object.keys(map).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties)
    problems.push({
      reason: 'FieldValueTooMany',
      message: `Too many: ${count}: must have at most ${schema.maxProperties} item${schema.maxProperties === 1 ? '' : 's'}`,
      field: path,
    });
  if (schema.minProperties !== undefined && count < schema.minProperties)
    problems.push(invalidValue(path, count, `${body(path)} should have at least ${schema.minProperties} properties`));
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(map, name)) problems.push(requiredValue(path === '' ? name : `${path}.${name}`));
  }
  for (const [name, item] of Object.entries(map)) {
    const child = fieldSchema(schema, name);
    if (child) check(child, item, path === '' ? name : `${path}.${name}`, problems);
  }
}

function passes(schema: Schema, value: unknown): boolean {
  const found: FieldProblem[] = [];
  check(schema, value, '', found);
  return found.length === 0;
}

function checkCombinations(schema: Schema, value: unknown, path: string, problems: FieldProblem[]): void {
  const shown = Array.isArray(value) || isObject(value) ? '' : printed(value);
  const broken = (why: string) =>
    problems.push({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${shown === '' ? '""' : shown}: ${path === '' ? '""' : path} ${why}`,
      field: path,
    });
  if (schema.allOf && !schema.allOf.every((one) => passes(one, value))) broken('must validate all the schemas (allOf)');
  if (schema.anyOf && !schema.anyOf.some((one) => passes(one, value))) broken('must validate at least one schema (anyOf)');
  if (schema.oneOf) {
    const count = schema.oneOf.filter((one) => passes(one, value)).length;
    if (count !== 1)
      broken(`must validate one and only one schema (oneOf). Found ${count === 0 ? 'none valid' : `${count} valid alternatives`}`);
  }
  if (schema.not && passes(schema.not, value)) broken('must not validate the schema (not)');
}
