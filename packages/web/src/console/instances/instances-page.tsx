/** The instances of all customers. */
import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { Failure } from '../../kit/failure';
import { PageHead } from '../../kit/page/page-head';
import { InstanceList } from '../../kit/instances/instance-list';
import type { InstanceRow } from '../../kit/instances/instance-row';
import { fleetInstances, type FleetRecord } from '../fleet';

export function FleetPage() {
  const all = useQuery(fleetInstances);
  return (
    <Stack gap="md">
      <PageHead title={t('Instances of all customers')} />
      {all.isError && <Failure title="The instances cannot be shown" error={all.error} retry={() => void all.refetch()} />}
      {all.isPending && <Skeleton height={180} aria-label="Loading the instances" />}
      {all.data?.length === 0 && (
        <Text c="dimmed">No customer has an instance yet. Release a plan, and let customers subscribe to it.</Text>
      )}
      {all.data !== undefined && all.data.length > 0 && <InstanceList rows={all.data.map(rowOf)} opens="/console/instances/$instanceId" />}
    </Stack>
  );
}

function rowOf(record: FleetRecord): InstanceRow {
  return {
    id: record.id,
    status: record.status,
    reason: record.statusDescription,
    product: record.serviceName,
    plan: record.productTierName ?? '',
    version: record.productTierVersion ?? '',
    environment: record.serviceEnvironmentName,
    place: `${record.cloudProvider} ${record.regionCode}`,
    createdAt: record.createdAt ?? '',
    tags: (record.customTags ?? []).map(({ key, value }) => `${key}=${value}`),
  };
}
