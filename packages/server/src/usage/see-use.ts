/** What of each namespace uses the cell now: Pods and claims of storage. */
import { ApiError, eachObject, type KubernetesClient } from '@cellplane/kubernetes';
import { BILLED_SELECTOR, claimsOf, isBilled, type Metered, meteredClaim, meteredPod } from './metered.js';

/** A Pod or a claim that is metered. */
export interface SeenUse extends Metered {
  /** It carries the label of what is billed, or a Pod that does has it mounted. */
  billed: boolean;
  labels: Readonly<Record<string, string>>;
}

export interface Looked {
  namespaces: ReadonlySet<string>;
  /** Pods without the label count for none of them, so they are not asked for. */
  onlyBilled: boolean;
}

const PAGE = 200;
const CALL_MS = 15_000;

/** By namespace. Rejects with `ApiError` where the cell does not answer, or lets nobody list its Pods. */
export async function seeUse(
  client: KubernetesClient,
  { namespaces, onlyBilled }: Looked,
  signal: AbortSignal,
): Promise<Map<string, SeenUse[]>> {
  const call = { pageSize: PAGE, timeoutMs: CALL_MS, signal };
  // By name: a list that is read once more counts once.
  const [pods, claims] = [new Map<string, SeenUse & { namespace: string }>(), new Map<string, SeenUse & { namespace: string }>()];
  const mounted = new Set<string>();
  const ofPods = { apiVersion: 'v1', kind: 'Pod', ...(onlyBilled ? { labelSelector: BILLED_SELECTOR } : {}) };
  await eachObject(client, ofPods, call, (pod) => {
    const { namespace = '', name, labels = {} } = pod.metadata;
    if (!namespaces.has(namespace)) return;
    const billed = isBilled(pod);
    if (billed) for (const claim of claimsOf(pod)) mounted.add(`${namespace}/${claim}`);
    const use = meteredPod(pod);
    if (use !== undefined) pods.set(`${namespace}/${name}`, { ...use, billed, labels, namespace });
  });
  try {
    await eachObject(client, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, call, (claim) => {
      const { namespace = '', name, labels = {} } = claim.metadata;
      const key = `${namespace}/${name}`;
      const use = namespaces.has(namespace) ? meteredClaim(claim) : undefined;
      if (use !== undefined) claims.set(key, { ...use, billed: isBilled(claim) || mounted.has(key), labels, namespace });
    });
  } catch (error) {
    // The account may list Pods and no claims: storage is not counted then (docs/kubernetes-access.md).
    if (!(error instanceof ApiError && error.status === 403)) throw error;
  }
  const seen = new Map<string, SeenUse[]>([...namespaces].map((namespace) => [namespace, []]));
  for (const { namespace, ...use } of [...pods.values(), ...claims.values()]) seen.get(namespace)?.push(use);
  return seen;
}
