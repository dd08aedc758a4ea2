/** Snapshots of the signed-in customer, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type Snapshot = Awaited<ReturnType<Client['customerListSnapshots']>>['snapshots'][number];

/** All of them, newest first; of deleted instances, too. */
export const ownSnapshots = queryOptions({
  queryKey: ['snapshots'],
  queryFn: async () => (await client.customerListSnapshots({ query: {} })).snapshots,
});

export const ownSnapshot = (id: string) =>
  queryOptions({ queryKey: ['snapshots', id], queryFn: () => client.customerDescribeSnapshot({ params: { id } }) });

/** Taken by a person, or kept by one: only they can be deleted by hand. */
export function isManual({ snapshotType }: Pick<Snapshot, 'snapshotType'>): boolean {
  return snapshotType === 'ManualSnapshot';
}
