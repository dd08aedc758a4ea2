/** Nodes and events of an instance, one under the other. */
import { Stack } from '@mantine/core';
import { ClusterEvents } from './cluster-events';
import { Nodes } from './nodes';
import { useNodes } from './queries';

export function NodesPanel({ instanceId, onLogs }: { instanceId: string; onLogs?: (node: string) => void }) {
  return (
    <Stack gap="lg">
      <Nodes found={useNodes(instanceId)} onLogs={onLogs} />
      <ClusterEvents instanceId={instanceId} />
    </Stack>
  );
}
