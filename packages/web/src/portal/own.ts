/** What a customer has and is offered, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { type InfiniteData, type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '../app/client';
import type { InstanceCounts, ListedInstance } from '../kit/instances/instance-query';
import { catalogue, described, listed, originOf } from './own-queries';

export {
  catalogue,
  type InstancePath,
  type Offered,
  type Offering,
  type Origin,
  originOf,
  type OwnInstance,
  pathOf,
  subscriptions,
} from './own-queries';

export type OwnSubscription = Awaited<ReturnType<Client['customerListSubscriptions']>>['subscriptions'][number];

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

/** One instance with its origin. Only this one is asked for, so that a link to it opens as fast with 1,000 beside it. */
export function useOwnInstance(instanceId: string) {
  const services = useQuery(catalogue);
  const queries = useQueryClient();
  // Who comes from the list has its row already.
  const found = useQuery({ ...listed(instanceId), placeholderData: () => rowOfLists(queries, instanceId) });
  const resourceId = found.data?.resourceId;
  const origin = resourceId === undefined || services.data === undefined ? undefined : originOf(services.data, resourceId);
  const whole = useQuery(described(instanceId, origin));
  return {
    instance: whole.data,
    origin,
    isPending: found.isPending || services.isPending || (origin !== undefined && whole.isPending),
    error: found.error ?? services.error ?? whole.error,
    isMissing: found.data === null,
    retry: () => void Promise.all([found.refetch(), services.refetch(), whole.refetch()]),
  };
}
