/** What the pages of somebody who is not signed in know of the installation. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../client';

export const installation = queryOptions({
  queryKey: ['installation'],
  queryFn: () => client.describeSignIn({}),
  staleTime: 600_000,
});
