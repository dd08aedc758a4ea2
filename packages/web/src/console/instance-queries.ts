/** What the page of one instance of any customer shows, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { client } from '../app/client';

/** Path parameters of an instance's operations. */
interface Place {
  serviceId: string;
  environmentId: string;
  instanceId: string;
}

type Found = Awaited<ReturnType<Client['describeInstance']>>;

/** Where the instance is; null: there is none of this id, or it is of a product that the caller has no role for. */
const placeOfInstance = (instanceId: string) =>
  queryOptions({
    queryKey: ['instances', 'fleet', 'place', instanceId],
    queryFn: async (): Promise<Place | null> => {
      const { resourceInstanceResults = [] } = await client.searchInventory({ body: { query: `resourceinstance:${instanceId}` } });
      const record = resourceInstanceResults.find(({ id }) => id === instanceId);
      return record === undefined ? null : { serviceId: record.serviceId, environmentId: record.serviceEnvironmentId, instanceId };
    },
  });

/** One instance of any customer; null: see above. */
export const fleetInstance = (instanceId: string) =>
  queryOptions({
    queryKey: ['instances', 'fleet', instanceId],
    queryFn: async ({ client: queries }): Promise<Found | null> => {
      const place = await queries.fetchQuery(placeOfInstance(instanceId));
      return place === null ? null : client.describeInstance({ params: place });
    },
  });

export const debugOf = (place: Place) =>
  queryOptions({
    queryKey: ['instances', 'debug', place.instanceId],
    queryFn: () => client.debugInstance({ params: place }),
  });

export const fleetSnapshotsOf = (place: Place) =>
  queryOptions({
    queryKey: ['snapshots', 'of', place.instanceId],
    queryFn: async () => (await client.listInstanceSnapshots({ params: place })).snapshots,
  });

/** One subscription, whichever product it is of; null: there is none. */
export const fleetSubscription = (id: string) =>
  queryOptions({
    queryKey: ['subscriptions', 'fleet', 'one', id],
    queryFn: async () => (await client.listAllSubscriptions({ query: { id: [id] } })).subscriptions[0] ?? null,
  });

/** Asks for all of it, each as soon as what it needs is known. */
export async function askForFleetInstance(queries: QueryClient, instanceId: string): Promise<void> {
  const whole = queries.fetchQuery(fleetInstance(instanceId));
  const place = await queries.fetchQuery(placeOfInstance(instanceId));
  if (place !== null) {
    void queries.prefetchQuery(debugOf(place));
    void queries.prefetchQuery(fleetSnapshotsOf(place));
  }
  const found = await whole;
  if (found !== null) void queries.prefetchQuery(fleetSubscription(found.subscriptionId));
}
