/** Identity providers that people sign in with, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { client } from '../../app/client';

export type IdentityProvider = Awaited<ReturnType<Client['listIdentityProviders']>>['identityProviders'][number];

export const identityProviders = queryOptions({
  queryKey: ['people', 'identity-providers'],
  queryFn: async () => (await client.listIdentityProviders({})).identityProviders,
});

/** Names that there are presets for. */
export const identityProviderTypes = queryOptions({
  queryKey: ['people', 'identity-provider-types'],
  queryFn: async () =>
    (await client.listIdentityProviderTypes({})).identityProviderTypes.map(({ identityProviderName }) => identityProviderName),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Reads anew what a change of identity providers has changed. */
export function useReadIdentityProvidersAnew(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['people', 'identity-providers'] });
}

/** Whether it lets the provider's own people in. */
export function isForPeople({ signsIn }: Pick<IdentityProvider, 'signsIn'>): boolean {
  return signsIn === 'people';
}
