/** Instances as the server lists them, page after page, for what a table is asked for. */
import type { Client } from '@cellplane/api/client';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';
import type { Scope } from '../../app/scope';
import { momentsOf } from '../table/day-range';
import type { TableSearch } from '../table/table-state';

export type ListedInstance = Awaited<ReturnType<Client['listSeenInstances']>>['instances'][number];
export type InstanceCounts = Awaited<ReturnType<Client['countSeenInstances']>>;

/** Rows of one request. */
const PAGE = 200;

/** Ids of a product, and of an environment; empty: of all. */
export interface InstancePlace {
  product: string;
  environment: string;
}

export const placeIn = ({ serviceId = '', environmentId = '' }: Scope): InstancePlace => ({
  product: serviceId,
  environment: environmentId,
});

export const ANYWHERE = placeIn({});

/** What of an address the server is asked for; `created` is a day to a day, both included. */
export function askedOf(search: TableSearch): Record<string, string> {
  const asked: Record<string, string> = {};
  for (const key of ['q', 'sort', 'status', 'state', 'waitsFor', 'product', 'plan', 'version', 'cell', 'cloud', 'region', 'owner', 'tag'])
    if ((search[key] ?? '') !== '') asked[key] = search[key] ?? '';
  const { from, before } = momentsOf(search['created']);
  return { ...asked, ...(from === undefined ? {} : { createdAfter: from }), ...(before === undefined ? {} : { createdBefore: before }) };
}

export const listedInstances = (search: TableSearch, place: InstancePlace) => {
  const asked = { ...askedOf(search), ...givenOf(place) };
  return infiniteQueryOptions({
    queryKey: ['instances', 'list', asked],
    queryFn: ({ pageParam }) => client.listSeenInstances({ query: { ...asked, pageSize: PAGE, nextPageToken: pageParam } }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    // What was there stays until what is asked for has come.
    placeholderData: keepPreviousData,
  });
};

export const countsIn = (place: InstancePlace) =>
  queryOptions({ queryKey: ['instances', 'counts', place], queryFn: () => client.countSeenInstances({ query: givenOf(place) }) });

/** Of all that the person may see. */
export const instanceCounts = countsIn(ANYWHERE);

function givenOf(place: InstancePlace): Partial<InstancePlace> {
  return Object.fromEntries(Object.entries(place).filter(([, id]) => id !== ''));
}
