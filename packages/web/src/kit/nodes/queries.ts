/** What runs of an instance in its cell, as it is now: read when the page is opened, with what changes of the instance, and on request. */
import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/client';

export function useNodes(instanceId: string) {
  return useQuery({
    queryKey: ['instances', 'nodes', instanceId],
    queryFn: () => client.listInstanceNodes({ params: { id: instanceId } }),
    // A cell that does not answer is said at once, not after three tries.
    retry: false,
  });
}

export function useClusterEvents(instanceId: string) {
  return useQuery({
    queryKey: ['instances', 'cluster-events', instanceId],
    queryFn: () => client.listClusterEvents({ params: { id: instanceId }, query: { limit: 500 } }),
    retry: false,
  });
}
