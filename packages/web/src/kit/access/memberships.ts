/** Which roles a customer has in which subscriptions, as this browser asks for it. */
import type { SubscriptionRole } from '@cellplane/api/access';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export const memberships = queryOptions({
  queryKey: ['subscriptions', 'memberships'],
  queryFn: async () =>
    (await client.customerListSubscriptions({ query: {} })).subscriptions.map(({ id, roleType }) => ({
      subscriptionId: id,
      role: roleType as SubscriptionRole,
    })),
  staleTime: 30_000,
});
