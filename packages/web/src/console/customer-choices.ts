/** Subscriptions and organizations of customers, for fields that let one be chosen by its name. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../app/client';
import { choicesOf, type CustomerChoices } from './choices-of';

/** Pause in typing after which the server is asked. Milliseconds. */
const TYPING_MS = 250;
const MOST = 50;

/** Those whose names, ids or addresses have the words that are typed; the newest first. */
export function useCustomerChoices(words: string): CustomerChoices {
  const [search] = useDebouncedValue(words.trim(), TYPING_MS);
  const found = useQuery({
    queryKey: ['subscriptions', 'choices', search],
    queryFn: async () =>
      (await client.listAllSubscriptions({ query: { pageSize: MOST, ...(search === '' ? {} : { search }) } })).subscriptions,
    placeholderData: keepPreviousData,
  });
  return choicesOf(found.data ?? []);
}
