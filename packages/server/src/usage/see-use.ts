/** What of each namespace uses the cell now: Pods and claims of storage, in pages. */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { claimsOf, isBilled, type Metered, meteredClaim, meteredPod } from './metered.js';

/** A Pod or a claim that is metered. */
export interface SeenUse extends Metered {
  /** It carries the label of what is billed, or a Pod that does has it mounted. */
  billed: boolean;
  labels: Readonly<Record<string, string>>;
}

const PAGE = 200;
const CALL_MS = 15_000;

/** By namespace. Rejects with `ApiError` where the cell does not answer, or lets nobody list its Pods. */
export async function seeUse(
  client: KubernetesClient,
  namespaces: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, SeenUse[]>> {
  const seen = new Map<string, SeenUse[]>();
  const note = (namespace: string, use: SeenUse) => seen.set(namespace, [...(seen.get(namespace) ?? []), use]);
  const mounted = new Set<string>();
  await eachObject(client, 'Pod', signal, (pod) => {
    const { namespace = '', labels = {} } = pod.metadata;
    if (!namespaces.has(namespace)) return;
    const billed = isBilled(pod);
    if (billed) for (const claim of claimsOf(pod)) mounted.add(`${namespace}/${claim}`);
    const use = meteredPod(pod);
    if (use !== undefined) note(namespace, { ...use, billed, labels });
  });
  try {
    await eachObject(client, 'PersistentVolumeClaim', signal, (claim) => {
      const { namespace = '', name, labels = {} } = claim.metadata;
      const use = namespaces.has(namespace) ? meteredClaim(claim) : undefined;
      if (use !== undefined) note(namespace, { ...use, billed: isBilled(claim) || mounted.has(`${namespace}/${name}`), labels });
    });
  } catch (error) {
    // The account may list Pods and no claims: storage is not counted then (docs/kubernetes-access.md).
    if (!(error instanceof ApiError && error.status === 403)) throw error;
  }
  return seen;
}

async function eachObject(
  client: KubernetesClient,
  kind: string,
  signal: AbortSignal,
  take: (object: KubernetesObject) => void,
): Promise<void> {
  const of = { apiVersion: 'v1', kind };
  let continueToken: string | undefined;
  do {
    const page = await client.list(
      { ...of, limit: PAGE, ...(continueToken === undefined ? {} : { continueToken }) },
      { timeoutMs: CALL_MS, signal },
    );
    for (const object of page.items) take(object);
    ({ continueToken } = page);
  } while (continueToken !== undefined);
}
