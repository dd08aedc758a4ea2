/** Which container of which Pod somebody means: of the instance's own namespace, by names that are names. */
import type { KubernetesClient, KubernetesObject } from '@cellplane/kubernetes';
import { cut } from '@cellplane/plan';
import { badRequest, notFound } from '../errors.js';
import { CALL_MS } from './ask-cell.js';
import type { PodFields } from './node.js';

/** As Kubernetes wants names of Pods. */
const POD_NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** @throws DomainError not_found, also for what can be no name */
export async function findPod(client: KubernetesClient, namespace: string, name: string, signal?: AbortSignal): Promise<KubernetesObject> {
  if (!POD_NAME.test(name)) throw notFound('node', name);
  const of = { apiVersion: 'v1', kind: 'Pod', namespace, fieldSelector: `metadata.name=${name}` };
  const { items } = await client.list(of, { timeoutMs: CALL_MS, ...(signal === undefined ? {} : { signal }) });
  const pod = items.find(({ metadata }) => metadata.name === name);
  if (pod === undefined) throw notFound('node', name);
  return pod;
}

/** The wanted one, or the one that the Pod is about. @throws DomainError bad_request naming those that there are */
export function containerOf(pod: KubernetesObject, wanted: string | undefined): string {
  const { containers = [], initContainers = [] } = (pod as PodFields).spec ?? {};
  const names = [...containers, ...initContainers].map(({ name }) => name);
  if (wanted === undefined) {
    const marked = pod.metadata.annotations?.[DEFAULT_CONTAINER];
    return marked !== undefined && names.includes(marked) ? marked : (names[0] ?? '');
  }
  if (names.includes(wanted)) return wanted;
  const message = `must be one of ${names.join(', ')}`;
  throw badRequest('unknown-container', `Node ${pod.metadata.name} has no container "${cut(wanted)}": it ${message}.`, [
    { field: 'container', code: 'unknown-container', message },
  ]);
}
