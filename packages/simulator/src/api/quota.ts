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
  const key = `count/${kind.plural}${kind.group === '' ? '' : `.${kind.group}`}`;
  for (const quota of cell.store.list('resourcequotas', namespace)) {
    if (arrayAt(quota, 'spec', 'scopes').length > 0) continue;
    const hard = objectAt(quota, 'spec', 'hard');
    const names = [key, ...(kind.group === '' && PLAIN.has(kind.plural) ? [kind.plural] : [])].filter((one) => hard[one] !== undefined);
    const used = cell.store.list(storageKey(kind), namespace).length;
    const exceeded = names.filter((one) => used + 1 > Number(hard[one]));
    if (exceeded.length === 0) continue;
    const list = (value: (one: string) => unknown) => exceeded.map((one) => `${one}=${String(value(one))}`).join(',');
    const amounts = `requested: ${list(() => 1)}, used: ${list(() => used)}, limited: ${list((one) => hard[one])}`;
    throw forbidden(kind, name, `exceeded quota: ${stringAt(quota, 'metadata', 'name')}, ${amounts}`);
  }
}
