import type { JsonObject } from '../json.js';
import { apiVersionOf, type Kind } from '../kinds/kind.js';
import type { KindRegistry } from '../kinds/registry.js';

/** Media type of aggregated discovery. */
export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Versions in the order of preference: stable before beta before alpha, higher first (apimachinery version.CompareKubeAwareVersionStrings). */
function compareVersions(a: string, b: string): number {
  const rank = (version: string): number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!match) return [-1, 0, 0];
    return [match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0, Number(match[1]), Number(match[3] ?? 0)];
  };
  const left = rank(a);
  const right = rank(b);
  for (const [i, value] of left.entries()) if (value !== right[i]) return (right[i] ?? 0) - value;
  return a < b ? -1 : 1;
}

interface Group {
  name: string;
  versions: { version: string; kinds: Kind[] }[];
}

function groups(kinds: KindRegistry): Group[] {
  const byName = new Map<string, Map<string, Kind[]>>();
  for (const kind of kinds.all()) {
    const versions = byName.get(kind.group) ?? new Map<string, Kind[]>();
    byName.set(kind.group, versions);
    versions.set(kind.version, [...(versions.get(kind.version) ?? []), kind]);
  }
  return [...byName].map(([name, versions]) => ({
    name,
    versions: [...versions].map(([version, list]) => ({ version, kinds: list })).sort((a, b) => compareVersions(a.version, b.version)),
  }));
}

/** Subresources of a kind with their verbs. */
function subresources(kind: Kind): { name: string; verbs: string[]; responseKind?: string }[] {
  const own = ['get', 'patch', 'update'];
  return [
    ...(kind.hasStatus ? [{ name: 'status', verbs: own }] : []),
    ...(kind.scale ? [{ name: 'scale', verbs: own, responseKind: 'Scale' }] : []),
    ...(kind.kind === 'Namespace' ? [{ name: 'finalize', verbs: ['update'] }] : []),
    ...(kind.kind === 'Pod' && !kind.custom ? [{ name: 'log', verbs: ['get'] }] : []),
  ];
}

/** Aggregated discovery of `/api` (`isCore`) or `/apis`. */
export function aggregatedDiscovery(kinds: KindRegistry, isCore: boolean): JsonObject {
  const items = groups(kinds)
    .filter((group) => (group.name === '') === isCore)
    .map((group) => ({
      metadata: isCore ? { creationTimestamp: null } : { name: group.name, creationTimestamp: null },
      versions: group.versions.map(({ version, kinds: list }) => ({
        version,
        resources: list.map(aggregatedResource),
        freshness: 'Current',
      })),
    }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function aggregatedResource(kind: Kind): JsonObject {
  const responseKind = (name: string) =>
    name === 'Scale'
      ? { group: 'autoscaling', version: 'v1', kind: name }
      : { group: kind.custom ? kind.group : '', version: kind.custom ? kind.version : '', kind: name };
  const below = subresources(kind);
  return {
    resource: kind.plural,
    responseKind: responseKind(kind.kind),
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: [...kind.verbs],
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(below.length > 0 && {
      subresources: below.map((one) => ({
        subresource: one.name,
        responseKind: responseKind(one.responseKind ?? kind.kind),
        verbs: one.verbs,
      })),
    }),
  };
}

/** `/apis`. */
export function groupList(kinds: KindRegistry): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups(kinds)
      .filter((group) => group.name !== '')
      .map(describeGroup),
  };
}

function describeGroup(group: Group): JsonObject {
  const versions = group.versions.map(({ version }) => ({ groupVersion: `${group.name}/${version}`, version }));
  return { name: group.name, versions, preferredVersion: versions[0] };
}

/** `/apis/<group>`; undefined for a group that is not served. */
export function groupDocument(kinds: KindRegistry, name: string): JsonObject | undefined {
  const group = groups(kinds).find((one) => one.name === name && name !== '');
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) };
}

/** `/api/v1` and `/apis/<group>/<version>`; undefined for what is not served. */
export function resourceList(kinds: KindRegistry, group: string, version: string): JsonObject | undefined {
  const list = kinds.all().filter((kind) => kind.group === group && kind.version === version);
  if (list.length === 0) return undefined;
  const resources = list.flatMap((kind) => [
    {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: [...kind.verbs],
      ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
      ...(kind.categories.length > 0 && { categories: kind.categories }),
    },
    ...subresources(kind).map((one) => ({
      name: `${kind.plural}/${one.name}`,
      singularName: '',
      namespaced: kind.namespaced,
      ...(one.responseKind === 'Scale' && { group: 'autoscaling', version: 'v1' }),
      kind: one.responseKind ?? kind.kind,
      verbs: one.verbs,
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: list[0] ? apiVersionOf(list[0]) : '', resources };
}
