/** Deleting what our tasks made, where a plan has no delete workflow: the newest first, one after the other is gone. */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import type { KindUse } from '@cellplane/plan';
import { absent } from '../cells/access.js';
import { INSTANCE_LABEL } from '../cells/instance-labels.js';

/**
 * Deletes the newest object with the instance's label that is left, and answers what it waits for; undefined when none is
 * left. Call it again until then. Rejects with `ApiError`.
 */
export async function removeObjects(
  client: KubernetesClient,
  of: { namespace: string; instanceId: string; kinds: KindUse[] },
  options: { signal: AbortSignal },
): Promise<string | undefined> {
  const found: KubernetesObject[] = [];
  const kinds = new Map(of.kinds.map((use) => [`${use.apiVersion} ${use.kind}`, use]));
  for (const { apiVersion, kind } of kinds.values()) {
    const selector = { apiVersion, kind, namespace: of.namespace, labelSelector: `${INSTANCE_LABEL}=${of.instanceId}` };
    const list = await client.list(selector, options).catch((error: unknown) => {
      // A kind that the cell does not serve has no objects.
      if (error instanceof ApiError && (error.reason === 'KindNotServed' || error.status === 404)) return undefined;
      throw error;
    });
    // Items of a list come without apiVersion and kind.
    found.push(...(list?.items ?? []).map((item) => ({ ...item, apiVersion, kind })));
  }
  const [newest] = found.sort((one, other) => born(other) - born(one) || other.metadata.name.localeCompare(one.metadata.name));
  if (newest === undefined) return undefined;
  const { apiVersion, kind } = newest;
  const { name, namespace, uid, deletionTimestamp, finalizers } = newest.metadata;
  if (deletionTimestamp === undefined) {
    const key = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
    await client.delete(key, { ...options, ...(uid === undefined ? {} : { uid }), propagationPolicy: 'Foreground' }).catch(gone);
  }
  const held = deletionTimestamp !== undefined && (finalizers ?? []).length > 0 ? `; held by ${(finalizers ?? []).join(', ')}` : '';
  return `${kind} ${name} is being deleted${held}`;
}

function born(object: KubernetesObject): number {
  return Date.parse(object.metadata.creationTimestamp ?? '') || 0;
}

/** 404: it is gone. 409: another object has the name now, so ours is gone. */
function gone(error: unknown): void {
  if (error instanceof ApiError && error.status === 409) return;
  absent(error);
}
