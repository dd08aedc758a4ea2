/** The second factors of whoever is signed in. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../client';

type Factors = Awaited<ReturnType<Client['listFactors']>>;
export type Factor = Factors['factors'][number];

export const factors = queryOptions({ queryKey: ['person', 'factors'], queryFn: () => client.listFactors({}) });

/** Those that count: what was begun and not confirmed is forgotten within the hour. */
export function thoseThatCount({ factors: all }: Factors): Factor[] {
  return all.filter(({ confirmed }) => confirmed);
}
