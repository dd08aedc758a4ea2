/** Channels that carry notices to the provider's people, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';

export type Channel = Awaited<ReturnType<Client['listNotificationChannels']>>['channels'][number];
export type Delivery = Awaited<ReturnType<Client['listChannelEvents']>>['events'][number];

export const channels = queryOptions({
  queryKey: ['notifications', 'channels'],
  queryFn: async () => (await client.listNotificationChannels({})).channels,
});

/** Types of events by category. */
export const eventTypes = queryOptions({
  queryKey: ['notifications', 'types'],
  queryFn: async () => (await client.listEventCategoryTypes({})).categoryTypeMap,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Where a channel goes, as far as it is shown. */
export function targetOf({ email, webhook, slack, pagerDuty }: Channel): string {
  if (email !== undefined) return email.to;
  if (webhook !== undefined) return `${webhook.method} ${webhook.url}`;
  if (slack !== undefined) return slack.webhookUrl;
  return pagerDuty?.integrationKey ?? '';
}

/** What a channel is. */
export function kindWords(kind: string): string {
  const words: Record<string, string> = {
    email: t('E-mail'),
    webhook: t('Webhook'),
    slack: t('Slack'),
    pagerDuty: t('PagerDuty'),
  };
  return words[kind] ?? kind;
}

/** Reads anew what a change of channels has changed. */
export function useReadChannelsAnew(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['notifications'] });
}
