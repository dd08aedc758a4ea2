/** The provider's instances, as this browser asks for them. */
import { useQuery } from '@tanstack/react-query';
import { client } from '../app/client';

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
