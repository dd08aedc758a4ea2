/**
 * Elements of lists are found by their values or keys, and so these stand in paths. Where such a value is secret, a path must not say it:
 * the list is the field then, and what changes in it is one change. Pure.
 */
import type { Json } from '@cellplane/plan';
import { type FieldNames, namesOf } from './field-groups.js';
import { pathText, type Step } from './field-path.js';
import type { FieldChange } from './object-diff.js';

export interface SecretTest {
  /** Whether a secret stands somewhere in the value. */
  holds: (value: Json) => boolean;
  /** Whether the manifest makes the field of a secret. */
  isSecretField: (names: FieldNames) => boolean;
}

/** The changes with paths that may be shown. `hidden`: the change is put together of elements that may not be told apart. */
export function withoutSecretElements(changes: readonly FieldChange[], test: SecretTest): (FieldChange & { hidden?: true })[] {
  const shown: (FieldChange & { hidden?: true })[] = [];
  const lists = new Map<string, FieldChange & { before: Json[]; after: Json[]; hidden: true }>();
  for (const change of changes) {
    const at = change.path.findIndex((step, index) => isSecret(step, change.path.slice(0, index), test));
    if (at < 0) {
      shown.push(change);
      continue;
    }
    const path = change.path.slice(0, at);
    const text = pathText(path);
    const known = lists.get(text);
    const list = known ?? { path, before: [], after: [], owners: [], hidden: true as const };
    if (known === undefined) {
      lists.set(text, list);
      shown.push(list);
    }
    if (change.before !== undefined) list.before.push(change.before);
    if (change.after !== undefined) list.after.push(change.after);
    list.owners = [...new Set([...list.owners, ...change.owners])].toSorted();
  }
  return shown;
}

function isSecret(step: Step, before: readonly Step[], { holds, isSecretField }: SecretTest): boolean {
  if ('value' in step) return holds(step.value) || isSecretField(namesOf(before));
  if (!('keys' in step)) return false;
  return Object.entries(step.keys).some(([key, value]) => holds(value) || isSecretField([...namesOf(before), key]));
}
