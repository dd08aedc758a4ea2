/** Which subscriptions a customer has, and which role in each, as this browser asks for them. */
import type { SubscriptionRole } from '@cellplane/api/access';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export const subscriptions = queryOptions({
  queryKey: ['subscriptions'],
  queryFn: async () => (await client.customerListSubscriptions({ query: {} })).subscriptions,
  staleTime: 30_000,
});

/** The roles alone: of the same answer. */
export const memberships = queryOptions({
  ...subscriptions,
  select: (own) => own.map(({ id, roleType }) => ({ subscriptionId: id, role: roleType as SubscriptionRole })),
});
