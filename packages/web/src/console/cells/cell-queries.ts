/** Deployment cells, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type Cell = Awaited<ReturnType<Client['listDeploymentCells']>>['deploymentCells'][number];
export type DescribedCell = Awaited<ReturnType<Client['describeDeploymentCell']>>;

export const cellQuery = (cell: string) =>
  queryOptions({ queryKey: ['cells', cell], queryFn: () => client.describeDeploymentCell({ params: { cell } }) });
export const cellFacts = (cell: string) =>
  queryOptions({ queryKey: ['cells', cell, 'facts'], queryFn: () => client.getCellFacts({ params: { cell } }) });
