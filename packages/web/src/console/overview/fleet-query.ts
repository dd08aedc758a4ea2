/** The fleet in numbers, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type Fleet = Awaited<ReturnType<Client['describeFleet']>>;
export type Waiting = Fleet['waiting'][number];

export const fleet = queryOptions({ queryKey: ['fleet', 'overview'], queryFn: () => client.describeFleet({ query: {} }) });
export const cells = queryOptions({
  queryKey: ['cells'],
  queryFn: async () => (await client.listDeploymentCells({})).deploymentCells,
});
