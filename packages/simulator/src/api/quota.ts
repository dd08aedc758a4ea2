import { arrayAt, objectAt, stringAt } from '../json.js';
import { type Kind, storageKey } from '../kinds/kind.js';
import type { Cell } from './cell.js';
import { forbidden } from './status.js';

/** Kinds that a quota also counts under their plural alone (quota/v1 evaluator/core). */
const PLAIN = new Set(['pods', 'services', 'configmaps', 'secrets', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas']);

/**
 * Throws 403 where one object more would exceed a ResourceQuota of its namespace. Numbers of objects are counted
 * (`count/<plural>.<group>`, and `pods`, `secrets`, …); sums of requests and limits are not.
 */
export function checkQuota(cell: Cell, kind: Kind, namespace: string, name: string): void {
  if (!kind.namespaced) return;
  const own = namesOf(kind);
  for (const quota of cell.store.list('resourcequotas', namespace)) {
    if (arrayAt(quota, 'spec', 'scopes').length > 0) continue;
    const hard = objectAt(quota, 'spec', 'hard');
    const names = own.filter((one) => hard[one] !== undefined);
    const used = cell.store.list(storageKey(kind), namespace).length;
    const exceeded = names.filter((one) => used + 1 > Number(hard[one]));
    if (exceeded.length === 0) continue;
    const list = (value: (one: string) => unknown) => exceeded.map((one) => `${one}=${String(value(one))}`).join(',');
    const amounts = `requested: ${list(() => 1)}, used: ${list(() => used)}, limited: ${list((one) => hard[one])}`;
    throw forbidden(kind, name, `exceeded quota: ${stringAt(quota, 'metadata', 'name')}, ${amounts}`);
  }
}

/** How many objects of a namespace there are, for those of a quota's names that count objects; sums of requests and limits are left out. */
export function usedOf(cell: Cell, namespace: string, names: readonly string[]): Record<string, string> {
  const kinds = new Map(cell.kinds.stored().flatMap((kind) => (kind.namespaced ? namesOf(kind).map((name) => [name, kind] as const) : [])));
  const used: Record<string, string> = {};
  for (const name of names) {
    const kind = kinds.get(name);
    if (kind) used[name] = String(cell.store.list(storageKey(kind), namespace).length);
  }
  return used;
}

/** Under which names a quota counts objects of this kind. */
function namesOf(kind: Kind): string[] {
  const key = `count/${kind.plural}${kind.group === '' ? '' : `.${kind.group}`}`;
  return kind.group === '' && PLAIN.has(kind.plural) ? [key, kind.plural] : [key];
}
