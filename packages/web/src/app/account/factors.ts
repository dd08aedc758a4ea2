/** The second factors of whoever is signed in. */
import type { Client } from '@cellplane/api/client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { client } from '../client';
import type { Person } from '../session/signed-in';

type Factors = Awaited<ReturnType<Client['listFactors']>>;
export type Factor = Factors['factors'][number];

export const factors = queryOptions({ queryKey: ['person', 'factors'], queryFn: () => client.listFactors({}) });

/** Those that count: what was begun and not confirmed is forgotten within the hour. */
export function thoseThatCount({ factors: all }: Factors): Factor[] {
  return all.filter(({ confirmed }) => confirmed);
}

/** Whether the person's organization requires a factor that they do not have: they can add one, and do nothing else. Customers decide for themselves. */
export function useLacksFactor({ kind }: Person): boolean {
  const { data } = useQuery({ ...factors, enabled: kind === 'provider', staleTime: 300_000 });
  return data !== undefined && data.required && thoseThatCount(data).length === 0;
}
