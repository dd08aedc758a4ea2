/**
 * What a structural schema of a CustomResourceDefinition does to an object that is stored already: which fields it would remove, and what in
 * the object it would refuse. Pure. Findings have paths and rules, never values: objects are customers' data.
 * Not evaluated, but listed by `uncheckedRules`: rules in CEL (`x-kubernetes-validations`), formats, `not`, `oneOf`, `anyOf` and `allOf`.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import { cut, type PatternBudget, stableJson } from '@cellplane/plan';

/** The members of JSONSchemaProps that are read here. */
export interface CrdSchema {
  type?: string;
  properties?: Record<string, CrdSchema>;
  items?: CrdSchema;
  additionalProperties?: CrdSchema | boolean;
  required?: string[];
  default?: unknown;
  enum?: unknown[];
  nullable?: boolean;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-validations'?: { rule: string; message?: string }[];
  format?: string;
  oneOf?: unknown[];
  anyOf?: unknown[];
  allOf?: unknown[];
  not?: unknown;
}

/**
 * A part of an object that a schema refuses. `path` has `[]` for each entry of a list, and `*` for each key of a map, which people choose:
 * `spec.disks[].size`, `spec.pools.*.size`.
 */
export interface Violation {
  path: string;
  /** The rule in the schema's words: `required`, `type integer`, `enum small, large`. */
  rule: string;
}

/** Deeper objects than any API server takes. */
const MOST_DEPTH = 200;

/** Paths of fields that would be removed, sorted, each once. */
export function prunedPaths(schema: CrdSchema, object: unknown): string[] {
  const found = new Set<string>();
  prune(schema, object, '', true, found, 0);
  return [...found].toSorted();
}

function prune(schema: CrdSchema, value: unknown, path: string, isResource: boolean, found: Set<string>, depth: number): void {
  if (depth > MOST_DEPTH) return;
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return;
    for (const entry of value) prune(items, entry, `${path}[]`, items['x-kubernetes-embedded-resource'] === true, found, depth + 1);
    return;
  }
  if (!isMap(value)) return;
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
  for (const [name, member] of Object.entries(value)) {
    if (isResource && ['apiVersion', 'kind', 'metadata'].includes(name)) continue;
    const at = below(path, segmentOf(schema, name));
    const child = memberSchema(schema, name);
    if (child !== undefined) prune(child, member, at, child['x-kubernetes-embedded-resource'] === true, found, depth + 1);
    else if (!keepsUnknown) found.add(at);
  }
}

/** What the schema refuses, sorted, each once. Defaults count as there. Without `patterns`, none is matched. @throws PatternBudgetSpent */
export function violations(schema: CrdSchema, object: unknown, patterns: PatternBudget | undefined): Violation[] {
  const found = new Map<string, Violation>();
  const add: Add = (path, rule) => void found.set(`${path} ${rule}`, { path, rule });
  check(schema, object, '', { add, patterns, depth: 0 });
  return [...found.values()].toSorted((one, other) => (one.path + one.rule < other.path + other.rule ? -1 : 1));
}

type Add = (path: string, rule: string) => void;
interface Walk {
  add: Add;
  patterns: PatternBudget | undefined;
  depth: number;
}

function check(schema: CrdSchema, value: unknown, path: string, walk: Walk): void {
  if (walk.depth > MOST_DEPTH) return;
  const { add } = walk;
  // A null where none may be is replaced by the default, if there is one.
  if (value === null && (schema.nullable === true || schema.default !== undefined)) return;
  const type = typeOf(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (type !== 'integer' && type !== 'string') return add(path, 'type integer or string');
  } else if (schema.type !== undefined && type !== schema.type && !(schema.type === 'number' && type === 'integer'))
    return add(path, `type ${schema.type}`);
  if (schema.enum !== undefined && !schema.enum.some((one) => JSON.stringify(one) === JSON.stringify(value)))
    add(path, `enum ${schema.enum.map(String).slice(0, 20).join(', ')}`);
  if (typeof value === 'string') checkText(schema, value, path, walk);
  else if (typeof value === 'number') checkNumber(schema, value, path, add);
  else if (Array.isArray(value)) {
    bounds(value.length, { minItems: schema.minItems, maxItems: schema.maxItems }, path, add);
    const { items } = schema;
    if (items !== undefined) for (const entry of value) check(items, entry, `${path}[]`, { ...walk, depth: walk.depth + 1 });
  } else if (isMap(value)) checkMap(schema, value, path, walk);
}

