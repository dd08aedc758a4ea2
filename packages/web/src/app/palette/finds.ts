/** What the palette finds beyond pages and actions: the provider's people ask the server's search, customers have their own lists. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { catalogue, subscriptions } from '../../portal/own';
import { client } from '../client';
import { type EntryGroup, fitting, MOST } from './entry';
import { type Found, groupsOf, instanceEntries } from './places';

/** A text this short fits almost everything. */
const LEAST = 2;
const KINDS = ['serviceplan', 'service', 'user', 'subscription', 'snapshot', 'upgradepath', 'deploymentcell'];

export interface Finds {
  groups: EntryGroup[];
  isBusy: boolean;
  error: unknown;
}

export function useProviderFinds(typed: string, enabled: boolean): Finds {
  const text = typed.trim();
  const found = useQuery({
    queryKey: ['palette', text],
    queryFn: async () => {
      const [{ instances }, ...answers] = await Promise.all([
        client.listSeenInstances({ query: { q: text, sort: 'name', pageSize: MOST } }),
        ...KINDS.map((kind) => client.searchInventory({ body: { query: `${kind}:${text}` } })),
      ]);
      return { instances, of: text, found: Object.assign({}, ...answers) as Found };
    },
    enabled: enabled && text.length >= LEAST,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  if (text.length < LEAST || found.data === undefined) return { groups: [], isBusy: found.isLoading, error: found.error };
  const { instances, of } = found.data;
  const all = [
    { label: t('Instances'), entries: instanceEntries(instances, of === text ? text : '', '/console/instances') },
    ...groupsOf(found.data.found),
  ];
  const groups = all.map(({ label, entries }) => ({ label, entries: fitting(entries, text) }));
  return { groups, isBusy: found.isFetching, error: found.error };
}

/** What this browser has is found as it is typed; instances, which only the server has all of, once the person pauses (`asked`). */
export function useCustomerFinds(typed: string, asked: string, enabled: boolean): Finds {
  const offered = useQuery({ ...catalogue, enabled });
  const subscribed = useQuery({ ...subscriptions, enabled });
  const text = typed.trim();
  const wanted = asked.trim();
  const instances = useQuery({
    queryKey: ['instances', 'palette', wanted],
    queryFn: async () => (await client.listSeenInstances({ query: { q: wanted, sort: 'name', pageSize: MOST } })).instances,
    enabled: enabled && wanted !== '',
    placeholderData: keepPreviousData,
  });
  const services = offered.data ?? [];
  const plans = services.flatMap((service) => service.offerings.map((offering) => ({ service, offering })));
  const groups: EntryGroup[] = [
    {
      label: t('Instances'),
      // Those of words before are not what these words found.
      entries: instanceEntries(instances.data ?? [], instances.isPlaceholderData ? '' : wanted, '/instances'),
    },
    {
      label: t('Plans'),
      entries: plans.map(({ service, offering }) => ({
        key: `${offering.productTierID} ${offering.serviceEnvironmentID}`,
        label: `${service.serviceName} · ${offering.productTierName}`,
        about: [offering.serviceEnvironmentName, offering.productTierID].join(' · '),
        act: '/catalogue',
      })),
    },
    {
      label: t('Create'),
      entries: plans
        .filter(({ offering }) => subscribed.data?.some(({ productTierId }) => productTierId === offering.productTierID))
        .map(({ service, offering }) => ({
          key: `create ${offering.productTierID}`,
          label: t('Create an instance of {{product}} · {{plan}}', { product: service.serviceName, plan: offering.productTierName }),
          words: t('new'),
          act: `/create/${offering.productTierID}`,
        })),
    },
    {
      label: t('Subscriptions'),
      entries: (subscribed.data ?? []).map(({ id, productTierName, status }) => ({
        key: id,
        label: productTierName || id,
        about: [id, status].filter(Boolean).join(' · '),
        act: `/subscriptions?q=${encodeURIComponent(id)}`,
      })),
    },
  ];
  return {
    groups:
      text === ''
        ? groups.filter(({ label }) => label === t('Create'))
        : groups.map(({ label, entries }) => ({ label, entries: fitting(entries, text) })),
    isBusy: enabled && (text !== wanted || instances.isFetching || offered.isLoading),
    error: instances.error ?? offered.error ?? subscribed.error,
  };
}
