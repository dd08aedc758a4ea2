/** What a customer has and is offered, as this browser asks for it. */
import { type Client, createInstancePath } from '@cellplane/api/client';
import { type InfiniteData, type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '../app/client';
import type { InstanceCounts, ListedInstance } from '../kit/instances/instance-query';
import { catalogue, listed } from './own-queries';

export { catalogue, subscriptions } from './own-queries';

export type Offered = Awaited<ReturnType<Client['listServiceOfferings']>>['services'][number];
export type Offering = Offered['offerings'][number];
export type OwnInstance = Awaited<ReturnType<Client['customerDescribeInstance']>>;
export type OwnSubscription = Awaited<ReturnType<Client['customerListSubscriptions']>>['subscriptions'][number];
export type InstancePath = ReturnType<typeof createInstancePath>;

/** Where an instance comes from: product, plan and resource. */
export interface Origin {
  service: Offered;
  offering: Offering;
  resource: Offering['resourceParameters'][number];
}

/** How many of the caller's instances each subscription has. */
export function countBySubscription({ facets }: InstanceCounts): Map<string, number> {
  return new Map((facets['subscription'] ?? []).map(({ value, count }) => [value, count]));
}

function rowOfLists(queries: QueryClient, instanceId: string): ListedInstance | undefined {
  const lists = queries.getQueriesData<InfiniteData<{ instances: ListedInstance[] }>>({ queryKey: ['instances', 'list'] });
  return lists
    .flatMap(([, list]) => list?.pages ?? [])
    .flatMap(({ instances }) => instances)
    .find(({ id }) => id === instanceId);
}

/** Name of an instance that is there; null: it is not; undefined: not known yet. */
export function useNameOf(instanceId: string | undefined): string | null | undefined {
  const { data } = useQuery({ ...listed(instanceId ?? ''), enabled: instanceId !== undefined });
  return data === undefined || data === null ? data : data.name || data.id;
}

/** Rows of one request for names. */
const NAMES_PAGE = 500;

/** Id → name of each instance that is there. */
export const instanceNames = queryOptions({
  queryKey: ['instances', 'names'],
  queryFn: async () => {
    const names = new Map<string, string>();
    for (let nextPageToken: string | undefined = ''; nextPageToken !== undefined; ) {
      const page: Awaited<ReturnType<Client['listSeenInstances']>> = await client.listSeenInstances({
        query: { pageSize: NAMES_PAGE, nextPageToken },
      });
      for (const { id, name } of page.instances) names.set(id, name || id);
      nextPageToken = page.nextPageToken;
    }
    return names;
  },
});

/** Finds the offering that has a resource. Undefined: it is no longer offered to this customer. */
export function originOf(services: readonly Offered[], resourceId: string): Origin | undefined {
  for (const service of services)
    for (const offering of service.offerings) {
      const resource = offering.resourceParameters.find((one) => one.resourceId === resourceId);
      if (resource !== undefined) return { service, offering, resource };
    }
  return undefined;
}

export function pathOf({ service, offering, resource }: Origin): InstancePath {
  return createInstancePath(service, offering, resource);
}

/** One instance with its origin. Only this one is asked for, so that a link to it opens as fast with 1,000 beside it. */
export function useOwnInstance(instanceId: string) {
  const services = useQuery(catalogue);
  const queries = useQueryClient();
  // Who comes from the list has its row already.
  const found = useQuery({ ...listed(instanceId), placeholderData: () => rowOfLists(queries, instanceId) });
  const resourceId = found.data?.resourceId;
  const origin = resourceId === undefined || services.data === undefined ? undefined : originOf(services.data, resourceId);
  const described = useQuery({
    queryKey: ['instances', instanceId],
    queryFn: () => client.customerDescribeInstance({ params: { ...pathOf(origin as Origin), id: instanceId }, query: {} }),
    enabled: origin !== undefined,
  });
  return {
    instance: described.data,
    origin,
    isPending: found.isPending || services.isPending || (origin !== undefined && described.isPending),
    error: found.error ?? services.error ?? described.error,
    isMissing: found.data === null,
    retry: () => void Promise.all([found.refetch(), services.refetch(), described.refetch()]),
  };
}
