/** What customers are asked for first: their catalogue, their subscriptions, one instance and what its page shows of it. */
import { type Client, createInstancePath } from '@cellplane/api/client';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { client } from '../app/client';
import { subscriptions } from '../kit/access/memberships';

export { subscriptions };

export type Offered = Awaited<ReturnType<Client['listServiceOfferings']>>['services'][number];
export type Offering = Offered['offerings'][number];
export type OwnInstance = Awaited<ReturnType<Client['customerDescribeInstance']>>;
export type InstancePath = ReturnType<typeof createInstancePath>;

/** Where an instance comes from: product, plan and resource. */
export interface Origin {
  service: Offered;
  offering: Offering;
  resource: Offering['resourceParameters'][number];
}

/** Finds the offering that has a resource. Undefined: it is no longer offered to this customer. */
export function originOf(services: readonly Offered[], resourceId: string): Origin | undefined {
  for (const service of services)
    for (const offering of service.offerings) {
      const resource = offering.resourceParameters.find((one) => one.resourceId === resourceId);
      if (resource !== undefined) return { service, offering, resource };
    }
  return undefined;
}

export function pathOf({ service, offering, resource }: Origin): InstancePath {
  return createInstancePath(service, offering, resource);
}

export const catalogue = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async () => (await client.listServiceOfferings({ query: {} })).services,
  staleTime: 60_000,
});

/** An instance as lists have it; null: there is none of this id, or the caller does not see it. */
export const listed = (instanceId: string) =>
  queryOptions({
    queryKey: ['instances', 'listed', instanceId],
    queryFn: async () =>
      (await client.listSeenInstances({ query: { q: instanceId } })).instances.find(({ id }) => id === instanceId) ?? null,
  });

/** All that is known of an instance. Its origin is where it is asked for. */
export const described = (instanceId: string, origin: Origin | undefined) =>
  queryOptions({
    queryKey: ['instances', instanceId],
    queryFn: () => client.customerDescribeInstance({ params: { ...pathOf(origin as Origin), id: instanceId }, query: {} }),
    enabled: origin !== undefined,
  });

/** What the plan says of an instance's values, in the version that the instance has. */
export const parametersOf = ({ id, tierVersion }: Pick<OwnInstance, 'id' | 'tierVersion'>, { service, offering, resource }: Origin) =>
  queryOptions({
    queryKey: ['services', 'parameters', resource.resourceId, tierVersion],
    queryFn: () =>
      client.customerDescribeOfferingResource({
        params: { serviceId: service.serviceId, resourceId: resource.resourceId, instanceId: id },
        query: { productTierId: offering.productTierID, ...(tierVersion === undefined ? {} : { productTierVersion: tierVersion }) },
      }),
    staleTime: 60_000,
  });

export const snapshotsOf = (instanceId: string, origin: Origin) =>
  queryOptions({
    queryKey: ['snapshots', 'of', instanceId],
    queryFn: async () => (await client.customerListInstanceSnapshots({ params: { ...pathOf(origin), id: instanceId } })).snapshots,
  });

/** Asks for all that the page of an instance shows first, each as soon as what it needs is known. */
export async function askForInstance(queries: QueryClient, instanceId: string): Promise<void> {
  void queries.prefetchQuery(subscriptions);
  const [found, services] = await Promise.all([queries.fetchQuery(listed(instanceId)), queries.fetchQuery(catalogue)]);
  const origin = found === null ? undefined : originOf(services, found.resourceId);
  if (found === null || origin === undefined) return;
  void queries.prefetchQuery(described(instanceId, origin));
  void queries.prefetchQuery(snapshotsOf(instanceId, origin));
  void queries.prefetchQuery(parametersOf({ id: instanceId, tierVersion: found.version }, origin));
}
