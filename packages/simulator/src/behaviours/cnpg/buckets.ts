import { createHash } from 'node:crypto';
import { change, ensureObject, find, type Operator } from '../behaviour.js';
import { isObject, objectAt } from '../../json.js';

const NAMESPACE = 'kube-system';
const NAME = 'simulated-object-stores';

/** One backup in a simulated bucket. */
export interface StoredBackup {
  path: string;
  server: string;
  id: string;
}

// Keys of a ConfigMap have a narrow alphabet.
const keyOf = (backup: StoredBackup) =>
  createHash('sha256').update(`${backup.path}\n${backup.server}\n${backup.id}`).digest('hex').slice(0, 40);

/** Remembers a backup in the cell's simulated object stores; it outlives the Cluster, as a bucket does. */
export function rememberBackup(operator: Operator, backup: StoredBackup): void {
  const found = ensureObject(operator, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace: NAMESPACE } });
  if (!found) return;
  change(operator, found, (next) => void (next.data = { ...objectAt(next, 'data'), [keyOf(backup)]: JSON.stringify(backup) }));
}

/** True where the server has a backup under the path; with `id`, that one. */
export function hasBackup(operator: Operator, path: string, server: string, id: string): boolean {
  const data = objectAt(find(operator, 'v1', 'ConfigMap', NAMESPACE, NAME), 'data');
  return Object.values(data).some((text) => {
    const backup: unknown = JSON.parse(String(text));
    return isObject(backup) && backup.path === path && backup.server === server && (id === '' || backup.id === id);
  });
}

/** True where a server has written under the path. */
export function hasArchive(operator: Operator, path: string, server: string): boolean {
  return hasBackup(operator, path, server, '');
}
