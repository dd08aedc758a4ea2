import { define, type JsonObject } from '../json.js';
import type { Schema } from '../schema/schema.js';
import { childSchema, type Form, formOf, itemsByElement } from './typed.js';

/**
 * The live value with a configuration laid over it: maps and keyed lists by their parts, all else replaced
 * (structured-merge-diff typed/merge.go). Inputs are not changed; parts are shared.
 */
export function mergeTyped(schema: Schema | undefined, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined || live === null) return applied;
  // Null adds nothing to a map or list, and clears a leaf.
  if (applied === null) return formOf(schema, live) === 'leaf' ? null : live;
  const form = formOf(schema, applied);
  if (form !== formOf(schema, live) || form === 'leaf') return applied;
  if (form === 'map') return mergeMaps(schema, live as JsonObject, applied as JsonObject);
  return mergeLists(schema, form, live as unknown[], applied as unknown[]);
}

function mergeMaps(schema: Schema | undefined, live: JsonObject, applied: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(live)) define(result, name, value);
  for (const [name, value] of Object.entries(applied)) {
    define(result, name, mergeTyped(childSchema(schema, name), Object.hasOwn(live, name) ? live[name] : undefined, value));
  }
  return result;
}

/**
 * Keyed lists and sets. Items of the configuration keep its order; live items that it does not name stay, before the shared item that
 * follows them.
 */
function mergeLists(schema: Schema | undefined, form: Form, live: unknown[], applied: unknown[]): unknown[] {
  const left = itemsByElement(schema, form, live);
  const right = itemsByElement(schema, form, applied);
  const shared = right.order.filter((element) => left.byElement.has(element));
  const done = new Set<string>();
  const result: unknown[] = [];
  let next = shared.shift();
  const take = (element: string) => {
    done.add(element);
    result.push(mergeTyped(schema?.items, left.byElement.get(element), right.byElement.get(element)));
    if (element === next) next = shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < live.length || r < applied.length) {
    const a = left.order[l];
    const b = right.order[r];
    if (a !== undefined && a === b) {
      take(a);
      l++;
      r++;
    } else if (a !== undefined && b !== undefined && right.byElement.has(a) && next !== undefined && next !== a) {
      // Shared, but its turn in the configuration's order comes later.
      l++;
    } else if (a !== undefined && !right.byElement.has(a)) {
      result.push(live[l]);
      l++;
    } else {
      if (a !== undefined && done.has(a)) l++;
      if (b !== undefined) {
        take(b);
        r++;
      }
    }
  }
  return result;
}
