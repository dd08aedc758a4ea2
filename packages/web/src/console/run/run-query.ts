/** One run with everything that is kept of it. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type DescribedRun = Awaited<ReturnType<Client['describeRun']>>;
export type Task = DescribedRun['tasks'][number];
export type RunEvent = DescribedRun['events'][number];
export type Observation = DescribedRun['observations'][number];

export const runQuery = (id: string) => queryOptions({ queryKey: ['runs', id], queryFn: () => client.describeRun({ params: { id } }) });
