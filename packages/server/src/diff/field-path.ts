/** Paths into an object: for people, and as `managedFields` writes them (FieldsV1 of structured-merge-diff). */
import type { Json, JsonObject } from '@cellplane/plan';

/** One step: a field, an element of a list found by its keys, an element of a set by its value, or one by its place. */
export type Step = { field: string } | { keys: JsonObject } | { value: Json } | { index: number };

/** `spec.containers[name=app].args[0]`; a field whose name is no plain word stands in brackets, quoted as in JSON: it may hold anything. */
export function pathText(path: readonly Step[]): string {
  let text = '';
  for (const step of path) {
    if ('field' in step) text += /^[\w-]+$/.test(step.field) ? `${text === '' ? '' : '.'}${step.field}` : `[${JSON.stringify(step.field)}]`;
    else if ('index' in step) text += `[${step.index}]`;
    else if ('value' in step) text += `[=${JSON.stringify(step.value)}]`;
    else
      text += `[${Object.entries(step.keys).map(([key, value]) => `${key}=${typeof value === 'string' && !/[\p{Cc}\]]/u.test(value) ? value : JSON.stringify(value)}`)}]`;
  }
  return text;
}

/** A node of FieldsV1: names of steps with what lies below; `.` marks a field that is owned itself. */
export type FieldsV1 = { [step: string]: FieldsV1 };

/** The node below one step; undefined: nothing in there is owned. */
export function below(node: FieldsV1, step: Step): FieldsV1 | undefined {
  if ('field' in step) return node[`f:${step.field}`];
  if ('index' in step) return node[`i:${step.index}`];
  return elementsOf(node).get('keys' in step ? `k:${stable(step.keys)}` : `v:${stable(step.value)}`);
}

const elements = new WeakMap<FieldsV1, Map<string, FieldsV1>>();

/** The elements of a list, by their keys or values: read once, since lists may be long and each of their elements is looked for. */
function elementsOf(node: FieldsV1): Map<string, FieldsV1> {
  const known = elements.get(node);
  if (known !== undefined) return known;
  const found = new Map<string, FieldsV1>();
  for (const [name, child] of Object.entries(node)) {
    const mark = name.slice(0, 2);
    if (mark === 'k:' || mark === 'v:') found.set(`${mark}${stable(JSON.parse(name.slice(2)) as Json)}`, child);
  }
  elements.set(node, found);
  return found;
}

/** What the owners know of a list: the names of its elements' keys, that it is a set, or nothing (it is one value). */
export function listTypeOf(nodes: readonly FieldsV1[]): { keys: string[] } | 'set' | 'atomic' {
  for (const node of nodes) {
    for (const name of Object.keys(node)) {
      if (name.startsWith('k:')) return { keys: Object.keys(JSON.parse(name.slice(2)) as JsonObject).toSorted() };
      if (name.startsWith('v:')) return 'set';
    }
  }
  return 'atomic';
}

/** The same text for the same value, whatever the order of its keys. */
export function stable(value: Json | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${stable(value[key])}`);
  return `{${entries.join(',')}}`;
}
