/** The fleet in numbers, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';
import type { Scope } from '../../app/scope';

export type Fleet = Awaited<ReturnType<Client['describeFleet']>>;
export type Waiting = Fleet['waiting'][number];

/** Of all products, or of what is chosen. */
export const fleet = (scope: Scope = {}) =>
  queryOptions({ queryKey: ['fleet', 'overview', scope], queryFn: () => client.describeFleet({ query: { ...scope } }) });

export const cells = queryOptions({
  queryKey: ['cells'],
  queryFn: async () => (await client.listDeploymentCells({})).deploymentCells,
});
