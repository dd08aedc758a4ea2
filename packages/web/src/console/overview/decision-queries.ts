/** What waits for one of the provider's people, as this browser asks for it. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';
import type { Scope } from '../../app/scope';

/** The first few of each are named; the rest is a link away. */
const FIRST = 4;

/** Upgrades that stand still until somebody resumes or cancels them: the newest ones. */
export const stillUpgrades = (scope: Scope) =>
  queryOptions({
    queryKey: ['upgrades', 'still', scope],
    queryFn: async () => {
      const { upgradePaths, nextPageToken } = await client.listFleetUpgradePaths({
        query: { ...scope, status: 'PAUSED', pageSize: FIRST },
      });
      return { upgrades: upgradePaths, hasMore: nextPageToken !== undefined };
    },
  });

/** Requests of customers that nobody has answered: the newest ones. */
export const openRequests = (scope: Scope) =>
  queryOptions({
    queryKey: ['subscriptions', 'requests', 'open', scope],
    queryFn: async () => {
      const query = { ...scope, status: 'PENDING', pageSize: FIRST };
      const { subscriptionRequests, nextPageToken } = await client.listAllSubscriptionRequests({ query });
      return { requests: subscriptionRequests, hasMore: nextPageToken !== undefined };
    },
  });
