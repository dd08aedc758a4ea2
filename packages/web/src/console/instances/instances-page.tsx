/** The instances of all customers, and what those that wait are waiting for. */
import { Stack } from '@mantine/core';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Readable } from '../../kit/access/readable';
import type { Operate } from '../../kit/instances/bulk';
import { InstanceList } from '../../kit/instances/instance-list';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';

export function FleetPage() {
  return (
    <Stack gap="md">
      <PageHead title={t('Instances of all customers')} />
      <Readable operation="listSeenInstances">
        <InstanceList
          opens="/console/instances/$instanceId"
          operate={operate}
          empty={
            <Empty title={t('No customer has an instance yet')}>
              {t('Release a plan, and let customers subscribe to it. What they create is listed here.')}
            </Empty>
          }
        />
      </Readable>
    </Stack>
  );
}

const operate: Operate = ({ id, serviceId, environmentId }, kind) => {
  const asked = { params: { serviceId, environmentId, instanceId: id }, body: {} };
  if (kind === 'start') return client.startInstance(asked);
  if (kind === 'stop') return client.stopInstance(asked);
  if (kind === 'restart') return client.restartInstance(asked);
  return client.deleteInstance(asked);
};
