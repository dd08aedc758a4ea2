/** The audit trail, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';
import { client } from '../../app/client';
import { usePages } from '../../kit/use-pages';

export type AuditEvent = Awaited<ReturnType<Client['listAuditEvents']>>['events'][number];
export type AuditSearch = NonNullable<Parameters<Client['listAuditEvents']>[0]['query']>;

/** Events that are like that, newest first, page by page. */
export function useAudit(query: AuditSearch) {
  return usePages(['audit', query], async (page) => {
    const { events, nextPageToken } = await client.listAuditEvents({ query: { pageSize: 50, ...query, ...page } });
    return { rows: events, nextPageToken };
  });
}

/** What came of a call. */
export function outcomeWords(outcome: string | undefined): string {
  if (outcome === undefined) return t('Goes on');
  const words: Record<string, string> = {
    succeeded: t('Succeeded'),
    refused: t('Refused'),
    failed: t('Failed'),
    unknown: t('Unknown'),
  };
  return words[outcome] ?? outcome;
}

/** The status that draws an outcome. */
export function outcomeStatus(outcome: string | undefined): string {
  const statuses: Record<string, string> = { succeeded: 'Succeeded', refused: 'DENIED', failed: 'Failed', unknown: 'Omitted' };
  return outcome === undefined ? 'Running' : (statuses[outcome] ?? 'Omitted');
}
