/** Instances, subscriptions and organizations by words, and by their ids, for the fields of a new upgrade. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { type ListedInstance, instanceCounts } from '../../kit/instances/instance-query';
import type { ListedSubscription } from '../subscriptions/subscriptions';
import type { NamedId } from './chosen-ids';

/** Pause in typing after which the server is asked. Milliseconds. */
const TYPING_MS = 250;
const OFFERED = 50;
/** Ids that are asked for at once. */
const AT_ONCE = 100;

const ofInstance = ({ id, name, owner = '', version, planId }: ListedInstance): NamedId => ({
  value: id,
  label: name === '' ? id : name,
  about: [owner, version].filter(Boolean).join(' · '),
  planId,
});

const ofSubscription = ({ id, rootUserOrgName, productTierName, environmentName, productTierId }: ListedSubscription): NamedId => ({
  value: id,
  label: rootUserOrgName,
  about: `${productTierName} · ${environmentName}`,
  planId: productTierId,
});

/** Instances of a plan's version. */
export function useFoundInstances(place: { planId: string; version: string }, words: string): readonly NamedId[] {
  const [q] = useDebouncedValue(words.trim(), TYPING_MS);
  return (
    useQuery({
      queryKey: ['instances', 'choices', place, q],
      queryFn: async () => {
        const query = { plan: place.planId, version: place.version, q, sort: 'name', pageSize: OFFERED };
        return (await client.listSeenInstances({ query })).instances.map(ofInstance);
      },
      placeholderData: keepPreviousData,
    }).data ?? []
  );
}

export function useNamedInstances(ids: readonly string[]): readonly NamedId[] | undefined {
  return useNamed('instances', ids, async (some) => {
    const query = { id: some.join(','), pageSize: AT_ONCE };
    return (await client.listSeenInstances({ query })).instances.map(ofInstance);
  });
}

/** Subscriptions to a plan. */
export function useFoundSubscriptions(planId: string, words: string): readonly NamedId[] {
  const [search] = useDebouncedValue(words.trim(), TYPING_MS);
  return (
    useQuery({
      queryKey: ['subscriptions', 'choices', 'of-plan', planId, search],
      queryFn: async () => {
        const query = { ...(planId === '' ? {} : { productTierId: planId }), ...(search === '' ? {} : { search }), pageSize: OFFERED };
        return (await client.listAllSubscriptions({ query })).subscriptions.map(ofSubscription);
      },
      placeholderData: keepPreviousData,
    }).data ?? []
  );
}

export function useNamedSubscriptions(ids: readonly string[]): readonly NamedId[] | undefined {
  return useNamed('subscriptions', ids, async (some) => {
    const { subscriptions } = await client.listAllSubscriptions({ query: { id: some, pageSize: AT_ONCE } });
    return subscriptions.map(ofSubscription);
  });
}

/** Organizations that have instances, the largest first. */
export function useFoundOrganizations(words: string): readonly NamedId[] {
  const wanted = words.trim().toLowerCase();
  return (useOwners() ?? []).filter(({ value, label }) => `${value} ${label}`.toLowerCase().includes(wanted)).slice(0, OFFERED);
}

export function useNamedOrganizations(ids: readonly string[]): readonly NamedId[] | undefined {
  return useOwners()?.filter(({ value }) => ids.includes(value));
}

function useOwners(): NamedId[] | undefined {
  return useQuery(instanceCounts).data?.facets['owner']?.map(({ value, label, count }) => ({
    value,
    label,
    about: t('{{count}} instances', { count, defaultValue_one: '{{count}} instance' }),
  }));
}

/** What the server knows of ids, so many at once. */
function useNamed(noun: string, ids: readonly string[], read: (some: string[]) => Promise<NamedId[]>): readonly NamedId[] | undefined {
  const { data } = useQuery({
    queryKey: [noun, 'named', ids],
    queryFn: async () => {
      const named: NamedId[] = [];
      for (let at = 0; at < ids.length; at += AT_ONCE) named.push(...(await read(ids.slice(at, at + AT_ONCE))));
      return { ids, named };
    },
    placeholderData: keepPreviousData,
  });
  if (data === undefined) return undefined;
  // Names stay while one more is asked for. What is not known yet is not said to be unknown.
  const coming = ids.filter((id) => !data.ids.includes(id)).map((id) => ({ value: id, label: id }));
  return [...data.named.filter(({ value }) => ids.includes(value)), ...coming];
}
