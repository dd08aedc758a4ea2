/**
 * Kinds of operators that the simulated cell knows nothing of. It serves them as they come: a permissive definition takes any
 * object, and `simulated/operator.ts` makes its status satisfy the plan's own gates (docs/simulate.md).
 */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import type { KindUse } from '@cellplane/plan';

/** On every definition made here, and what tells it from one of a real or a simulated operator. */
const SIMULATED_KIND_LABEL = 'cellplane.dev/simulated-kind';

const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

/** Groups of Kubernetes itself: what is not served of them is not made up. */
const BUILT_IN = new Set(['', 'apps', 'batch', 'autoscaling', 'policy', 'networking.k8s.io', 'rbac.authorization.k8s.io']);

/** Makes definitions for those of the kinds that nobody serves; answers the kinds that are simulated this way, old and new. */
export async function serveUnknownKinds(client: KubernetesClient, kinds: KindUse[], signal: AbortSignal): Promise<string[]> {
  const simulated: string[] = [];
  for (const { apiVersion, kind } of kinds) {
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    if (BUILT_IN.has(group)) continue;
    const name = `${pluralOf(kind)}.${group}`;
    const there = await find(client, name, signal);
    if (there !== undefined && there.metadata.labels?.[SIMULATED_KIND_LABEL] === undefined) continue;
    const versions = new Set([...versionsOf(there), version]);
    if (there === undefined && (await isServed(client, apiVersion, kind, signal))) continue;
    simulated.push(`${kind} of ${apiVersion}`);
    if (versionsOf(there).includes(version)) continue;
    const definition = definitionOf({ name, group, kind, versions: [...versions] });
    await client.apply(definition, { fieldManager: 'cellplane', force: true }, { signal });
  }
  return simulated;
}

/** The kinds that are simulated this way in a cell. */
export async function simulatedKinds(client: KubernetesClient): Promise<Set<string>> {
  const { items } = await client.list({ ...CRD, labelSelector: SIMULATED_KIND_LABEL });
  return new Set(
    items.flatMap((item) => {
      const { group, names } = item['spec'] as { group: string; names: { kind: string } };
      return versionsOf(item).map((version) => `${group}/${version} ${names.kind}`);
    }),
  );
}

async function find(client: KubernetesClient, name: string, signal: AbortSignal): Promise<KubernetesObject | undefined> {
  return client.get({ ...CRD, name }, { signal }).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });
}

async function isServed(client: KubernetesClient, apiVersion: string, kind: string, signal: AbortSignal): Promise<boolean> {
  return client.resource(apiVersion, kind, { signal }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiError && error.reason === 'KindNotServed') return false;
      throw error;
    },
  );
}

function versionsOf(definition: KubernetesObject | undefined): string[] {
  const spec = definition?.['spec'] as { versions?: { name: string }[] } | undefined;
  return (spec?.versions ?? []).map((version) => version.name);
}

function definitionOf(of: { name: string; group: string; kind: string; versions: string[] }): KubernetesObject {
  const plural = pluralOf(of.kind);
  return {
    ...CRD,
    metadata: {
      name: of.name,
      labels: { [SIMULATED_KIND_LABEL]: 'true', 'cellplane.dev/simulated': 'true' },
      // Asked for by the API server for groups of Kubernetes' own.
      ...(of.group.endsWith('.k8s.io') ? { annotations: { 'api-approved.kubernetes.io': 'unapproved, simulated' } } : {}),
    },
    spec: {
      group: of.group,
      scope: 'Namespaced',
      names: { kind: of.kind, listKind: `${of.kind}List`, plural, singular: of.kind.toLowerCase() },
      versions: of.versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      })),
    },
  };
}

/** A guess as good as any: nobody but this cell has to know it. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/(s|x|z|ch|sh)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
