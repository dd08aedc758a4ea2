/** Where the instance is reached. */
import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { Copyable } from '../copy';

type Instance = Awaited<ReturnType<Client['customerDescribeInstance']>>;

export function Connect({ instance }: { instance: Pick<Instance, 'detailedNetworkTopology'> }) {
  const topologies = Object.values(instance.detailedNetworkTopology ?? {});
  const endpoints = topologies.flatMap((topology) =>
    Object.entries(topology.additionalEndpoints ?? {}).map(([name, endpoint]) => ({
      name,
      ...endpoint,
      inCluster: topology.inClusterEndpoints?.[name],
    })),
  );
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="connect">
      <Title order={2} size="h3" id="connect" mb="xs">
        Connect
      </Title>
      {endpoints.length === 0 && <Text c="dimmed">There are no addresses yet. They come when the first operation has succeeded.</Text>}
      <Stack gap="sm">
        {endpoints.map(({ name, endpoint, openPorts, primary, healthStatus, inCluster }) => (
          <div key={name}>
            <Group gap="xs">
              <Text fw={600}>{name}</Text>
              {primary && (
                <Badge size="sm" variant="light" tt="none">
                  primary
                </Badge>
              )}
              <Text size="xs" c="dimmed">
                {healthStatus === 'UNKNOWN' ? 'not yet tried' : healthStatus.toLowerCase()}
              </Text>
            </Group>
            {(openPorts.length === 0 ? [undefined] : openPorts).map((port) => {
              const address = port === undefined ? endpoint : `${endpoint}:${port}`;
              return <Copyable key={address} text={address} label={`the address of ${name}`} />;
            })}
            {inCluster !== undefined && (
              <Text size="xs" c="dimmed" component="div">
                inside the cell <Copyable text={inCluster} label={`the address of ${name} inside the cell`} />
              </Text>
            )}
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
