/** The provider's own people, as this browser asks for them. */
import type { ProviderRole } from '@cellplane/api/access';
import type { Client } from '@cellplane/api/client';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { client } from '../../app/client';

export type Colleague = Awaited<ReturnType<Client['listOrgUsers']>>['orgUsers'][number];
export type Invitation = Awaited<ReturnType<Client['listInvitations']>>['invitations'][number];

export const colleagues = queryOptions({
  queryKey: ['people', 'colleagues'],
  queryFn: async () => (await client.listOrgUsers({})).orgUsers,
});

/** Open invitations with their tokens; of those who may change people. */
export const invitations = queryOptions({
  queryKey: ['people', 'invitations'],
  queryFn: async () => (await client.listInvitations({})).invitations,
});

/** Products that a role can be given for. */
export const products = queryOptions({
  queryKey: ['services', 'names'],
  queryFn: async () => (await client.listServices({})).services.map(({ id, name }) => ({ id, name })),
  staleTime: 60_000,
});

/** Reads anew what a change of people has changed. */
export function useReadPeopleAnew(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['people'] });
}

/** Somebody with a role, as forms write it. */
export interface RoleChoice {
  role: ProviderRole;
  /** Of a role for single products. */
  serviceIds: string[];
}
