/** One customer, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/client';
import { isNotFound } from '../../kit/failure';

export type DescribedCustomer = Awaited<ReturnType<Client['describeOrgUser']>>;

/** Null: there is none, or none that the role reaches. */
export function useCustomer(userId: string) {
  return useQuery({
    queryKey: ['people', 'customers', 'one', userId],
    queryFn: async (): Promise<DescribedCustomer | null> => {
      try {
        return await client.describeOrgUser({ params: { userId } });
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
  });
}
