/** The provider's customers, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import type { Scope } from '../../app/scope';
import { usePages } from '../../kit/use-pages';

export type Customer = Awaited<ReturnType<Client['listAllUsers']>>['users'][number];

export interface CustomerSearch extends Scope {
  search?: string;
  status?: string[];
  orgId?: string;
  oldestFirst?: boolean;
}

/** Customers that are like that, page by page. */
export function useCustomers(query: CustomerSearch) {
  return usePages(['people', 'customers', query], async (page) => {
    const { users, nextPageToken } = await client.listAllUsers({ query: { ...query, ...page } });
    return { rows: users, nextPageToken };
  });
}

/** Whether a customer gets in. */
export type CustomerState = 'ACTIVE' | 'SUSPENDED' | 'UNCONFIRMED';

export function stateOf({ suspendedAt, enabled }: Pick<Customer, 'suspendedAt' | 'enabled'>): CustomerState {
  if (suspendedAt !== undefined) return 'SUSPENDED';
  return enabled ? 'ACTIVE' : 'UNCONFIRMED';
}

export function stateWords(state: CustomerState): string {
  return { ACTIVE: t('Active'), SUSPENDED: t('Suspended'), UNCONFIRMED: t('Address not confirmed') }[state];
}

/** Reads anew what a change of customers has changed. */
export function useReadCustomersAnew(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([queries.invalidateQueries({ queryKey: ['people'] }), queries.invalidateQueries({ queryKey: ['subscriptions'] })]);
}
