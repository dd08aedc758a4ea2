/** Instances as a table that is searched and filtered; on a narrow screen it scrolls by itself, the page does not. */
import { Anchor, Box, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Moment } from '../moment';
import { inWords, Status } from '../status';
import { DataTable } from '../table/data-table';
import { type InstanceFilter, type InstanceRow, isFound } from './instance-row';

interface Props {
  rows: InstanceRow[];
  filter: InstanceFilter;
  onFilter: (changes: { q?: string; status?: string }) => void;
  /** The front whose page an instance opens. */
  opens: '/instances/$instanceId' | '/console/instances/$instanceId';
}

export function InstanceList({ rows, filter, onFilter, opens }: Props) {
  const statuses = [...new Set(rows.map(({ status }) => status))].toSorted();
  const found = rows.filter((row) => isFound(row, filter));
  return (
    <Stack gap="md">
      <Group gap="sm">
        <TextInput
          aria-label="Search"
          placeholder="Search id, product, plan or tag"
          value={filter.q ?? ''}
          onChange={(event) => onFilter({ q: event.currentTarget.value })}
          miw={260}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          clearable
          data={statuses.map((value) => ({ value, label: inWords(value) }))}
          value={filter.status ?? null}
          onChange={(status) => onFilter({ status: status ?? '' })}
        />
        <Text size="sm" c="dimmed" aria-live="polite">
          {found.length} of {rows.length}
        </Text>
      </Group>
      <InstanceTable rows={found} opens={opens} />
    </Stack>
  );
}

function InstanceTable({ rows, opens }: Pick<Props, 'rows' | 'opens'>) {
  return (
    <DataTable
      label={t('Instances')}
      rows={rows}
      keyOf={({ id }) => id}
      empty={<Text c="dimmed">{t('No instance is like that. Change the search or the status.')}</Text>}
      columns={[
        {
          key: 'instance',
          name: t('Instance'),
          sortBy: ({ id }) => id,
          cell: ({ id }) => (
            <Anchor className="mono" renderRoot={(props) => <Link to={opens} params={{ instanceId: id }} {...props} />}>
              {id}
            </Anchor>
          ),
        },
        {
          key: 'status',
          name: t('Status'),
          sortBy: ({ status }) => status,
          cell: ({ status, reason }) => (
            <Box maw={360}>
              <Status of={status} />
              {reason !== '' && (
                <Text size="xs" c="dimmed" lineClamp={2}>
                  {reason}
                </Text>
              )}
            </Box>
          ),
        },
        {
          key: 'plan',
          name: t('Plan'),
          sortBy: ({ product, plan, version }) => `${product} ${plan} ${version}`,
          cell: ({ product, plan, version }) => (
            <>
              {product} · {plan}{' '}
              <Text component="span" c="dimmed" size="sm">
                {version}
              </Text>
            </>
          ),
        },
        { key: 'environment', name: t('Environment'), sortBy: ({ environment }) => environment, cell: ({ environment }) => environment },
        { key: 'place', name: t('Place'), sortBy: ({ place }) => place, cell: ({ place }) => place },
        {
          key: 'created',
          name: t('Created'),
          sortBy: ({ createdAt }) => Date.parse(createdAt),
          cell: ({ createdAt }) => <Moment at={createdAt} />,
        },
      ]}
    />
  );
}
