/** Subscriptions of the caller, those that have ended too, and what they have asked for. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type SubscriptionRequest = Awaited<ReturnType<Client['customerListSubscriptionRequests']>>['subscriptionRequests'][number];

export const allSubscriptions = queryOptions({
  queryKey: ['subscriptions', 'all'],
  queryFn: async () => (await client.customerListSubscriptions({ query: { includeInactive: true } })).subscriptions,
});

export const ownRequests = queryOptions({
  queryKey: ['subscriptions', 'requests'],
  queryFn: async () => (await client.customerListSubscriptionRequests({ query: {} })).subscriptionRequests,
});

/** How many instances a subscription may have; undefined: as many as wanted. */
export function limitOf({ maxNumberOfInstances }: { maxNumberOfInstances?: number }): number | undefined {
  return maxNumberOfInstances === undefined || maxNumberOfInstances < 0 ? undefined : maxNumberOfInstances;
}
