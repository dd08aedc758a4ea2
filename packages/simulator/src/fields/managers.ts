import { canonical, isObject, type JsonObject } from '../json.js';
import type { Schema } from '../schema/schema.js';
import { compare } from './compare.js';
import {
  difference,
  emptySet,
  type FieldSet,
  fromFieldsV1,
  insert,
  intersection,
  isEmpty,
  paths,
  printPath,
  recursiveDifference,
  toFieldsV1,
  union,
} from './field-set.js';
import { mergeTyped } from './merge.js';
import { removeItems } from './remove.js';
import { toFieldSet, withNamedFields } from './to-set.js';

/** Who writes: one entry of managedFields, without its fields and time. */
export interface Writer {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource: string;
}

interface Entry extends Writer {
  time?: string;
  fields: FieldSet;
  /** This write changed something that the manager owns: its time becomes now. */
  touched?: boolean;
}

/** A field that another manager owns with another value. */
export interface FieldConflict {
  manager: string;
  operation: string;
  apiVersion: string;
  subresource: string;
  time?: string;
  path: string;
}

/** Fields of every object that nobody owns (apiserver managedfields stripmeta.go). */
const UNOWNED = pathSet(
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'creationTimestamp'],
  ['metadata', 'selfLink'],
  ['metadata', 'uid'],
  ['metadata', 'clusterName'],
  ['metadata', 'generation'],
  ['metadata', 'managedFields'],
  ['metadata', 'resourceVersion'],
);

/** A field set of plain field names. */
export function pathSet(...names: string[][]): FieldSet {
  const set = emptySet();
  for (const path of names)
    insert(
      set,
      path.map((name) => `f:${name}`),
    );
  return set;
}

/** Reads `metadata.managedFields`. */
export function readManagers(object: JsonObject | undefined): Entry[] {
  const entries = isObject(object?.metadata) ? object.metadata.managedFields : undefined;
  if (!Array.isArray(entries)) return [];
  return entries.filter(isObject).map((entry) => ({
    manager: String(entry.manager ?? ''),
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: String(entry.apiVersion ?? ''),
    subresource: String(entry.subresource ?? ''),
    ...(typeof entry.time === 'string' && { time: entry.time }),
    fields: fromFieldsV1(entry.fieldsV1),
  }));
}

// Appliers are one manager in all versions, updaters one for each version (apiserver managedfields BuildManagerIdentifier).
const identity = (writer: Writer) =>
  canonical([writer.manager, writer.operation, writer.operation === 'Apply' ? '' : writer.apiVersion, writer.subresource]);

/** Fields of managers on a write that went through (structured-merge-diff merge/update.go `Update`). `ignored`: fields this endpoint resets. */
export function afterUpdate(
  schema: Schema,
  live: JsonObject,
  next: JsonObject,
  managers: Entry[],
  writer: Writer,
  ignored: FieldSet,
): Entry[] {
  const difference_ = compare(schema, live, next);
  const changed = recursiveDifference(recursiveDifference(union(difference_.added, difference_.modified), ignored), emptySet());
  const removed = recursiveDifference(difference_.removed, ignored);
  const me = identity(writer);
  const result: Entry[] = [];
  let mine: Entry = { ...writer, fields: emptySet() };
  for (const entry of managers) {
    if (identity(entry) === me) mine = entry;
    else result.push({ ...entry, fields: difference(difference(entry.fields, changed), removed) });
  }
  const taken = difference(changed, UNOWNED);
  const fields = difference(union(mine.fields, taken), removed);
  result.push({ ...mine, ...writer, fields, touched: !isEmpty(taken) });
  return result.filter((entry) => !isEmpty(entry.fields));
}

export interface Applied {
  object: JsonObject;
  managers: Entry[];
  conflicts: FieldConflict[];
}

/** Who owns what was there before the first apply, where nobody was recorded (apiserver managedfields skipnonapplied). */
export function ownersBeforeApply(schema: Schema, live: JsonObject, managers: Entry[], apiVersion: string, ignored: FieldSet): Entry[] {
  if (managers.length > 0) return managers;
  const fields = recursiveDifference(difference(toFieldSet(schema, live), UNOWNED), ignored);
  return [{ manager: 'before-first-apply', operation: 'Update', apiVersion, subresource: '', fields, touched: true }];
}

