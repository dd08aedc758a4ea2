/** The nodes of an instance: what they are, whether each is well, and why not. */
import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import type { InstanceNode, InstanceNodes } from '@cellplane/api';
import type { UseQueryResult } from '@tanstack/react-query';
import { t } from 'i18next';
import { Failure } from '../failure';
import { Moment } from '../moment';
import { Empty } from '../page/empty';
import { Section } from '../page/section';
import { inWords } from '../code-words';
import { Status } from '../status';
import { type Column, DataTable } from '../table/data-table';
import { amountText, bytes, cores, stateOf } from './node-words';
import { ReadAgain } from './read-again';

export function Nodes({ found, onLogs }: { found: UseQueryResult<InstanceNodes>; onLogs?: ((node: string) => void) | undefined }) {
  const { data } = found;
  return (
    <Section
      isBare
      title={t('Nodes')}
      about={data?.simulated === true ? t('The cell is a simulated one: no container runs there, and its Pods are made up.') : undefined}
      actions={<ReadAgain query={found} at={data?.readAt} />}
    >
      <Stack gap="sm">
        {found.isError && <Failure title={t('The nodes cannot be shown')} error={found.error} retry={() => void found.refetch()} />}
        {data?.unread.map((why) => (
          <Text key={why} size="sm" c="dimmed">
            {t('Could not be read:')} {why}
          </Text>
        ))}
        {(data !== undefined || !found.isError) && (
          <DataTable
            label={t('Nodes')}
            rows={data?.nodes}
            keyOf={({ id }) => id}
            empty={
              <Empty title={t('Nothing runs')}>
                {t('The instance has no Pods now: it is stopped, or its operator has not made them yet. What it is doing stands above.')}
              </Empty>
            }
            columns={columnsOf(data?.nodes ?? [], data?.logs === true ? onLogs : undefined)}
          />
        )}
      </Stack>
    </Section>
  );
}

function columnsOf(nodes: readonly InstanceNode[], onLogs: ((node: string) => void) | undefined): Column<InstanceNode>[] {
  const isForProvider = nodes.some(({ machine }) => machine !== undefined);
  return [
    { key: 'node', name: t('Node'), width: 240, sortBy: ({ id }) => id, cell: (node) => <Name node={node} onLogs={onLogs} /> },
    { key: 'state', name: t('State'), width: 280, sortBy: (node) => stateOf(node).word, cell: (node) => <State node={node} /> },
    {
      key: 'restarts',
      name: t('Restarts'),
      align: 'right',
      width: 90,
      sortBy: ({ restarts }) => restarts,
      cell: ({ restarts }) => restarts,
    },
    {
      key: 'since',
      name: t('Since'),
      width: 130,
      sortBy: ({ since }) => since ?? '',
      cell: ({ since }) => (since === undefined ? '' : <Moment at={since} />),
    },
    { key: 'cpu', name: t('Cores'), width: 130, sortBy: ({ cpu }) => cpu.request ?? 0, cell: ({ cpu }) => amountText(cpu, cores) },
    {
      key: 'memory',
      name: t('Memory'),
      width: 150,
      sortBy: ({ memory }) => memory.request ?? 0,
      cell: ({ memory }) => amountText(memory, bytes),
    },
    ...(isForProvider
      ? [
          {
            key: 'machine',
            name: t('Machine'),
            width: 160,
            sortBy: ({ machine = '' }: InstanceNode) => machine,
            cell: ({ machine = '', availabilityZone = '' }: InstanceNode) => (
              <>
                <span className="mono">{machine}</span>
                {availabilityZone !== '' && (
                  <Text size="xs" c="dimmed">
                    {availabilityZone}
                  </Text>
                )}
              </>
            ),
          },
        ]
      : []),
  ];
}

function Name({ node: { id, role, containers }, onLogs }: { node: InstanceNode; onLogs: ((node: string) => void) | undefined }) {
  return (
    <Stack gap={2}>
      <Group gap={6} wrap="wrap">
        <span className="mono" style={{ overflowWrap: 'anywhere' }}>
          {id}
        </span>
        {role !== undefined && (
          <Badge size="sm" variant="default" tt="none">
            {inWords(role)}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed" title={containers.map(({ name, image }) => `${name}: ${image}`).join('\n')}>
        {containers
          .filter(({ isInit }) => !isInit)
          .map(({ name }) => name)
          .join(', ')}
      </Text>
      {onLogs !== undefined && (
        <Anchor component="button" type="button" size="xs" ta="start" w="fit-content" onClick={() => onLogs(id)}>
          {t('Logs of {{node}}', { node: id })}
        </Anchor>
      )}
    </Stack>
  );
}

function State({ node }: { node: InstanceNode }) {
  const { reason } = node;
  return (
    <Stack gap={2}>
      <Status {...stateOf(node)} />
      {reason !== undefined && (
        <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
          {reason.cause}
          {reason.words === '' ? '' : `: ${reason.words}`}
        </Text>
      )}
      {reason !== undefined && reason.cure !== '' && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'normal' }}>
          {reason.cure}
        </Text>
      )}
    </Stack>
  );
}