function checkText(schema: CrdSchema, value: string, path: string, { add, patterns }: Walk): void {
  bounds(Array.from(value).length, { minLength: schema.minLength, maxLength: schema.maxLength }, path, add);
  if (schema.pattern === undefined || patterns === undefined) return;
  const pattern = patterns.re2(schema.pattern);
  // What is no pattern of RE2 no API server takes into a CRD.
  if (pattern.ok && !pattern.value.test(value)) add(path, `pattern ${schema.pattern.slice(0, 200)}`);
}

function checkNumber(schema: CrdSchema, value: number, path: string, add: Add): void {
  const { minimum, maximum, multipleOf } = schema;
  if (minimum !== undefined && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum)) add(path, `minimum ${minimum}`);
  if (maximum !== undefined && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum)) add(path, `maximum ${maximum}`);
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) add(path, `multipleOf ${multipleOf}`);
}

function checkMap(schema: CrdSchema, map: Record<string, unknown>, path: string, walk: Walk): void {
  const { add } = walk;
  bounds(Object.keys(map).length, { minProperties: schema.minProperties, maxProperties: schema.maxProperties }, path, add);
  for (const name of schema.required ?? [])
    if (!Object.hasOwn(map, name) && memberSchema(schema, name)?.default === undefined) add(below(path, name), 'required');
  for (const [name, member] of Object.entries(map)) {
    const child = memberSchema(schema, name);
    // The API server checks the metadata of an object itself.
    if (child !== undefined && !(path === '' && name === 'metadata'))
      check(child, member, below(path, segmentOf(schema, name)), { ...walk, depth: walk.depth + 1 });
  }
}

function bounds(size: number, of: Record<string, number | undefined>, path: string, add: Add): void {
  for (const [rule, bound] of Object.entries(of))
    if (bound !== undefined && (rule.startsWith('min') ? size < bound : size > bound)) add(path, `${rule} ${bound}`);
}

/** Rules that nobody here evaluates: a key that is the same for the same rule at the same path → the rule in words. */
export function uncheckedRules(schema: CrdSchema | undefined): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (part: CrdSchema, path: string, depth: number): void => {
    if (depth > MOST_DEPTH) return;
    const add = (rule: string, text: string) => void found.set(`${path} ${rule}`, `${path === '' ? 'the object' : path}: ${text}`);
    for (const { rule } of part['x-kubernetes-validations'] ?? []) add(rule, `CEL ${cut(rule, 160)}`);
    // Any text is of the formats that only say how a number is kept.
    if (part.format !== undefined && part.type === 'string') add(`format ${part.format}`, `format ${cut(part.format, 60)}`);
    // Of either an integer or a text, the type is checked.
    if (part['x-kubernetes-int-or-string'] !== true)
      for (const word of ['oneOf', 'anyOf', 'allOf', 'not'] as const)
        if (part[word] !== undefined) add(`${word} ${stableJson(part[word])}`, word);
    for (const [name, child] of Object.entries(part.properties ?? {})) walk(child, below(path, name), depth + 1);
    if (part.items !== undefined) walk(part.items, `${path}[]`, depth + 1);
    if (typeof part.additionalProperties === 'object') walk(part.additionalProperties, below(path, '*'), depth + 1);
  };
  if (schema !== undefined) walk(schema, '', 0);
  return found;
}

function memberSchema(schema: CrdSchema, name: string): CrdSchema | undefined {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, name)) return schema.properties[name];
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** Characters of the name of a field that nobody knows. */
const MOST_NAME = 100;

function segmentOf(schema: CrdSchema, name: string): string {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, name)) return name;
  if (typeof schema.additionalProperties === 'object') return '*';
  // It may hold anything, and terminals obey some of it.
  return /^[\w-]{1,100}$/.test(name) ? name : JSON.stringify(cut(name, MOST_NAME));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
