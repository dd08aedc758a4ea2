import { isObject, type JsonObject } from '../json.js';

/**
 * A set of field paths, as a tree. Path elements are written as in FieldsV1: `f:name`, `k:{"key":"value"}`, `v:value`, `i:0`.
 * A member is a path that is in the set; children lead to longer paths. Sets are never changed once shared: operations make new ones.
 */
export interface FieldSet {
  members: Set<string>;
  children: Map<string, FieldSet>;
}

/** An empty set, to be filled with `insert`. */
export function emptySet(): FieldSet {
  return { members: new Set(), children: new Map() };
}

/** Adds a path in place. The empty path adds nothing. */
export function insert(set: FieldSet, path: readonly string[]): void {
  let node = set;
  for (const [i, element] of path.entries()) {
    if (i === path.length - 1) {
      node.members.add(element);
      return;
    }
    let next = node.children.get(element);
    if (!next) node.children.set(element, (next = emptySet()));
    node = next;
  }
}

/** True where nothing is in the set. */
export function isEmpty(set: FieldSet | undefined): boolean {
  if (!set) return true;
  return set.members.size === 0 && [...set.children.values()].every(isEmpty);
}

/** Paths in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const other = children.get(element);
    children.set(element, other ? union(other, child) : child);
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

/** Paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const result = emptySet();
  for (const element of a.members) if (!b.members.has(element)) result.members.add(element);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    const left = other ? difference(child, other) : child;
    if (!isEmpty(left)) result.children.set(element, left);
  }
  return result;
}

/** Paths of `a` that are not in `b` nor below a member of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  const result = emptySet();
  for (const element of a.members) if (!b.members.has(element)) result.members.add(element);
  for (const [element, child] of a.children) {
    if (b.members.has(element)) continue;
    const other = b.children.get(element);
    const left = other ? recursiveDifference(child, other) : child;
    if (!isEmpty(left)) result.children.set(element, left);
  }
  return result;
}

/** Paths in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result = emptySet();
  for (const element of a.members) if (b.members.has(element)) result.members.add(element);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (!other) continue;
    const both = intersection(child, other);
    if (!isEmpty(both)) result.children.set(element, both);
  }
  return result;
}

/** True where both hold the same paths. */
export function sameSet(a: FieldSet, b: FieldSet): boolean {
  return isEmpty(difference(a, b)) && isEmpty(difference(b, a));
}

/** Every member path, in the order of the tree. */
export function* paths(set: FieldSet, prefix: readonly string[] = []): Generator<string[]> {
  const elements = [...new Set([...set.members, ...set.children.keys()])].sort();
  for (const element of elements) {
    const path = [...prefix, element];
    if (set.members.has(element)) yield path;
    const child = set.children.get(element);
    if (child) yield* paths(child, path);
  }
}

/** The FieldsV1 form: nested objects; `.` marks a member that has children. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const result: JsonObject = {};
  for (const element of [...new Set([...set.members, ...set.children.keys()])].sort()) {
    const child = set.children.get(element);
    const below = child && !isEmpty(child) ? toFieldsV1(child) : undefined;
    if (below) result[element] = set.members.has(element) ? { '.': {}, ...below } : below;
    else if (set.members.has(element)) result[element] = {};
  }
  return result;
}

/** Reads FieldsV1. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const set = emptySet();
  if (!isObject(fields)) return set;
  for (const [element, below] of Object.entries(fields)) {
    if (element === '.') continue;
    const keys = isObject(below) ? Object.keys(below) : [];
    if (keys.length === 0 || keys.includes('.')) set.members.add(element);
    if (keys.some((key) => key !== '.')) set.children.set(element, fromFieldsV1(below));
  }
  return set;
}

/** A path as messages print it: `.spec.containers[name="x"].image`. */
export function printPath(path: readonly string[]): string {
  return path
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith('f:')) return `.${rest}`;
      if (element.startsWith('v:')) return `[=${rest}]`;
      if (element.startsWith('i:')) return `[${rest}]`;
      const keys = JSON.parse(rest) as JsonObject;
      return `[${Object.entries(keys)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}]`;
    })
    .join('');
}
