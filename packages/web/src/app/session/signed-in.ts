/** Who is signed in, for the pages behind the sign-in. */
import { queryOptions } from '@tanstack/react-query';
import type { Client } from '@cellplane/api/client';
import { client } from '../client';

export type Person = Awaited<ReturnType<Client['describeUser']>>;

export const person = queryOptions<Person>({ queryKey: ['person'], queryFn: () => client.describeUser({}), staleTime: 60_000 });
