/** The provider's instances, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { client } from '../app/client';

export type FleetRecord = NonNullable<Awaited<ReturnType<Client['searchInventory']>>['resourceInstanceResults']>[number];

export const fleetInstances = queryOptions({
  queryKey: ['instances', 'fleet'],
  queryFn: async () => (await client.searchInventory({ body: { query: 'resourceinstance:i' } })).resourceInstanceResults ?? [],
});

/** One instance of any customer. */
export function useFleetInstance(instanceId: string) {
  return useQuery({
    queryKey: ['instances', 'fleet', instanceId],
    queryFn: async () => {
      const { resourceInstanceResults = [] } = await client.searchInventory({ body: { query: `resourceinstance:${instanceId}` } });
      const record = resourceInstanceResults.find(({ id }) => id === instanceId);
      if (record === undefined) return null;
      const { serviceId, serviceEnvironmentId: environmentId } = record;
      return client.describeInstance({ params: { serviceId, environmentId, instanceId } });
    },
  });
}
