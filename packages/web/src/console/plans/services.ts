/** Products, plans and versions, as this browser asks for them. All keys begin with `services`. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type Product = Awaited<ReturnType<Client['listServices']>>['services'][number];
export type Environment = Product['serviceEnvironments'][number];
export type Plan = Awaited<ReturnType<Client['listServicePlans']>>['servicePlans'][number];
export type Version = Awaited<ReturnType<Client['listVersionSets']>>['tierVersionSets'][number];
export type Difference = Awaited<ReturnType<Client['diffVersionSets']>>['differences'][number];
export type Preview = Awaited<ReturnType<Client['previewPromotion']>>;

export interface PlanPlace {
  serviceId: string;
  environmentId: string;
  planId: string;
}

const KEY = 'services';

export const products = queryOptions({ queryKey: [KEY, 'all'], queryFn: async () => (await client.listServices({})).services });

export const product = (id: string) =>
  queryOptions({ queryKey: [KEY, 'one', id], queryFn: () => client.describeService({ params: { id } }) });

/** One environment with its rules. */
export const environment = (serviceId: string, id: string) =>
  queryOptions({
    queryKey: [KEY, 'environment', serviceId, id],
    queryFn: () => client.describeServiceEnvironment({ params: { serviceId, id } }),
  });

export const plansOf = (serviceId: string, serviceEnvironmentId: string) =>
  queryOptions({
    queryKey: [KEY, 'plans', serviceId, serviceEnvironmentId],
    queryFn: async () => (await client.listServicePlans({ params: { serviceId, serviceEnvironmentId }, query: {} })).servicePlans,
  });

export const versions = (serviceId: string, productTierId: string) =>
  queryOptions({
    queryKey: [KEY, 'versions', serviceId, productTierId],
    queryFn: async () => {
      const all: Version[] = [];
      let nextPageToken: string | undefined;
      do {
        const answer = await client.listVersionSets({
          params: { serviceId, productTierId },
          query: nextPageToken === undefined ? {} : { nextPageToken },
        });
        all.push(...answer.tierVersionSets);
        nextPageToken = answer.nextPageToken;
      } while (nextPageToken !== undefined && nextPageToken !== '');
      return all;
    },
  });

export const versionSpec = (serviceId: string, productTierId: string, version: string | undefined) =>
  queryOptions({
    queryKey: [KEY, 'spec', serviceId, productTierId, version],
    queryFn: async () =>
      (await client.getVersionSetSpec({ params: { serviceId, productTierId }, query: version === undefined ? {} : { version } }))
        .specContent,
  });

export const versionDifference = (serviceId: string, productTierId: string, version: string, anotherVersion: string) =>
  queryOptions({
    queryKey: [KEY, 'difference', serviceId, productTierId, version, anotherVersion],
    queryFn: async () => (await client.diffVersionSets({ params: { serviceId, productTierId, version, anotherVersion } })).differences,
  });

export const findings = (serviceId: string, productTierId: string, version: string) =>
  queryOptions({
    queryKey: [KEY, 'findings', serviceId, productTierId, version],
    queryFn: () => client.describePlanFindings({ params: { serviceId, productTierId }, query: { version } }),
  });

export const promotion = (serviceId: string, id: string) =>
  queryOptions({
    queryKey: [KEY, 'promotion', serviceId, id],
    queryFn: () => client.previewPromotion({ params: { serviceId, id }, query: {} }),
  });

/** Names of the provider's own people by their ids; empty for a role that may not read them. */
export const people = queryOptions({
  queryKey: ['people', 'names'],
  staleTime: 60_000,
  queryFn: async () => Object.fromEntries((await client.listOrgUsers({})).orgUsers.map((one) => [one.userId, one.name || one.email])),
});
