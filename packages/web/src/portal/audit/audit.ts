/** Audit events of the caller's subscriptions, in pages, filtered by the server. */
import type { Client } from '@cellplane/api/client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';
import type { TableState } from '../../kit/table/data-table';
import { queryOf } from './asked';

export type AuditEvent = Awaited<ReturnType<Client['customerListAuditEvents']>>['events'][number];

const PAGE = 50;

export function auditEvents(search: TableState['search']) {
  const { eventSourceTypes, ...asked } = queryOf(search);
  return infiniteQueryOptions({
    queryKey: ['audit', 'own', eventSourceTypes, asked],
    queryFn: ({ pageParam }) =>
      client.customerListAuditEvents({
        query: {
          ...asked,
          ...(eventSourceTypes === undefined ? {} : { eventSourceTypes: eventSourceTypes.split(',') }),
          pageSize: PAGE,
          ...(pageParam === '' ? {} : { nextPageToken: pageParam }),
        },
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
  });
}
