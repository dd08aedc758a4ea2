/**
 * Whether a cell's address still leads to the cluster that it led to first. A cluster that was made anew behind the same address has
 * nothing of what the rows say: to go on with it would make empty databases, and a delete would forget those that are somewhere else.
 */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import type { Database } from '../database/database.js';
import { DomainError, invalidState } from '../errors.js';
import { type CellRow, claimClusterUid, replaceClusterUid, setOtherClusterUid } from './store.js';

type KnownCluster = Pick<CellRow, 'key' | 'clusterUid' | 'otherClusterUid'>;

/** What a cluster is known by; undefined where we may not ask. Rejects with `ApiError`. */
export async function clusterUidOf(client: KubernetesClient, options: { timeoutMs: number }): Promise<string | undefined> {
  try {
    return (await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, options)).metadata.uid;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}

/** Stores which cluster the address leads to. Answers whether it is the one that it led to before. */
export async function noteCluster(db: Database, cellId: string, uid: string | undefined): Promise<boolean> {
  if (uid === undefined) return true;
  const same = await claimClusterUid(db, cellId, uid);
  await setOtherClusterUid(db, cellId, same ? '' : uid);
  return same;
}

/** @throws DomainError invalid_state `not-another-cluster` unless the address leads to just this other cluster */
export async function acceptCluster(db: Database, cell: Pick<CellRow, 'id' | 'key' | 'otherClusterUid'>, uid: string): Promise<void> {
  if (await replaceClusterUid(db, cell.id, uid)) return;
  const now = cell.otherClusterUid === '' ? 'to the cluster that it led to before' : `to cluster ${cell.otherClusterUid}`;
  throw invalidState('not-another-cluster', `The address of cell ${cell.key} leads ${now}, so cluster ${uid} is not accepted for it.`);
}

/** What there is to say, and to do, while the address leads to another cluster. */
export function otherClusterMessage({ key, clusterUid, otherClusterUid }: KnownCluster): string {
  return `the address of cell ${key} leads to another cluster than before: its kube-system namespace has uid ${otherClusterUid}, and had ${clusterUid}. Nothing is sent there. Lead the address back to the cluster of before; or, if the new one is to take its place, say so: ${acceptCommand({ key, otherClusterUid })}`;
}

/** As it is typed. */
export function acceptCommand({ key, otherClusterUid }: Pick<CellRow, 'key' | 'otherClusterUid'>): string {
  return `cellplane deployment-cell accept-cluster ${key} --uid ${otherClusterUid}`;
}

/** @throws DomainError unavailable while the address leads to another cluster */
export function refuseOtherCluster(cell: KnownCluster): void {
  if (cell.otherClusterUid !== '') throw new DomainError('unavailable', 'another-cluster', otherClusterMessage(cell));
}
