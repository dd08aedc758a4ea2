/** Who changed a field last, and when, as the object's managedFields tell it. Pure. */
import type { KubernetesObject } from '@cellplane/kubernetes';
import { below, type FieldsV1, type Step } from '../diff/field-path.js';

export interface FieldOwner {
  /** '' where nobody has the field: it was taken away. */
  manager: string;
  operation: string;
  subresource: string;
  since: Date | null;
}

interface FieldsEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
  fieldsV1?: FieldsV1;
}

export const NOBODY: FieldOwner = { manager: '', operation: '', subresource: '', since: null };

/**
 * The manager whose entry is the youngest of those that have the field, other than `own`. Undefined: `own` alone has it. A time is that of
 * the entry: when any of the manager's fields was changed last.
 */
export function lastOwner(live: KubernetesObject, path: readonly Step[], own: string): FieldOwner | undefined {
  const owners = ((live.metadata.managedFields ?? []) as FieldsEntry[]).filter(
    ({ fieldsV1 }) => fieldsV1 !== undefined && owns(fieldsV1, path),
  );
  if (owners.length === 0) return NOBODY;
  const others = owners
    .filter(({ manager }) => manager !== own)
    .toSorted((one, other) => (Date.parse(other.time ?? '') || 0) - (Date.parse(one.time ?? '') || 0));
  const [last] = others;
  if (last === undefined) return undefined;
  const at = Date.parse(last.time ?? '');
  return {
    manager: last.manager ?? '',
    operation: last.operation ?? '',
    subresource: last.subresource ?? '',
    since: Number.isNaN(at) ? null : new Date(at),
  };
}

/** Whether the field, something in it, or the value as a whole that it is a part of, is among them. */
function owns(fields: FieldsV1, path: readonly Step[]): boolean {
  let node: FieldsV1 = fields;
  for (const step of path) {
    // A list without keys, or any other value without parts, is owned as a whole.
    if (node !== fields && Object.keys(node).length === 0) return true;
    const next = below(node, step);
    if (next === undefined) return false;
    node = next;
  }
  return true;
}
