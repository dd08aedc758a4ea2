/** `operatorCRDConfiguration.upgrade`: how instances come to a plan version. */
import type { UpgradePolicy } from '../model.js';
import { isNull, itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { compact, textAt, truthAt } from './read-value.js';

/** Absent if the spec says nothing of it. */
export function compileUpgrade(node: SpecNode | undefined): UpgradePolicy | undefined {
  if (node === undefined || isNull(node)) return undefined;
  return compact<UpgradePolicy>({
    verify: textAt(node, 'verify'),
    rollback: truthAt(node, 'rollback', false),
    restarts: itemsOf(valueAt(node, 'restarts')).map((restart) => ({
      kind: textAt(restart, 'kind', ''),
      paths: itemsOf(valueAt(restart, 'paths')).flatMap((path) => textOf(path) ?? []),
    })),
  });
}

const SEGMENT = /^(?:\.?([A-Za-z_][\w-]*)|\[(\*)\]|\[(\d{1,9})\]|\["([^"\\]{1,253})"\])/;

/**
 * A path of fields as keys from the object's root: `spec.storage.size`, `spec.instances[0].name`, `spec.list[*].image` (any item),
 * `metadata.annotations["example.com/key"]`. Undefined: it is none. Length is bounded by the spec's.
 */
export function readFieldPath(text: string): string[] | undefined {
  const keys: string[] = [];
  let rest = text.trim();
  if (rest.startsWith('.') || rest.startsWith('[')) return undefined;
  while (rest !== '') {
    const found = SEGMENT.exec(rest);
    const key = found?.slice(1).find((group) => group !== undefined);
    // The dot parts keys; only the first one does without.
    if (found === null || key === undefined || (found[1] !== undefined && keys.length > 0 && !rest.startsWith('.'))) return undefined;
    keys.push(key);
    rest = rest.slice(found[0].length);
  }
  return keys.length === 0 ? undefined : keys;
}
