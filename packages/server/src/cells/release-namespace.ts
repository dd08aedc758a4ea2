/** The end of an adopted instance: its namespace was somebody's before, so it stays, without what Cellplane has put there. */
import type { KubernetesClient } from '@cellplane/kubernetes';
import { ACCESS_NAME, absent, type AccessResult } from './access.js';
import { INSTANCE_LABEL, instanceLabels } from './instance-labels.js';

/**
 * Takes the instance's account and rights out of the namespace, and its labels off it. Done if the namespace is not there, or has
 * another instance's label or none. Rejects with `ApiError`.
 */
export async function releaseNamespace(
  client: KubernetesClient,
  { namespace, instanceId }: { namespace: string; instanceId: string },
  options: { signal: AbortSignal },
): Promise<AccessResult> {
  const key = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  const found = await client.get(key, options).catch(absent);
  if (found?.metadata.labels?.[INSTANCE_LABEL] !== instanceId) return { done: true, missingKinds: [] };
  const rbac = 'rbac.authorization.k8s.io/v1';
  for (const [apiVersion, kind] of [
    [rbac, 'RoleBinding'],
    [rbac, 'Role'],
    ['v1', 'ServiceAccount'],
  ] as const)
    await client.delete({ apiVersion, kind, namespace, name: ACCESS_NAME }, options).catch(absent);
  const labels = Object.fromEntries(Object.keys(instanceLabels({ id: instanceId, orgId: '' })).map((label) => [label, null]));
  await client.patch(key, 'merge', { metadata: { labels } }, options).catch(absent);
  return { done: true, missingKinds: [] };
}
