/** What customers have asked for, of all products, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { client } from '../../app/client';
import type { Scope } from '../../app/scope';
import { usePages } from '../../kit/use-pages';

export type ListedRequest = Awaited<ReturnType<Client['listAllSubscriptionRequests']>>['subscriptionRequests'][number];

export interface RequestSearch extends Scope {
  status?: string;
  orgId?: string;
}

/** Requests that are like that, newest first, page by page. */
export function useRequests(query: RequestSearch) {
  return usePages(['subscriptions', 'requests', query], async (page) => {
    const { subscriptionRequests, nextPageToken } = await client.listAllSubscriptionRequests({ query: { ...query, ...page } });
    return { rows: subscriptionRequests, nextPageToken };
  });
}

/** Answers one request. */
export async function answer({ id, serviceId, environmentId }: ListedRequest, isApproved: boolean, words: string): Promise<void> {
  const call = { params: { id, serviceId, environmentId }, body: words.trim() === '' ? {} : { answer: words.trim() } };
  if (isApproved) await client.approveSubscriptionRequest(call);
  else await client.denySubscriptionRequest(call);
}
