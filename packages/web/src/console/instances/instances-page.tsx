/** The instances of all customers, and what those that wait are waiting for. */
import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useMemo } from 'react';
import { client } from '../../app/client';
import { useScope } from '../../app/use-scope';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import type { Operate } from '../../kit/instances/bulk';
import { InstanceList } from '../../kit/instances/instance-list';
import { placeIn } from '../../kit/instances/instance-query';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { fleet } from '../overview/fleet-query';
import { waitKey, waitWords } from '../overview/words';
import { EmptyInScope } from '../scope/empty-in-scope';
import { Waits } from './waits';

export function FleetPage() {
  const { may } = useMay('describeFleet');
  const scope = useScope();
  const waiting = useQuery({ ...fleet(scope), enabled: may }).data?.waiting;
  const place = useMemo(() => placeIn(scope), [scope]);
  const waits = useMemo(() => waiting?.map((wait) => ({ value: waitKey(wait), label: waitWords(wait), count: wait.count })), [waiting]);
  return (
    <Stack gap="md">
      <PageHead title={t('Instances of all customers')} />
      <Readable operation="listSeenInstances">
        {waiting !== undefined && <Waits waiting={waiting} />}
        <InstanceList
          {...(waits === undefined ? {} : { waits })}
          place={place}
          opens="/console/instances/$instanceId"
          operate={operate}
          empty={
            <EmptyInScope>
              <Empty
                title={t('No customer has an instance yet')}
                action={<Button renderRoot={(props) => <Link to="/console/plans" {...props} />}>{t('Open products and plans')}</Button>}
              >
                {t('Release a plan, and let customers subscribe to it. What they create is listed here.')}
              </Empty>
            </EmptyInScope>
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
