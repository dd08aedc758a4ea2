/** Instances as `POST /fleet/search-inventory` finds them (docs/reference/api.md#search). */
import { planVersion, type PlanVersion } from '../catalog/catalog.js';
import type { InstanceSearchFilters, Inventory } from '../catalog/inventory.js';
import { type InstanceCondition, type InstanceKind, searchInstances, selectInstanceKinds } from '../instances/search-store.js';
import { type InstanceRow, selectVisibleInstance } from '../instances/store.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { gather } from './read-instance.js';
import { type InstanceFacts, statusDescription } from './wire.js';

type SearchRecord = Awaited<ReturnType<Inventory['searchInstances']>>[number];

function record(facts: InstanceFacts): SearchRecord {
  const { instance, version } = facts;
  const { place } = version;
  return {
    id: instance.id,
    cloudProvider: instance.cloudProvider,
    description: version.compiled.description,
    productTierId: place.planId,
    productTierName: place.planName,
    productTierVersion: version.version,
    regionCode: instance.region,
    resourceId: instance.resourceId,
    resourceName: resourceName(version, instance),
    serviceId: place.serviceId,
    serviceName: place.serviceName,
    serviceEnvironmentId: place.environmentId,
    serviceEnvironmentName: place.environmentName,
    serviceEnvironmentType: place.environmentType,
    status: instance.status,
    statusDescription: statusDescription(instance),
    subscriptionId: instance.subscriptionId,
    customTags: instance.tags,
    createdAt: instance.createdAt.toISOString(),
    managed: true,
    managedResourceType: version.compiled.resources.find((one) => one.key === instance.resourceKey)?.kind ?? '',
  };
}

function resourceName(version: PlanVersion, instance: Pick<InstanceKind, 'resourceKey'>): string {
  return version.compiled.resources.find((one) => one.key === instance.resourceKey)?.name ?? instance.resourceKey;
}

/** What there are instances of, with the names that it has in the catalogue. */
interface NamedKind {
  kind: InstanceKind;
  serviceName: string;
  environmentName: string;
  productTierName: string;
  productTierVersion: string;
  resourceName: string;
}

type Group = Partial<
  Record<keyof Omit<NamedKind, 'kind'> | 'instanceId' | 'cloudProvider' | 'regionCode' | 'status' | 'subscriptionId', string>
>;

/**
 * Live instances that the caller may see, newest first. The text is a whole id, a part of id or name, or the first letter of all ids. What
 * the catalogue calls them is looked up once for each kind that there is; only the rows that are found are read.
 */
export async function searchedInstances(
  deps: InstanceDeps,
  caller: { orgId: string },
  text: string,
  filters: InstanceSearchFilters,
): Promise<SearchRecord[]> {
  const groups = (filters?.predicates ?? []).filter((group) => group !== null);
  const tags = (filters?.tags ?? []).map(({ key, value }) => ({ key, value }));
  return (await gather(deps, await searchedRows(deps, caller, { text, groups, tags }))).map(record);
}

async function searchedRows(
  deps: InstanceDeps,
  caller: { orgId: string },
  { text, groups, tags }: { text: string; groups: Group[]; tags: { key: string; value: string }[] },
): Promise<InstanceRow[]> {
  // Before nearly every command on an instance the clients ask for its whole id.
  const named = await selectVisibleInstance(deps.db, caller, text);
  if (named !== undefined && groups.length === 0 && tags.length === 0) return [named];
  const kinds = await namedKinds(deps, named === undefined ? await selectInstanceKinds(deps.db, caller) : [named]);
  const wanted = text.toLowerCase();
  const isCalledSo = (one: NamedKind) => [one.serviceName, one.resourceName].some((name) => name.toLowerCase().includes(wanted));
  return searchInstances(deps.db, caller, {
    text,
    kinds: kinds.filter(isCalledSo).map((one) => one.kind),
    conditions: groups.map((group) => conditionOf(group, kinds)),
    tags,
  });
}

async function namedKinds({ db }: InstanceDeps, kinds: InstanceKind[]): Promise<NamedKind[]> {
  const versions = new Map<string, PlanVersion>();
  const named: NamedKind[] = [];
  for (const kind of kinds) {
    const key = `${kind.planId} ${kind.planVersion}`;
    const version = versions.get(key) ?? (await planVersion(db, kind.providerOrgId, kind.planId, kind.planVersion));
    versions.set(key, version);
    named.push({
      kind,
      serviceName: version.place.serviceName,
      environmentName: version.place.environmentName,
      productTierName: version.place.planName,
      productTierVersion: version.version,
      resourceName: resourceName(version, kind),
    });
  }
  return named;
}

const NAMES = ['serviceName', 'environmentName', 'productTierName', 'productTierVersion', 'resourceName'] as const;

/** AND within a group; what is empty does not restrict, and case is ignored. */
function conditionOf(group: Group, kinds: NamedKind[]): InstanceCondition {
  const asked = (text: string | undefined) => (text === '' ? undefined : text);
  const names = NAMES.filter((name) => asked(group[name]) !== undefined);
  return {
    id: asked(group.instanceId),
    cloudProvider: asked(group.cloudProvider),
    region: asked(group.regionCode),
    status: asked(group.status),
    subscriptionId: asked(group.subscriptionId),
    ...(names.length === 0
      ? {}
      : {
          kinds: kinds
            .filter((one) => names.every((name) => one[name].toLowerCase() === group[name]?.toLowerCase()))
            .map((one) => one.kind),
        }),
  };
}
