/** What the palette finds beyond pages and actions: the provider's people ask the server's search, customers have their own lists. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { catalogue, ownInstances, subscriptions } from '../../portal/own';
import { client } from '../client';
import { type EntryGroup, fitting } from './entry';
import { type Found, groupsOf } from './places';

/** A text this short fits almost everything. */
const LEAST = 2;
const KINDS = ['resourceinstance', 'serviceplan', 'service', 'user', 'subscription', 'snapshot', 'upgradepath', 'deploymentcell'];

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
      const answers = await Promise.all(KINDS.map((kind) => client.searchInventory({ body: { query: `${kind}:${text}` } })));
      return Object.assign({}, ...answers) as Found;
    },
    enabled: enabled && text.length >= LEAST,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  if (text.length < LEAST || found.data === undefined) return { groups: [], isBusy: found.isLoading, error: found.error };
  const groups = groupsOf(found.data).map(({ label, entries }) => ({ label, entries: fitting(entries, text) }));
  return { groups, isBusy: found.isFetching, error: found.error };
}

export function useCustomerFinds(typed: string, enabled: boolean): Finds {
  const instances = useQuery({ ...ownInstances, enabled });
  const offered = useQuery({ ...catalogue, enabled });
  const subscribed = useQuery({ ...subscriptions, enabled });
  const text = typed.trim();
  const services = offered.data ?? [];
  const plans = services.flatMap((service) => service.offerings.map((offering) => ({ service, offering })));
  const groups: EntryGroup[] = [
    {
      label: t('Instances'),
      entries: (instances.data ?? []).map(({ id, status, region, cloud_provider: cloud, customTags = [] }) => ({
        key: id,
        label: id,
        about: [status, cloud, region].filter(Boolean).join(' · '),
        words: (customTags ?? []).map(({ key, value }) => `${key}=${value}`).join(' '),
        act: `/instances/${id}`,
      })),
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
    isBusy: enabled && (instances.isLoading || offered.isLoading),
    error: instances.error ?? offered.error ?? subscribed.error,
  };
}
