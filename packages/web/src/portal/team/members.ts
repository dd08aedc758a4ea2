/** The members of the caller's subscriptions, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type Member = Awaited<ReturnType<Client['listAllSubscriptionMembers']>>['subscriptionUsers'][number];

export const members = queryOptions({
  queryKey: ['people', 'members'],
  queryFn: async () => (await client.listAllSubscriptionMembers({ query: {} })).subscriptionUsers,
});

/** Who is invited has no account yet, or has not signed in since. */
export function isInvited({ userId }: Member): boolean {
  return userId === '';
}
