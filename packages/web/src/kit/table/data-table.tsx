/**
 * A list of things of one kind. Heads sort; with `state` (see `useTableState`) it is searched, filtered, sorted and saved as views in the
 * page's address; `actions` make its rows selectable. On a phone each row is a card.
 */
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useLocation } from '@tanstack/react-router';
import { t } from 'i18next';
import { type ReactNode, useMemo } from 'react';
import { Cards } from './cards';
import type { BulkAction, Column, MoreRows, TableFilter } from './column';
import { Rows } from './rows';
import { SelectionBar } from './selection-bar';
import { filtered, isNarrowed, shownColumns, sorted } from './table-state';
import { Toolbar } from './toolbar';
import { useSelection } from './use-selection';
import { type TableState, useOwnTableState } from './use-table-state';

export type { BulkAction, Column, FilterOption, MoreRows, TableFilter } from './column';
export { useTableState, type TableState } from './use-table-state';

export interface DataTableProps<Row> {
  /** What the rows are, for people who do not see the page. */
  label: string;
  columns: readonly Column<Row>[];
  /** Undefined while they are loaded. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  /** What stands there where there are no rows: what this is for, and the one thing to do. */
  empty: ReactNode;
  /** Search, filters, sorting, columns and views, from the address. @default the table is sorted by its heads only */
  state?: TableState;
  /** What is searched in. @default with `state`, no search; see `searchHint` */
  searchText?: (row: Row) => string;
  /** In the empty search box. Given without `searchText`: the rows come searched already. */
  searchHint?: string;
  filters?: readonly TableFilter<Row>[];
  /** What can be done to several rows at once. @default rows are not selected */
  actions?: readonly BulkAction<Row>[];
  /** The columns that the server sorts by; the rows come sorted already. @default the table sorts the rows it has */
  sortedBy?: readonly string[];
  /** Rows that are still at the server. @default all are here */
  more?: MoreRows;
  /** @default dense in the console, roomy in the portal */
  density?: 'dense' | 'roomy';
}

const PHONE = '(max-width: 40em)';
const LOADING_ROWS = 6;
const NONE: readonly never[] = [];

export function DataTable<Row>(props: DataTableProps<Row>) {
  const isInConsole = useLocation({ select: ({ pathname }) => pathname.startsWith('/console') });
  const isDense = props.density === undefined ? isInConsole : props.density === 'dense';
  const own = useOwnTableState();
  const { label, rows, empty, more, filters = NONE, state = own } = props;
  const isBare = rows !== undefined && rows.length === 0 && more?.isLoading !== true && !isNarrowed(state.search, filters);
  if (isBare) return <>{empty}</>;
  const isNarrowable = props.state !== undefined && (props.searchText ?? props.searchHint ?? filters[0]) !== undefined;
  if (rows === undefined && !isNarrowable) return <Loading label={label} isDense={isDense} />;
  return <Loaded {...props} rows={rows} filters={filters} state={state} isDense={isDense} hasToolbar={props.state !== undefined} />;
}

function Loading({ label, isDense }: { label: string; isDense: boolean }) {
  return (
    <Stack gap="xs" aria-label={label} aria-busy role="status">
      {Array.from({ length: LOADING_ROWS }, (_, index) => (
        <Skeleton key={index} height={isDense ? 28 : 36} />
      ))}
    </Stack>
  );
}

type LoadedProps<Row> = DataTableProps<Row> & {
  rows: readonly Row[] | undefined;
  filters: readonly TableFilter<Row>[];
  state: TableState;
  isDense: boolean;
  hasToolbar: boolean;
};

function Loaded<Row>(props: LoadedProps<Row>) {
  const { label, columns, keyOf, filters, state, isDense, hasToolbar, searchText, sortedBy, more, actions = NONE } = props;
  const all = props.rows ?? NONE;
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const { search } = state;
  const rows = useMemo(() => {
    const found = filtered(all, { textOf: searchText, filters }, search);
    return sortedBy === undefined ? sorted(found, columns, search) : found;
  }, [all, searchText, filters, search, sortedBy, columns]);
  const selection = useSelection(rows, keyOf);
  const chosenColumns = search['columns'] ?? '';
  const shownOnes = useMemo(() => shownColumns(columns, { columns: chosenColumns }), [columns, chosenColumns]);
  const shown = {
    label,
    rows,
    keyOf,
    state,
    isDense,
    columns: shownOnes,
    selection: actions.length === 0 ? undefined : selection,
    canSortBy: (column: Column<Row>) => (sortedBy === undefined ? column.sortBy !== undefined : sortedBy.includes(column.key)),
    onEnd: more?.hasMore === true && !more.isLoading ? more.load : undefined,
  };
  const List = isPhone ? Cards : Rows;
  return (
    <Stack gap="sm">
      {hasToolbar && (
        <Toolbar
          columns={columns}
          rows={all}
          filters={filters}
          state={state}
          searchHint={props.searchHint ?? (searchText === undefined ? undefined : t('Search'))}
          count={countOf(more?.found ?? rows.length, more?.total ?? more?.found ?? all.length, props.rows === undefined)}
        />
      )}
      {props.rows === undefined && <Loading label={label} isDense={isDense} />}
      {props.rows !== undefined && rows.length === 0 && <NothingFound state={state} filters={filters} />}
      {rows.length > 0 && <List {...shown} />}
      {more?.isLoading === true && props.rows !== undefined && (
        <Text size="sm" c="dimmed" role="status">
          {t('More is loaded …')}
        </Text>
      )}
      <SelectionBar selection={selection} actions={actions} more={more} />
    </Stack>
  );
}

function countOf(found: number, total: number, isLoading: boolean): string {
  if (isLoading) return '';
  const number = new Intl.NumberFormat();
  if (found !== total) return t('{{found}} of {{total}}', { found: number.format(found), total: number.format(total) });
  return t('{{shown}} rows', { count: total, shown: number.format(total), defaultValue_one: '{{shown}} row' });
}

function NothingFound({ state, filters }: { state: TableState; filters: readonly { key: string }[] }) {
  return (
    <Group gap="sm" py="md">
      <Text c="dimmed">{t('Nothing is like that.')}</Text>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => state.change(Object.fromEntries(['q', ...filters.map(({ key }) => key)].map((key) => [key, ''])))}
      >
        {t('Show all')}
      </Button>
    </Group>
  );
}
