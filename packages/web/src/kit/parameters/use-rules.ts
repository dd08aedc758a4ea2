/** The rules of the plan language, loaded once a form is there. */
import { useQuery } from '@tanstack/react-query';
import type { Rule } from './faults';

/** Undefined until they are loaded; meanwhile a form knows what is required. */
export function useRules(): Rule | undefined {
  const rules = useQuery({
    queryKey: ['rules of the plan language'],
    queryFn: async () => (await import('./rules')).faultByRules,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  return rules.data;
}
