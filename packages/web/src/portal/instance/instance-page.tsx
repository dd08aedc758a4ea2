/** One instance of the signed-in customer: what it is, whether it is well, what happens, what can be done. */
import { SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { Failure, wordsOf } from '../../kit/failure';
import { Happening } from '../../kit/happening';
import { Configuration } from '../../kit/instances/configuration';
import { Connect } from '../../kit/instances/connect';
import { InstanceHead } from '../../kit/instances/instance-head';
import { useProgress } from '../../kit/use-progress';
import { useOwnInstance } from '../own';
import { Operations } from './operations';
import { Snapshots } from './snapshots';

export function InstancePage() {
  const { instanceId } = useParams({ from: '/shell/instances/$instanceId' });
  const live = useProgress(instanceId);
  const own = useOwnInstance(instanceId);
  const { instance, origin } = own;
  if (own.isMissing)
    return (
      <Failure
        title="There is no such instance"
        error={new Error('It was deleted, or it belongs to a subscription that you are not a member of.')}
      />
    );
  if (own.error !== null && instance === undefined)
    return <Failure title="The instance cannot be shown" error={own.error} retry={own.retry} />;
  if (instance === undefined) return <Skeleton height={320} aria-label="Loading the instance" />;
  const status = live.progress?.status ?? instance.status;
  const plan = origin === undefined ? '' : `${origin.service.serviceName} · ${origin.offering.productTierName} `;
  return (
    <Stack gap="md">
      <InstanceHead
        id={instance.id}
        status={status}
        reason={live.progress?.statusDescription ?? instance.statusDescription ?? ''}
        facts={`${plan}${instance.tierVersion ?? ''} · ${instance.cloud_provider} ${instance.region}`}
        createdAt={instance.created_at}
        list="/instances"
      >
        {origin !== undefined && <Operations instance={instance} status={status} origin={origin} />}
      </InstanceHead>
      {live.refusal !== undefined && <Text c="dimmed">What happens cannot be shown live: {wordsOf(live.refusal)}</Text>}
      <Happening live={live} />
      {origin !== undefined && (
        <Snapshots
          instance={instance}
          origin={origin}
          moment={`${status} ${live.progress?.run?.id ?? ''} ${live.progress?.run?.phase ?? ''}`}
        />
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Connect instance={instance} />
        <Configuration instance={instance} />
      </SimpleGrid>
    </Stack>
  );
}
