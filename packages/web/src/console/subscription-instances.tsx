/** Instances of some subscriptions, each with its status. */
import { Text } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../app/client';
import { Failure } from '../kit/failure';
import { nameOfInstance } from '../kit/instances/instance-head';
import { Moment } from '../kit/moment';
import { Status } from '../kit/status';
import { type Column, DataTable } from '../kit/table/data-table';
import { InstanceCell } from './instance-link';

type FoundInstance = NonNullable<Awaited<ReturnType<Client['searchInventory']>>['resourceInstanceResults']>[number];

export function SubscriptionInstances({ subscriptionIds }: { subscriptionIds: readonly string[] }) {
  const instances = useQuery({
    queryKey: ['instances', 'of-subscriptions', subscriptionIds],
    queryFn: async () => {
      if (subscriptionIds.length === 0) return [];
      const predicates = subscriptionIds.map((subscriptionId) => ({ subscriptionId }));
      const body = { query: 'resourceinstance:i', filters: { resourceInstance: { predicates } } };
      return (await client.searchInventory({ body })).resourceInstanceResults ?? [];
    },
  });
  if (instances.isError)
    return <Failure title={t('The instances cannot be shown')} error={instances.error} retry={() => void instances.refetch()} />;
  return (
    <DataTable
      label={t('Instances')}
      columns={columns()}
      rows={instances.data}
      keyOf={({ id }) => id}
      empty={
        <Text size="sm" c="dimmed">
          {t('There is no instance.')}
        </Text>
      }
    />
  );
}

function columns(): Column<FoundInstance>[] {
  return [
    {
      key: 'instance',
      name: t('Instance'),
      cell: ({ id, customTags = [] }) => {
        const name = nameOfInstance({ id, customTags });
        return <InstanceCell id={id} name={name === id ? undefined : name} />;
      },
    },
    {
      key: 'status',
      name: t('Status'),
      sortBy: ({ status }) => status,
      cell: ({ status, statusDescription }) => (
        <>
          <Status of={status} />
          {statusDescription !== '' && (
            <Text size="xs" c="dimmed" lineClamp={2}>
              {statusDescription}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'plan',
      name: t('Plan'),
      sortBy: ({ serviceName, productTierName = '' }) => `${serviceName} ${productTierName}`,
      cell: ({ serviceName, productTierName = '', productTierVersion = '' }) => `${serviceName} · ${productTierName} ${productTierVersion}`,
    },
    {
      key: 'place',
      name: t('Place'),
      sortBy: ({ cloudProvider, regionCode }) => `${cloudProvider} ${regionCode}`,
      cell: ({ cloudProvider, regionCode }) => `${cloudProvider} ${regionCode}`,
    },
    {
      key: 'created',
      name: t('Created'),
      sortBy: ({ createdAt = '' }) => createdAt,
      cell: ({ createdAt }) => (createdAt === undefined ? '' : <Moment at={createdAt} />),
    },
  ];
}
