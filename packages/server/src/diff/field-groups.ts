/** Groups of fields of an object, by the names that lead to them; elements of lists are not told apart. Pure. */
import type { Json } from '@cellplane/plan';
import type { Step } from './field-path.js';
import { isMap } from './object-diff.js';

/** The names that lead to a field. */
export type FieldNames = readonly string[];

export function namesOf(path: readonly Step[]): FieldNames {
  return path.flatMap((step) => ('field' in step ? [step.field] : []));
}

/** Fields that two values of one shape do not have in common; a whole value where the shapes differ. */
export function differingFields(one: Json | undefined, other: Json | undefined, names: FieldNames = []): FieldNames[] {
  if (isMap(one) && isMap(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      differingFields(one[key], other[key], [...names, key]),
    );
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((element, at) => differingFields(element, other[at], names));
  return JSON.stringify(one) === JSON.stringify(other) ? [] : [names];
}

/** Whether the field lies in one of the groups, or is one. */
export function isWithin(names: FieldNames, groups: readonly FieldNames[]): boolean {
  return groups.some((group) => group.length <= names.length && group.every((name, at) => name === names[at]));
}

/** The groups that lie below the field, by the names that lead there from it. */
export function groupsBelow(names: FieldNames, groups: readonly FieldNames[]): FieldNames[] {
  return groups
    .filter((group) => group.length > names.length && names.every((name, at) => name === group[at]))
    .map((group) => group.slice(names.length));
}

/** A copy of the value with something else in the place of the fields of these groups. */
export function replaceFields(value: Json, groups: readonly FieldNames[], by: string): Json {
  if (groups.some((group) => group.length === 0)) return by;
  if (groups.length === 0) return value;
  if (Array.isArray(value)) return value.map((element) => replaceFields(element, groups, by));
  if (!isMap(value)) return value;
  const below = (key: string) => groups.flatMap(([first, ...rest]) => (first === key ? [rest] : []));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceFields(inner, below(key), by)]));
}
