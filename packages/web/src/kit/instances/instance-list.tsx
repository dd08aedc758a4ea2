/** Instances as a table that is searched, filtered and sorted in the page's address. */
import { Anchor, Box, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Moment } from '../moment';
import { inWords, Status } from '../status';
import { type Column, DataTable, type TableFilter, useTableState } from '../table/data-table';
import type { InstanceRow } from './instance-row';

interface Props {
  rows: InstanceRow[];
  /** The front whose page an instance opens. */
  opens: '/instances/$instanceId' | '/console/instances/$instanceId';
}

export function InstanceList({ rows, opens }: Props) {
  const state = useTableState({ name: opens.startsWith('/console') ? 'fleet-instances' : 'instances' });
  return (
    <DataTable
      label={t('Instances')}
      rows={rows}
      keyOf={keyOf}
      state={state}
      searchText={textOf}
      searchHint={t('Search id, product, plan or tag')}
      filters={filtersOf(rows)}
      empty={<Text c="dimmed">{t('There is no instance.')}</Text>}
      columns={columnsOf(opens)}
    />
  );
}

const keyOf = ({ id }: InstanceRow) => id;
const textOf = (row: InstanceRow) => [row.id, row.product, row.plan, row.version, row.environment, row.place, ...row.tags].join(' ');

function filtersOf(rows: InstanceRow[]): TableFilter<InstanceRow>[] {
  const statuses = [...new Set(rows.map(({ status }) => status))].toSorted();
  return [
    {
      key: 'status',
      name: t('Status'),
      valuesOf: ({ status }) => status,
      options: statuses.map((value) => ({ value, label: inWords(value), count: rows.filter(({ status }) => status === value).length })),
    },
    { key: 'product', name: t('Product'), valuesOf: ({ product }) => product },
    { key: 'plan', name: t('Plan'), valuesOf: ({ plan }) => plan },
    { key: 'version', name: t('Version'), valuesOf: ({ version }) => version, isRare: true },
    { key: 'place', name: t('Place'), valuesOf: ({ place }) => place, isRare: true },
    { key: 'tag', name: t('Tag'), valuesOf: ({ tags }) => tags, isRare: true },
    { key: 'created', name: t('Created'), valuesOf: ({ createdAt }) => createdAt, kind: 'dates', isRare: true },
  ];
}

function columnsOf(opens: Props['opens']): Column<InstanceRow>[] {
  return [
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
  ];
}
