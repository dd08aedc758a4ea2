/** The deployment cells of the installation: whether they answer, and what runs there. */
import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { CountBar } from '../../kit/count-bar';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Status } from '../../kit/status';
import { DataTable } from '../../kit/table/data-table';
import { cells as cellsQuery, fleet, type Fleet } from '../overview/fleet-query';
import type { Cell } from './cell-queries';

export function CellsPage() {
  const cells = useQuery(cellsQuery);
  const { data } = useQuery(fleet());
  return (
    <Stack gap="md">
      <PageHead title={t('Cells')} facts={t('Kubernetes clusters that instances run in.')} />
      {cells.isError && <Failure title={t('The cells cannot be shown')} error={cells.error} retry={() => void cells.refetch()} />}
      {!cells.isError && (
        <DataTable
          label={t('Cells')}
          rows={cells.data}
          keyOf={({ id }) => id}
          empty={
            <Empty title={t('There is no cell')}>
              {t('Start the server with CELLPLANE_KUBECONFIG, or without it for a simulated one.')}
            </Empty>
          }
          columns={[
            { key: 'cell', name: t('Cell'), sortBy: ({ key }) => key, cell: (cell) => <CellName cell={cell} /> },
            {
              key: 'status',
              name: t('Status'),
              sortBy: ({ status }) => status,
              cell: ({ status, statusDescription }) => (
                <>
                  <Status of={status === 'DISCONNECTED' ? 'FAILED' : status} word={cellStatus(status)} />
                  {statusDescription !== undefined && statusDescription !== '' && (
                    <Text size="xs" c="dimmed">
                      {statusDescription}
                    </Text>
                  )}
                </>
              ),
            },
            {
              key: 'kubernetes',
              name: t('Kubernetes'),
              cell: ({ kubernetesVersion }) => <span className="mono">{kubernetesVersion ?? '–'}</span>,
            },
            { key: 'places', name: t('Places'), cell: ({ places }) => <Places places={places} /> },
            {
              key: 'instances',
              name: t('Instances'),
              cell: ({ id }) => <CellInstances groups={data?.groups.filter(({ cellId }) => cellId === id)} />,
            },
          ]}
        />
      )}
    </Stack>
  );
}

function CellName({ cell: { id, key, kind, isDefault } }: { cell: Cell }) {
  return (
    <>
      <Group gap="xs">
        <Anchor renderRoot={(props) => <Link to="/console/cells/$cell" params={{ cell: key }} {...props} />}>{key}</Anchor>
        {kind === 'simulated' && (
          <Badge size="sm" variant="light" color="gray" tt="none">
            {t('simulated')}
          </Badge>
        )}
        {isDefault && (
          <Badge size="sm" variant="light" tt="none">
            {t('default')}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed" className="mono">
        {id}
      </Text>
    </>
  );
}

/** Clouds and regions that the cell serves. */
export function Places({ places }: { places: Cell['places'] }) {
  if (places.length === 0) return <Text c="dimmed">{t('none given')}</Text>;
  return <>{places.map(({ cloudProvider, region }) => `${cloudProvider} ${region}`).join(', ')}</>;
}

/** What runs there, by status. */
function CellInstances({ groups }: { groups: Fleet['groups'] | undefined }) {
  if (groups === undefined) return <Text c="dimmed">…</Text>;
  const counts: Record<string, number> = {};
  for (const { statuses } of groups) for (const [status, count] of Object.entries(statuses)) counts[status] = (counts[status] ?? 0) + count;
  return groups.length === 0 ? <Text c="dimmed">{t('none')}</Text> : <CountBar counts={counts} />;
}

/** The status of a cell in a word. */
export function cellStatus(status: string): string {
  switch (status) {
    case 'RUNNING':
      return t('Answers');
    case 'DISCONNECTED':
      return t('Does not answer');
    case 'DEPLOYING':
      return t('Being connected');
    default:
      return t('Failed');
  }
}
