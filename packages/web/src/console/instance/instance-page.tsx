/** One instance of a customer, as the provider's people see it. */
import { SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { Failure, wordsOf } from '../../kit/failure';
import { Happening } from '../../kit/happening';
import { Configuration } from '../../kit/instances/configuration';
import { Connect } from '../../kit/instances/connect';
import { InstanceHead } from '../../kit/instances/instance-head';
import { useProgress } from '../../kit/use-progress';
import { useFleetInstance } from '../fleet';

export function FleetInstancePage() {
  const { instanceId } = useParams({ from: '/shell/console/instances/$instanceId' });
  const live = useProgress(instanceId);
  const found = useFleetInstance(instanceId);
  if (found.isError) return <Failure title="The instance cannot be shown" error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <Skeleton height={320} aria-label="Loading the instance" />;
  if (found.data === null)
    return (
      <Failure title="There is no such instance" error={new Error('It was deleted, or it is of a product that you have no role for.')} />
    );
  const { consumptionResourceInstanceResult: instance, ...of } = found.data;
  return (
    <Stack gap="md">
      <InstanceHead
        id={instance.id}
        status={live.progress?.status ?? instance.status}
        reason={live.progress?.statusDescription ?? of.statusDescription ?? ''}
        facts={`${of.organizationName} · ${of.serviceName} · ${of.productTierName} ${of.tierVersion} · ${of.serviceEnvName} · ${instance.cloud_provider} ${instance.region}`}
        createdAt={instance.created_at}
        list="/console/instances"
      />
      {live.refusal !== undefined && <Text c="dimmed">What happens cannot be shown live: {wordsOf(live.refusal)}</Text>}
      <Happening live={live} />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Connect instance={instance} />
        <Configuration instance={instance} />
      </SimpleGrid>
    </Stack>
  );
}
