/** JSON merge patches (RFC 7386): carried out, and made of two objects. Pure. */
import type { Json, JsonObject } from '@cellplane/plan';
import { stable } from './field-path.js';
import { isMap } from './object-diff.js';

/** The value after the patch; its arguments stay as they are. */
export function mergePatch(value: Json | undefined, patch: Json): Json {
  if (!isMap(patch)) return patch;
  const result: JsonObject = isMap(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = mergePatch(result[key], change);
  }
  return result;
}

/** The patch that makes `after` of `before`. A field that is null in `after` cannot be said in a merge patch: it is taken away. */
export function mergePatchOf(before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key], after[key]];
    if (stable(was) === stable(is)) continue;
    if (is === undefined) patch[key] = null;
    else patch[key] = isMap(was) && isMap(is) ? mergePatchOf(was, is) : is;
  }
  return patch;
}

/** One patch that does what both do, one after the other. */
export function joinPatches(first: JsonObject, second: JsonObject): JsonObject {
  const joined: JsonObject = { ...first };
  for (const [key, change] of Object.entries(second)) {
    const before = joined[key];
    joined[key] = isMap(before) && isMap(change) ? joinPatches(before, change) : change;
  }
  return joined;
}