/**
 * Server-side apply (structured-merge-diff merge/update.go `Apply`): the configuration over the live object, fields that this manager applied
 * before and no longer names taken out where nobody else owns them. With conflicts and no `force` the result must not be stored.
 */
export function applyConfiguration(
  schema: Schema,
  live: JsonObject,
  config: JsonObject,
  managers: Entry[],
  writer: Writer,
  force: boolean,
  ignored: FieldSet,
): Applied {
  const merged = mergeTyped(schema, live, config);
  const me = identity(writer);
  const before = managers.find((entry) => identity(entry) === me);
  const applied = recursiveDifference(difference(toFieldSet(schema, config), UNOWNED), ignored);
  const mine: Entry = { ...writer, ...(before?.time !== undefined && { time: before.time }), fields: applied };
  let others = managers.filter((entry) => identity(entry) !== me);
  let object = merged;
  if (before && !isEmpty(before.fields)) object = prune(schema, merged, [...others, mine], before.fields);
  const next = isObject(object) ? object : {};
  const differs = compare(schema, live, next);
  const changed = recursiveDifference(union(differs.added, differs.modified), ignored);
  const conflicts: FieldConflict[] = [];
  others = others.map((entry) => {
    const taken = intersection(entry.fields, changed);
    for (const path of paths(taken))
      conflicts.push({
        manager: entry.manager,
        operation: entry.operation,
        apiVersion: entry.apiVersion,
        subresource: entry.subresource,
        ...(entry.time !== undefined && { time: entry.time }),
        path: printPath(path),
      });
    return { ...entry, fields: difference(entry.fields, union(taken, differs.removed)) };
  });
  mine.touched = !isEmpty(union(union(differs.added, differs.modified), differs.removed));
  return { object: next, managers: [...others, mine].filter((entry) => !isEmpty(entry.fields)), conflicts: force ? [] : conflicts };
}

function prune(schema: Schema, merged: unknown, managers: Entry[], last: FieldSet): unknown {
  const lastNamed = withNamedFields(schema, last);
  const mergedSet = withNamedFields(schema, toFieldSet(schema, merged));
  const owned = withNamedFields(
    schema,
    managers.reduce((all, entry) => union(all, entry.fields), emptySet()),
  );
  const without = removeItems(schema, merged, lastNamed);
  // What others own comes back.
  const left = withNamedFields(schema, toFieldSet(schema, without));
  const back = removeItems(schema, merged, difference(mergedSet, union(left, owned)));
  // And what only dangled below: not owned by anyone, not named by the last configuration.
  const dangling = withNamedFields(schema, toFieldSet(schema, back));
  return removeItems(schema, merged, intersection(difference(mergedSet, dangling), lastNamed));
}

/**
 * The `metadata.managedFields` list. An entry's time is that of the last write by which its manager changed something; a manager that only
 * agreed with what is there has none.
 * Order: applied before updated, then time, manager, version (apiserver managedfields.go `sortEncodedManagedFields`).
 */
export function writeManagers(entries: Entry[], now: string): JsonObject[] {
  const written = entries.map((entry) => {
    const time = entry.touched === true ? now : entry.time;
    return {
      manager: entry.manager,
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(entry.fields),
      ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
    };
  });
  const order = (entry: { operation: string; time?: string; manager: string; apiVersion: string }) =>
    `${entry.operation}\0${entry.time ?? ''}\0${entry.manager}\0${entry.apiVersion}`;
  return written.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** True where both lists name the same managers with the same fields. */
export function sameManagers(a: Entry[], b: Entry[]): boolean {
  const shape = (entries: Entry[]) =>
    canonical(entries.map((entry) => canonical([identity(entry), entry.apiVersion, toFieldsV1(entry.fields)])).sort());
  return shape(a) === shape(b);
}

export type { Entry };
