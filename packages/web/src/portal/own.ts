/** What a customer has and is offered, as this browser asks for it. */
import { type Client, createInstancePath } from '@cellplane/api/client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { client } from '../app/client';

export type Offered = Awaited<ReturnType<Client['listServiceOfferings']>>['services'][number];
export type Offering = Offered['offerings'][number];
export type OwnInstance = Awaited<ReturnType<Client['customerListInstances']>>['resourceInstances'][number];
export type OwnSubscription = Awaited<ReturnType<Client['customerListSubscriptions']>>['subscriptions'][number];
export type InstancePath = ReturnType<typeof createInstancePath>;

/** Where an instance comes from: product, plan and resource. */
export interface Origin {
  service: Offered;
  offering: Offering;
  resource: Offering['resourceParameters'][number];
}

export const catalogue = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async () => (await client.listServiceOfferings({ query: {} })).services,
  staleTime: 60_000,
});

export const subscriptions = queryOptions({
  queryKey: ['subscriptions'],
  queryFn: async () => (await client.customerListSubscriptions({ query: {} })).subscriptions,
  staleTime: 30_000,
});

export const ownInstances = queryOptions({
  queryKey: ['instances'],
  queryFn: async () => (await client.customerListInstances({ query: {} })).resourceInstances,
});

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

/** One instance with its origin. The list has all of them, so opening one from there shows it at once. */
export function useOwnInstance(instanceId: string) {
  const services = useQuery(catalogue);
  const all = useQuery(ownInstances);
  const listed = all.data?.find(({ id }) => id === instanceId);
  const origin = listed === undefined || services.data === undefined ? undefined : originOf(services.data, listed.resourceID);
  const described = useQuery({
    queryKey: ['instances', instanceId],
    queryFn: () => client.customerDescribeInstance({ params: { ...pathOf(origin as Origin), id: instanceId }, query: {} }),
    enabled: origin !== undefined,
  });
  return {
    instance: described.data ?? listed,
    origin,
    isPending: all.isPending || services.isPending,
    error: all.error ?? services.error ?? described.error,
    isMissing: all.isSuccess && listed === undefined,
    retry: () => void Promise.all([all.refetch(), services.refetch(), described.refetch()]),
  };
}
