/**
 * What differs between an object as it is and as a write would leave it, field by field, with who owns each field now. Pure.
 *
 * Both come from the API server: the live object, and its answer to the write as a dry run. So defaults, pruned fields and what
 * webhooks change are in it, and two spellings of one quantity are a difference only if the API server keeps the new one.
 */
import type { KubernetesObject } from '@cellplane/kubernetes';
import type { Json, JsonObject } from '@cellplane/plan';
import { trimObject } from '../engine/object-marks.js';
import { below, type FieldsV1, listTypeOf, stable, type Step } from './field-path.js';

export interface FieldChange {
  path: Step[];
  /** Absent: the field is not there before. */
  before?: Json;
  /** Absent: the field is taken away. */
  after?: Json;
  /** Managers that own the field in the live object, or a part of it, by name. Empty for a field that is new, or that nobody owns. */
  owners: string[];
}

interface Manager {
  name: string;
  fields: FieldsV1;
}

/** Of the metadata what writers decide; the rest is the API server's own count of writes. */
const WRITTEN_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'];

/**
 * Fields that differ, in the order of the fields' names; `status` is left out, it is the operator's. `live` null: the write makes the
 * object, and each of its top fields is one change.
 */
export function diffObjects(live: KubernetesObject | null, next: KubernetesObject): FieldChange[] {
  const before = live === null ? {} : comparable(live);
  const after = comparable(next);
  const owners = live === null ? [] : managersOf(live);
  const types = [...owners, ...managersOf(next)];
  const changes: FieldChange[] = [];
  compareMaps(before, after, [], { owners, types, changes });
  return changes;
}

/** The same object without what a comparison must not see: status, counters, managers and times. */
export function comparable(object: KubernetesObject): JsonObject {
  const { status: _status, metadata, apiVersion: _apiVersion, kind: _kind, ...rest } = trimObject(object);
  const kept = Object.fromEntries(WRITTEN_METADATA.flatMap((key) => (metadata[key] === undefined ? [] : [[key, metadata[key] as Json]])));
  return { ...(Object.keys(kept).length === 0 ? {} : { metadata: kept }), ...(rest as JsonObject) };
}

interface Comparison {
  owners: Manager[];
  /** All that say how lists are made up: those of the live object and of the answer. */
  types: Manager[];
  changes: FieldChange[];
}

function compareMaps(before: JsonObject, after: JsonObject, path: Step[], to: Comparison): void {
  for (const field of [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted())
    compare(before[field], after[field], [...path, { field }], to);
}

function compare(before: Json | undefined, after: Json | undefined, path: Step[], to: Comparison): void {
  if (stable(before) === stable(after)) return;
  const inside = { ...to, owners: descend(to.owners, path.at(-1)), types: descend(to.types, path.at(-1)) };
  if (isMap(before) && isMap(after)) return compareMaps(before, after, path, inside);
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, path, inside);
  to.changes.push({
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    owners: before === undefined ? [] : namesOf(inside.owners),
  });
}

/** By the keys of its elements where the owners know them; else element by element where both are as long, else as one value. */
function compareLists(before: Json[], after: Json[], path: Step[], to: Comparison): void {
  const type = listTypeOf(to.types.map(({ fields }) => fields));
  if (type === 'atomic') {
    const places = before.length === after.length && [...before, ...after].every(isMap);
    if (places) before.forEach((element, index) => compare(element, after[index], [...path, { index }], to));
    else to.changes.push({ path, before, after, owners: namesOf(to.owners) });
    return;
  }
  const stepOf = (element: Json): Step => {
    if (type === 'set') return { value: element };
    return { keys: Object.fromEntries(type.keys.map((key) => [key, isMap(element) ? (element[key] ?? null) : null])) };
  };
  const elements = new Map<string, { step: Step; before?: Json; after?: Json }>();
  for (const element of before) elements.set(stable(stepOf(element)), { step: stepOf(element), before: element });
  for (const element of after) {
    const id = stable(stepOf(element));
    elements.set(id, { step: stepOf(element), ...elements.get(id), after: element });
  }
  const count = to.changes.length;
  for (const { step, before: one, after: other } of elements.values()) compare(one, other, [...path, step], to);
  // Only their order differs, or an element is there twice.
  if (to.changes.length === count) to.changes.push({ path, before, after, owners: namesOf(to.owners) });
}

/**
 * The managers that own something below the step, with what they own there. One that owns a value as a whole owns all of it; where
 * others own parts of it, it is no such value, and the whole is only the right to be there.
 */
function descend(managers: Manager[], step: Step | undefined): Manager[] {
  if (step === undefined) return managers;
  const isLeaf = ({ fields }: Manager) => Object.keys(fields).length === 0;
  const areLeaves = managers.every(isLeaf);
  return managers.flatMap((manager) => {
    const fields = areLeaves ? manager.fields : below(manager.fields, step);
    return fields === undefined ? [] : [{ name: manager.name, fields }];
  });
}

function managersOf({ metadata }: KubernetesObject): Manager[] {
  return (metadata.managedFields ?? []).flatMap((entry) => {
    const { manager, fieldsV1 } = entry as { manager?: string; fieldsV1?: FieldsV1 };
    return fieldsV1 === undefined ? [] : [{ name: manager ?? '', fields: fieldsV1 }];
  });
}

function namesOf(managers: Manager[]): string[] {
  return [...new Set(managers.map(({ name }) => name))].toSorted();
}

export function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
