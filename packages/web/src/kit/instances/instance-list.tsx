/** Instances as a table that the server searches, filters and sorts; what is asked for stands in the address. */
import { Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { type ReactNode, useMemo } from 'react';
import { Failure } from '../failure';
import { inWords } from '../code-words';
import { DataTable, type TableFilter, useTableState } from '../table/data-table';
import { BulkResults, type Operate, useBulk } from './bulk';
import { InstanceCounters } from './counters';
import { instanceColumns, type Opens } from './instance-columns';
import { ANYWHERE, countsIn, type InstanceCounts, type InstancePlace, listedInstances, type ListedInstance } from './instance-query';

interface Props {
  opens: Opens;
  /** Begins an operation on an instance. */
  operate: Operate;
  /** Where nobody has an instance yet. */
  empty: ReactNode;
  /** Only those that are there. @default all */
  place?: InstancePlace;
  /** What instances wait for, with how many. @default not told */
  waits?: readonly { value: string; label: string; count: number }[];
}

const NO_WAITS: NonNullable<Props['waits']> = [];

const SORTED_BY = ['name', 'status', 'plan', 'place', 'cell', 'owner', 'created'];

export function InstanceList({ opens, operate, empty, place = ANYWHERE, waits = NO_WAITS }: Props) {
  const isConsole = opens.startsWith('/console');
  const state = useTableState({ name: isConsole ? 'fleet-instances' : 'instances' });
  const list = useInfiniteQuery(listedInstances(state.search, place));
  const counts = useQuery(countsIn(place));
  const bulk = useBulk({ operate, isConsole });
  const rows = useMemo(() => list.data?.pages.flatMap(({ instances }) => instances), [list.data]);
  const columns = useMemo(() => instanceColumns(opens), [opens]);
  const filters = useMemo(
    () => filtersOf(counts.data, isConsole, waits).filter(({ key }) => key !== 'product' || place.product === ''),
    [counts.data, isConsole, waits, place],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const found = list.data?.pages[0]?.total;
  if (list.isError && rows === undefined)
    return <Failure title={t('The instances cannot be shown')} error={list.error} retry={() => void list.refetch()} />;
  return (
    <Stack gap="md">
      {counts.data?.total !== 0 && <InstanceCounters counts={counts.data} state={state} />}
      <DataTable
        label={t('Instances')}
        rows={rows}
        keyOf={keyOf}
        state={state}
        searchHint={isConsole ? t('Search id, name, customer, plan or tag') : t('Search id, name, plan or tag')}
        filters={filters}
        sortedBy={SORTED_BY}
        actions={bulk.actions}
        columns={columns}
        empty={empty}
        more={{
          hasMore: hasNextPage,
          isLoading: isFetchingNextPage,
          load: () => void fetchNextPage(),
          ...(found === undefined ? {} : { found }),
          ...(counts.data === undefined ? {} : { total: counts.data.total }),
        }}
      />
      <BulkResults bulk={bulk} />
    </Stack>
  );
}

const keyOf = ({ id }: ListedInstance) => id;

function filtersOf(
  counts: InstanceCounts | undefined,
  isConsole: boolean,
  waits: NonNullable<Props['waits']>,
): TableFilter<ListedInstance>[] {
  const facet = (key: string) => counts?.facets[key] ?? [];
  const statuses = facet('status').map(({ value, count }) => ({ value, label: inWords(value), count }));
  const states = [
    { value: 'failed', label: t('Failed'), count: counts?.failed ?? 0 },
    { value: 'unhealthy', label: t('Unhealthy'), count: counts?.unhealthy ?? 0 },
    { value: 'waiting', label: t('Waiting'), count: counts?.waiting ?? 0 },
    { value: 'underWay', label: t('Something is under way'), count: counts?.underWay ?? 0 },
    ...(isConsole
      ? [
          { value: 'warned', label: t('Has a warning') },
          { value: 'differs', label: t('Lacks something in its cell') },
        ]
      : []),
  ];
  return [
    { key: 'status', name: t('Status'), options: statuses },
    ...(isConsole ? [{ key: 'owner', name: t('Customer'), options: facet('owner') }] : []),
    { key: 'plan', name: t('Plan'), options: facet('plan') },
    { key: 'version', name: t('Version'), options: facet('version'), isRare: !isConsole },
    { key: 'product', name: t('Product'), options: facet('product'), isRare: true },
    ...(isConsole ? [{ key: 'cell', name: t('Cell'), options: facet('cell') }] : []),
    { key: 'cloud', name: t('Cloud'), options: facet('cloud'), isRare: true },
    { key: 'region', name: t('Region'), options: facet('region'), isRare: true },
    { key: 'tag', name: t('Tag'), kind: 'text', hint: t('key=value'), isRare: true },
    { key: 'created', name: t('Created'), kind: 'dates', isRare: true },
    { key: 'state', name: t('State'), options: states, isRare: true },
    ...(isConsole ? [{ key: 'waitsFor', name: t('Waits for'), options: [...waits], isRare: true }] : []),
  ];
}
