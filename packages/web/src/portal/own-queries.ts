/** What customers are asked for first: their catalogue, their subscriptions, one instance. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../app/client';

export const catalogue = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async () => (await client.listServiceOfferings({ query: {} })).services,
  staleTime: 60_000,
});

export const subscriptions = queryOptions({
  queryKey: ['subscriptions'],
  queryFn: async () => (await client.customerListSubscriptions({ query: {} })).subscriptions,
  staleTime: 30_000,
});

/** An instance as lists have it; null: there is none of this id, or the caller does not see it. */
export const listed = (instanceId: string) =>
  queryOptions({
    queryKey: ['instances', 'listed', instanceId],
    queryFn: async () =>
      (await client.listSeenInstances({ query: { q: instanceId } })).instances.find(({ id }) => id === instanceId) ?? null,
  });
