/** All instances of the signed-in customer. What is searched and filtered for stands in the address. */
import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import type { Operate } from '../../kit/instances/bulk';
import { InstanceList } from '../../kit/instances/instance-list';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { catalogue, type Offered, originOf, pathOf } from '../own';

export function InstancesPage() {
  const services = useQuery(catalogue).data;
  return (
    <Stack gap="md">
      <PageHead title={t('Instances')}>
        <Button renderRoot={(props) => <Link to="/catalogue" {...props} />}>{t('Create an instance')}</Button>
      </PageHead>
      <InstanceList opens="/instances/$instanceId" operate={operateOn(services ?? [])} empty={<Nothing />} />
    </Stack>
  );
}

function operateOn(services: readonly Offered[]): Operate {
  return async ({ id, resourceId }, kind) => {
    const origin = originOf(services, resourceId);
    if (origin === undefined) throw new Error(t('Its plan is no longer offered to you.'));
    const asked = { params: { ...pathOf(origin), id }, query: {} };
    if (kind === 'start') return client.customerStartInstance(asked);
    if (kind === 'stop') return client.customerStopInstance(asked);
    if (kind === 'restart') return client.customerRestartInstance(asked);
    return client.customerDeleteInstance(asked);
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
