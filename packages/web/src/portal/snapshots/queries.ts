/** Snapshots of the signed-in customer, as this browser asks for them. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

/** All of them, newest first; of deleted instances, too. */
export const ownSnapshots = queryOptions({
  queryKey: ['snapshots'],
  queryFn: async () => (await client.customerListSnapshots({ query: {} })).snapshots,
});

export const ownSnapshot = (id: string) =>
  queryOptions({ queryKey: ['snapshots', id], queryFn: () => client.customerDescribeSnapshot({ params: { id } }) });
