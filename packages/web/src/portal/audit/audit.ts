/** Audit events of the caller's subscriptions, in pages, filtered by the server. */
import type { Client } from '@cellplane/api/client';
import { client } from '../../app/client';
import type { TableState } from '../../kit/table/data-table';
import { usePages } from '../../kit/use-pages';
import { queryOf } from './asked';

export type AuditEvent = Awaited<ReturnType<Client['customerListAuditEvents']>>['events'][number];

const PAGE = 50;

export function useAuditEvents(search: TableState['search']) {
  const { eventSourceTypes, ...asked } = queryOf(search);
  return usePages(['audit', 'own', eventSourceTypes, asked], async (page) => {
    const { events, nextPageToken } = await client.customerListAuditEvents({
      query: {
        ...asked,
        ...(eventSourceTypes === undefined ? {} : { eventSourceTypes: eventSourceTypes.split(',') }),
        pageSize: PAGE,
        ...page,
      },
    });
    return { rows: events, nextPageToken };
  });
}
