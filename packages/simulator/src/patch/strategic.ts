import { badRequest, StatusError } from '../api/status.js';
import { define, equal, isObject, type JsonObject } from '../json.js';
import { fieldSchema, type Schema } from '../schema/schema.js';

/**
 * A strategic merge patch (apimachinery strategicpatch): lists with a merge key merge by it, `$patch: delete|replace|merge`,
 * `$deleteFromPrimitiveList/<field>`, `$setElementOrder/<field>` and `$retainKeys` are directives. Neither input is changed.
 */
export function strategicPatch(schema: Schema | undefined, target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  return mergeMaps(schema, isObject(target) ? target : {}, patch);
}

function mergeMaps(schema: Schema | undefined, target: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch.$patch;
  if (directive === 'replace') return without(patch, '$patch');
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge')
    throw new StatusError(500, '', `unknown patch type: ${String(directive)} in map: ${goMap(patch)}`);
  let result: JsonObject = {};
  for (const [name, value] of Object.entries(target)) define(result, name, value);
  if (Array.isArray(patch.$retainKeys)) {
    const kept = new Set(patch.$retainKeys);
    result = Object.fromEntries(Object.entries(result).filter(([name]) => kept.has(name)));
  }
  for (const [name, value] of Object.entries(patch)) {
    if (name === '$patch' || name === '$retainKeys' || name.startsWith('$setElementOrder/')) continue;
    if (name.startsWith('$deleteFromPrimitiveList/')) {
      const field = name.slice('$deleteFromPrimitiveList/'.length);
      const gone = Array.isArray(value) ? value : [];
      if (Array.isArray(result[field])) result[field] = result[field].filter((item) => !gone.some((one) => equal(one, item)));
      continue;
    }
    if (value === null) delete result[name];
    else
      define(
        result,
        name,
        mergeField(
          fieldSchema(schema, name),
          Object.hasOwn(result, name) ? result[name] : undefined,
          value,
          patch[`$setElementOrder/${name}`],
        ),
      );
  }
  for (const [name, order] of Object.entries(patch)) {
    // An order without a patch of the list sorts what is there.
    if (!name.startsWith('$setElementOrder/')) continue;
    const field = name.slice('$setElementOrder/'.length);
    if (Array.isArray(result[field]) && !(field in patch))
      result[field] = ordered(
        fieldSchema(schema, field)?.['x-kubernetes-patch-merge-key'],
        result[field],
        result[field],
        Array.isArray(order) ? order : [],
      );
  }
  return result;
}

function without(object: JsonObject, name: string): JsonObject {
  const result = { ...object };
  delete result[name];
  return result;
}

function mergeField(schema: Schema | undefined, target: unknown, patch: unknown, order: unknown): unknown {
  if (isObject(patch)) {
    if (!isObject(target) && patch.$patch === undefined) return mergeMaps(schema, {}, patch);
    return mergeMaps(schema, isObject(target) ? target : {}, patch);
  }
  if (!Array.isArray(patch)) return patch;
  if (schema?.['x-kubernetes-patch-strategy']?.includes('merge') !== true)
    return patch.filter((item) => !(isObject(item) && item.$patch !== undefined && Object.keys(item).length === 1));
  const list = Array.isArray(target) ? (target as unknown[]) : [];
  const key = schema['x-kubernetes-patch-merge-key'];
  return ordered(
    key,
    key === undefined ? mergeScalars(list, patch) : mergeByKey(schema, key, list, patch),
    list,
    Array.isArray(order) ? order : patch,
  );
}

function mergeScalars(list: unknown[], patch: unknown[]): unknown[] {
  const result = [...list];
  for (const item of patch) if (!result.some((one) => equal(one, item))) result.push(item);
  return result;
}

function mergeByKey(schema: Schema, key: string, list: unknown[], patch: unknown[]): unknown[] {
  if (patch.some((item) => isObject(item) && item.$patch === 'replace'))
    return patch.filter((item) => !(isObject(item) && item.$patch === 'replace'));
  let result = [...list];
  for (const item of patch) {
    if (!isObject(item)) throw badRequest(`expected an object in a list merged by "${key}"`);
    if (item[key] === undefined) throw new StatusError(500, '', `map: ${goMap(item)} does not contain declared merge key: ${key}`);
    const same = (one: unknown) => isObject(one) && equal(one[key], item[key]);
    if (item.$patch === 'delete') {
      result = result.filter((one) => !same(one));
      continue;
    }
    const at = result.findIndex(same);
    const merged = mergeMaps(schema.items, at < 0 ? {} : (result[at] as JsonObject), item);
    if (at < 0) result.push(merged);
    else result[at] = merged;
  }
  return result;
}

const goMap = (item: JsonObject) =>
  `map[${Object.keys(item)
    .sort()
    .map((name) => `${name}:${String(item[name])}`)
    .join(' ')}]`;

/**
 * The order of a merged list (strategicpatch `normalizeElementOrder`): items that the patch names in its order; the others before them where the
 * server had them before, else after.
 */
function ordered(key: string | undefined, merged: readonly unknown[], server: readonly unknown[], order: readonly unknown[]): unknown[] {
  const identity = (item: unknown) => JSON.stringify(key !== undefined && isObject(item) ? item[key] : item);
  const rank = new Map(order.map((item, i) => [identity(item), i]));
  const place = new Map(server.map((item, i) => [identity(item), i]));
  const named = merged
    .filter((item) => rank.has(identity(item)))
    .sort((a, b) => (rank.get(identity(a)) ?? 0) - (rank.get(identity(b)) ?? 0));
  const others = merged.filter((item) => !rank.has(identity(item)));
  const result: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const left = place.get(identity(others[0]));
    const right = place.get(identity(named[0]));
    result.push(left !== undefined && right !== undefined && left < right ? others.shift() : named.shift());
  }
  return [...result, ...others, ...named];
}
