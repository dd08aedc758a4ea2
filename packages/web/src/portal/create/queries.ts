/** What a create asks the server for, beside the catalogue. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

/** Versions of a plan, newest first. */
export const planVersions = (serviceId: string, productTierId: string) =>
  queryOptions({
    queryKey: ['services', 'versions', productTierId],
    queryFn: async () => (await client.customerListVersionSets({ params: { serviceId, productTierId }, query: {} })).tierVersionSets,
    staleTime: 60_000,
  });
