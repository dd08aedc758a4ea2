/** What a create chooses before its form: version, resource and subscription. Each is asked for only where there is a choice. */
import { Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import type { Offering, Origin, OwnSubscription } from '../own';
import type { CreateSearch } from './create-search';
import { type PlanVersion, versionLabel } from './versions';

interface Props {
  origin: Origin;
  /** Those in which the person may create. */
  subscriptions: readonly OwnSubscription[];
  subscription: OwnSubscription;
  versions: readonly PlanVersion[];
  version: string;
}

export function Choices({ origin: { offering, resource }, subscriptions, subscription, versions, version }: Props) {
  const navigate = useNavigate({ from: '/create/$planId' });
  const choose = (changes: CreateSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const resources: Offering['resourceParameters'] = offering.resourceParameters;
  return (
    <>
      {resources.length > 1 && (
        <Select
          label={t('What')}
          description={t('The plan has several things that can be made.')}
          data={resources.map(({ resourceId, name }) => ({ value: resourceId, label: name }))}
          value={resource.resourceId}
          onChange={(next) => choose({ resource: next ?? '' })}
          allowDeselect={false}
        />
      )}
      {versions.length > 1 && (
        <Select
          label={t('Version')}
          description={t('Of the plan. Where nothing speaks against it, take the one that your provider prefers.')}
          data={versions.map((one) => ({ value: one.version, label: versionLabel(one) }))}
          value={version}
          onChange={(next) => choose({ version: next ?? '' })}
          allowDeselect={false}
        />
      )}
      {subscriptions.length > 1 && (
        <Select
          label={t('Subscription')}
          description={t('Whose limit it counts for, and whose members see it.')}
          data={subscriptions.map(({ id, subscriptionOwnerName }) => ({
            value: id,
            label: t('of {{owner}} · {{id}}', { owner: subscriptionOwnerName, id }),
          }))}
          value={subscription.id}
          onChange={(next) => choose({ subscription: next ?? '' })}
          allowDeselect={false}
        />
      )}
    </>
  );
}
