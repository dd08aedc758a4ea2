/** Subscriptions of all customers, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '../../app/client';
import { usePages } from '../../kit/use-pages';
import { fleetSubscription } from '../instance-queries';

export type ListedSubscription = Awaited<ReturnType<Client['listAllSubscriptions']>>['subscriptions'][number];
export type SubscriptionSearch = NonNullable<Parameters<Client['listAllSubscriptions']>[0]['query']>;

/** Subscriptions that are like that, page by page. */
export function useSubscriptions(query: SubscriptionSearch) {
  return usePages(['subscriptions', 'fleet', query], async (page) => {
    const { subscriptions, nextPageToken } = await client.listAllSubscriptions({ query: { ...query, ...page } });
    return { rows: subscriptions, nextPageToken };
  });
}

/** One subscription, whichever product it is of; null: there is none. */
export function useSubscription(id: string) {
  return useQuery(fleetSubscription(id));
}

/** Where an operation on a subscription goes. */
export function placeOf({ id, serviceId, environmentId }: ListedSubscription): { id: string; serviceId: string; environmentId: string } {
  return { id, serviceId, environmentId };
}

/** Reads anew what a change of subscriptions has changed. */
export function useReadSubscriptionsAnew(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([queries.invalidateQueries({ queryKey: ['subscriptions'] }), queries.invalidateQueries({ queryKey: ['people'] })]);
}
