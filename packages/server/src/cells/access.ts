/**
 * What an instance gets in its cell: a namespace, an account that all writes of its tasks go through, and exactly the
 * rights that its plan version needs (docs/kubernetes-access.md). Everything is applied again by each run, so that a new plan version's
 * kinds are allowed and what somebody took away comes back.
 */
import { ApiError, type ApiResource, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { groupOf, type KindUse } from '@cellplane/plan';
import { INSTANCE_LABEL } from './instance-labels.js';

export interface InstanceAccess {
  namespace: string;
  /** On every object: at least `cellplane.dev/instance`. */
  labels: Record<string, string>;
  /** On the namespace: which run has written it last. */
  annotations?: Record<string, string>;
  /** What the run at hand needs. */
  kinds: KindUse[];
  /** What other runs of the instance need: part of the Role where it is served. */
  otherKinds?: KindUse[];
  /** The one manager name of the instance. */
  fieldManager: string;
}

/** Account, Role and RoleBinding have this name in every instance's namespace. */
export const ACCESS_NAME = 'cellplane-run';

/** User to impersonate for the writes of an instance's tasks. */
export function instanceUser(namespace: string): string {
  return `system:serviceaccount:${namespace}:${ACCESS_NAME}`;
}

/** What became of a try: done, or what it waits for, or why it can never be. */
export type AccessResult = { done: true; missingKinds: string[] } | { wait: string } | { failed: { code: string; message: string } };

/**
 * Makes or repairs namespace and access. Kinds that the cell does not serve (yet) are waited for, or with `skipMissing` left
 * out of the Role: a delete must not need what was never installed. An API server takes a moment to serve the kinds of a chart that
 * was just installed; while that `mayBeComing`, nobody is told to install it. Rejects with `ApiError`.
 */
export async function ensureAccess(
  client: KubernetesClient,
  access: InstanceAccess,
  options: { cellName: string; signal: AbortSignal; skipMissing: boolean; mayBeComing?: boolean },
): Promise<AccessResult> {
  const call = { signal: options.signal };
  const served: { use: KindUse; resource: ApiResource }[] = [];
  const missing: string[] = [];
  const needed = new Set(access.kinds.map((use) => `${use.apiVersion} ${use.kind}`));
  for (const use of mergedKinds([...access.kinds, ...(access.otherKinds ?? [])])) {
    const resource = await client.resource(use.apiVersion, use.kind, call).catch((error: unknown) => {
      if (error instanceof ApiError && error.reason === 'KindNotServed') return undefined;
      throw error;
    });
    if (resource === undefined && !needed.has(`${use.apiVersion} ${use.kind}`)) continue;
    if (resource === undefined)
      missing.push(
        `kind ${use.kind} of ${use.apiVersion} is not served by cell ${options.cellName}${
          options.mayBeComing === true
            ? ' yet'
            : ": its CRD is not installed there (name the operator's chart under helmChartDependencies, or install it)"
        }`,
      );
    else served.push({ use, resource });
  }
  if (missing.length > 0 && !options.skipMissing) return { wait: missing.join('; ') };
  const wide = served.find(({ resource }) => !resource.namespaced);
  if (wide !== undefined) {
    const message = `kind ${wide.use.kind} of ${wide.use.apiVersion} is cluster-scoped; an instance may only write to its own namespace`;
    return { failed: { code: 'cluster-scoped-kind', message } };
  }
  const apply = (object: KubernetesObject) => client.apply(object, { fieldManager: access.fieldManager, force: true }, call);
  const { annotations = {} } = access;
  const namespace = await apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: access.namespace, labels: access.labels, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
  });
  if (namespace.metadata.deletionTimestamp !== undefined) return { wait: `namespace ${access.namespace} is still being deleted` };
  const metadata = { name: ACCESS_NAME, namespace: access.namespace, labels: access.labels };
  await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false });
  await apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: rulesOf(served) });
  await apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ACCESS_NAME },
    subjects: [{ kind: 'ServiceAccount', name: ACCESS_NAME, namespace: access.namespace }],
  });
  return { done: true, missingKinds: missing };
}

/** Each kind once, with all its verbs. */
export function mergedKinds(uses: readonly KindUse[]): KindUse[] {
  const kinds = new Map<string, KindUse>();
  for (const use of uses) {
    const key = `${use.apiVersion} ${use.kind}`;
    kinds.set(key, { ...use, verbs: [...new Set([...(kinds.get(key)?.verbs ?? []), ...use.verbs])] });
  }
  return [...kinds.values()];
}

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** One rule per kind. A write is always read back after an unknown outcome, so `get` belongs to every kind. */
export function rulesOf(served: { use: KindUse; resource: ApiResource }[]): Rule[] {
  return served.map(({ use, resource }) => ({
    apiGroups: [groupOf(use.apiVersion)],
    resources: [resource.plural],
    verbs: [...new Set(['get', ...use.verbs])].sort(),
  }));
}

/**
 * Deletes the namespace and everything in it. Done when the API server says that it is not there; only a namespace with
 * the instance's label is touched. Rejects with `ApiError`.
 */
export async function removeNamespace(
  client: KubernetesClient,
  input: { namespace: string; instanceId: string },
  options: { signal: AbortSignal },
): Promise<AccessResult> {
  const key = { apiVersion: 'v1', kind: 'Namespace', name: input.namespace };
  const found = await client.get(key, options).catch(absent);
  if (found === undefined) return { done: true, missingKinds: [] };
  if (found.metadata.labels?.[INSTANCE_LABEL] !== input.instanceId) {
    const message = `namespace ${input.namespace} has no label ${INSTANCE_LABEL}=${input.instanceId}; somebody else made it, so it is not deleted`;
    return { failed: { code: 'foreign-namespace', message } };
  }
  if (found.metadata.deletionTimestamp === undefined) {
    const { uid } = found.metadata;
    await client.delete(key, { ...options, ...(uid === undefined ? {} : { uid }), propagationPolicy: 'Background' }).catch(absent);
  }
  return { wait: `namespace ${input.namespace} is being deleted${explain(found)}` };
}

/** 404 is no error here. */
export function absent(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404 && error.reason !== 'KindNotServed') return undefined;
  throw error;
}

/** What still holds the namespace, in the words of its conditions. */
function explain(namespace: KubernetesObject): string {
  const conditions =
    (namespace['status'] as { conditions?: { type?: string; status?: string; message?: string }[] } | undefined)?.conditions ?? [];
  const holding = conditions.filter(
    (one) => one.status === 'True' && one.message !== undefined && /Remaining|Failure/.test(one.type ?? ''),
  );
  return holding.length === 0 ? '' : `: ${holding.map((one) => one.message).join('; ')}`;
}
