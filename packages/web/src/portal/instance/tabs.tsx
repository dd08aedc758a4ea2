/** Nodes, metrics and logs of an instance: what the server knows of them, and what it does not. */
import { Code, Stack, Text } from '@mantine/core';
import { t } from 'i18next';
import { Copyable } from '../../kit/copy';
import type { ShownInstance } from '../../kit/instances/endpoints';
import { Empty } from '../../kit/page/empty';
import { Status } from '../../kit/status';
import { DataTable } from '../../kit/table/data-table';
import { useRunEvents } from '../../kit/use-run-events';

export function NodesTab({ instance }: { instance: ShownInstance }) {
  const nodes = Object.values(instance.detailedNetworkTopology ?? {}).flatMap(({ resourceName, nodes: own = [] }) =>
    own.map((node) => ({ ...node, resourceName })),
  );
  const { currentReplicas, minReplicas, maxReplicas } = instance;
  return (
    <DataTable
      label={t('Nodes')}
      rows={nodes}
      keyOf={({ id, endpoint }) => id ?? endpoint ?? ''}
      empty={
        <Empty
          title={
            currentReplicas === undefined
              ? t('Nodes are not listed')
              : t('{{count}} replicas', { count: Number(currentReplicas), defaultValue_one: '{{count}} replica' })
          }
        >
          {currentReplicas === undefined
            ? t(
                'The plan names no number of replicas, and the server lists no single nodes. The tasks of an operation name what they wait for.',
              )
            : t(
                'From {{least}} to {{most}} by the plan. The server lists no single nodes yet; scale and fail over are under Operations, above.',
                {
                  least: minReplicas ?? '1',
                  most: maxReplicas ?? t('any number'),
                },
              )}
        </Empty>
      }
      columns={[
        {
          key: 'node',
          name: t('Node'),
          cell: ({ id, endpoint }) => <Copyable text={id ?? endpoint ?? ''} label={t('the name of the node')} />,
        },
        { key: 'resource', name: t('Resource'), cell: ({ resourceName }) => resourceName },
        { key: 'status', name: t('Status'), cell: ({ status }) => <Status of={status ?? 'UNKNOWN'} /> },
        { key: 'health', name: t('Health'), cell: ({ healthStatus }) => healthStatus ?? '' },
        { key: 'zone', name: t('Zone'), cell: ({ availabilityZone }) => availabilityZone ?? '' },
      ]}
    />
  );
}

export function MetricsTab() {
  return (
    <Empty title={t('No figures are gathered')}>
      {t('This installation keeps no figures of instances. What the product itself serves can be scraped at its endpoints, under Connect.')}
    </Empty>
  );
}

/** What the newest run has said, as it comes. */
export function LogsTab({ instanceId }: { instanceId: string }) {
  const events = useRunEvents(instanceId);
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('What the last operation has said, live. The logs of the product itself are not gathered by this installation.')}
      </Text>
      {events.length === 0 ? (
        <Empty title={t('Nothing was said yet')}>{t('The next operation writes here while it goes on.')}</Empty>
      ) : (
        <Code block mah={520} tabIndex={0} role="log" aria-label={t('Events of the last operation')} style={{ overflow: 'auto' }}>
          {events.map(({ sequence, time: at, step, message, type }) => (
            <div key={sequence}>
              {time.format(new Date(at))} {step === '' ? '' : `${step}: `}
              {message === '' ? type : message}
            </div>
          ))}
        </Code>
      )}
    </Stack>
  );
}
