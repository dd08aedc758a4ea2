/** Where each kind of thing is shown. Pure. */
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';
import { inWords } from '../../kit/code-words';
import type { Entry, EntryGroup } from './entry';

export type Found = Awaited<ReturnType<Client['searchInventory']>>;

type ListedInstance = Awaited<ReturnType<Client['listSeenInstances']>>['instances'][number];

/**
 * Instances as both fronts list them, by the names that people gave them. `asked`: what the server found them by, which may be more than is
 * shown of them.
 */
export function instanceEntries(instances: readonly ListedInstance[], asked: string, page: '/instances' | '/console/instances'): Entry[] {
  return instances.map(({ id, name, status, serviceName, region, cloudProvider, owner = '', tags }) => ({
    key: id,
    label: name || id,
    about: [name === '' ? '' : id, inWords(status), serviceName, owner, cloudProvider, region].filter(Boolean).join(' · '),
    words: [asked, ...tags.map(({ key, value }) => `${key}=${value}`)].join(' '),
    act: `${page}/${id}`,
  }));
}

/** The provider's finds beside instances, one group a kind; those of a kind without a page lead to the list that they stand in. */
export function groupsOf(found: Found): EntryGroup[] {
  const groups: EntryGroup[] = [
    {
      label: t('Plans'),
      entries: onePerPlan(found.servicePlanResults ?? []).map(({ id, name, serviceId, serviceName, ...of }) => ({
        key: `${id} ${of.serviceEnvironmentId}`,
        label: name,
        about: [serviceName, of.serviceEnvironmentName, id].join(' · '),
        act: `/console/plans/${serviceId}/${of.serviceEnvironmentId}/${id}`,
      })),
    },
    {
      label: t('Products'),
      entries: (found.serviceResults ?? []).map(({ id, name }) => ({ key: id, label: name, about: id, act: `/console/plans/${id}` })),
    },
    {
      label: t('Customers'),
      entries: (found.userResults ?? []).map(({ id, name, email, orgName }) => ({
        key: id,
        label: name || email,
        about: [email, orgName, id].join(' · '),
        act: `/console/customers/${id}`,
      })),
    },
    {
      label: t('Subscriptions'),
      entries: (found.subscriptionResults ?? []).map(({ id, servicePlanName, serviceName, rootUserEmail, status }) => ({
        key: id,
        label: id,
        about: [serviceName, servicePlanName, rootUserEmail, status].join(' · '),
        act: `/console/subscriptions/${id}`,
      })),
    },
    {
      label: t('Snapshots'),
      entries: (found.snapshotResults ?? []).map(({ id, sourceInstanceId, serviceName, status }) => ({
        key: id,
        label: id,
        about: [sourceInstanceId, serviceName, status].join(' · '),
        act: `/console/instances/${sourceInstanceId}`,
      })),
    },
    {
      label: t('Upgrades'),
      entries: (found.upgradePathResults ?? []).map(({ id, serviceName, productTierName, status }) => ({
        key: id,
        label: id,
        about: [serviceName, productTierName, status].join(' · '),
        act: `/console/upgrades/${id}`,
      })),
    },
    {
      label: t('Deployment cells'),
      entries: (found.deploymentCellResults ?? []).map(({ id, description, cloudProvider, regionCode }) => ({
        key: id,
        label: description || id,
        about: [id, cloudProvider, regionCode].filter(Boolean).join(' · '),
        act: `/console/cells/${id}`,
      })),
    },
  ];
  return groups;
}

/** A plan is found once for each of its versions. */
function onePerPlan(plans: NonNullable<Found['servicePlanResults']>): typeof plans {
  return [...new Map(plans.map((plan) => [`${plan.id} ${plan.serviceEnvironmentId}`, plan])).values()];
}

/** True if the application has a page at an address; `routes` are paths with `$parameters`. */
export function hasPage(routes: readonly string[], address: string): boolean {
  const parts = (address.split('?')[0] ?? '').split('/');
  return routes.some((route) => {
    const own = route.split('/');
    return own.length === parts.length && own.every((part, index) => part.startsWith('$') || part === parts[index]);
  });
}
