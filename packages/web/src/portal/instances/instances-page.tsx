/** All instances of the signed-in customer. What is searched and filtered for stands in the address. */
import { Button, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { InstanceList } from '../../kit/instances/instance-list';
import type { InstanceRow } from '../../kit/instances/instance-row';
import { catalogue, type Offered, originOf, ownInstances, type OwnInstance } from '../own';

export function InstancesPage() {
  const all = useQuery(ownInstances);
  const services = useQuery(catalogue);
  return (
    <Stack gap="md">
      <PageHead title={t('Instances')}>
        <Button renderRoot={(props) => <Link to="/catalogue" {...props} />}>{t('Create an instance')}</Button>
      </PageHead>
      {all.isError && <Failure title="Your instances cannot be shown" error={all.error} retry={() => void all.refetch()} />}
      {all.isPending && <Skeleton height={180} aria-label="Loading your instances" />}
      {all.isSuccess && all.data.length === 0 && <Nothing />}
      {all.isSuccess && all.data.length > 0 && (
        <InstanceList rows={all.data.map((instance) => rowOf(instance, services.data ?? []))} opens="/instances/$instanceId" />
      )}
    </Stack>
  );
}

function rowOf(instance: OwnInstance, services: Offered[]): InstanceRow {
  const origin = originOf(services, instance.resourceID);
  return {
    id: instance.id,
    status: instance.status,
    reason: instance.statusDescription ?? '',
    product: origin?.service.serviceName ?? '',
    plan: origin?.offering.productTierName ?? '',
    version: instance.tierVersion ?? '',
    environment: origin?.offering.serviceEnvironmentName ?? '',
    place: `${instance.cloud_provider} ${instance.region}`,
    createdAt: instance.created_at,
    tags: (instance.customTags ?? []).map(({ key, value }) => `${key}=${value}`),
  };
}

function Nothing() {
  return (
    <Empty
      title={t('You have no instances yet')}
      action={<Button renderRoot={(props) => <Link to="/catalogue" {...props} />}>{t('Open the catalogue')}</Button>}
    >
      {t('An instance is one running copy of a product, made for you. Choose a plan in the catalogue to create the first one.')}
    </Empty>
  );
}
