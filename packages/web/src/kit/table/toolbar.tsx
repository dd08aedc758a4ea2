/** Above a table: what is searched for, filters as chips, columns, views that were saved. */
import { Button, Checkbox, Group, Menu, Popover, Stack, Text, TextInput } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import type { Column, TableFilter } from './column';
import { FilterChip } from './filter-chip';
import { SavedViews } from './saved-views';
import { isNarrowed, optionsOf, shownColumns } from './table-state';
import type { TableState } from './use-table-state';
import { useTyped } from './use-typed';

interface Props<Row> {
  columns: readonly Column<Row>[];
  /** All rows, before they are filtered. */
  rows: readonly Row[];
  filters: readonly TableFilter<Row>[];
  state: TableState;
  /** @default there is no search */
  searchHint: string | undefined;
  /** "12 of 340". */
  count: string;
}

export function Toolbar<Row>({ columns, rows, filters, state, searchHint, count }: Props<Row>) {
  const [added, setAdded] = useState<readonly string[]>([]);
  const isShown = ({ key, isRare }: TableFilter<Row>) => isRare !== true || added.includes(key) || (state.search[key] ?? '') !== '';
  const rare = filters.filter((filter) => !isShown(filter));
  const isNarrow = isNarrowed(state.search, filters);
  return (
    <Group gap="xs" role="search">
      {searchHint !== undefined && <Search hint={searchHint} state={state} />}
      {filters.filter(isShown).map((filter) => (
        <FilterChip key={filter.key} filter={filter} options={optionsOf(rows, filter)} state={state} />
      ))}
      {rare.length > 0 && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button size="compact-sm" variant="subtle" color="gray">
              {t('More filters')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rare.map(({ key, name }) => (
              <Menu.Item key={key} onClick={() => setAdded((before) => [...before, key])}>
                {name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {isNarrow && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => state.change(Object.fromEntries(['q', ...filters.map(({ key }) => key)].map((key) => [key, ''])))}
        >
          {t('Show all')}
        </Button>
      )}
      <Group gap="xs" ms="auto">
        <Text size="sm" c="dimmed" aria-live="polite">
          {count}
        </Text>
        {state.name !== undefined && <SavedViews state={state} name={state.name} />}
        {columns.length > 2 && <Columns columns={columns} state={state} />}
      </Group>
    </Group>
  );
}

function Search({ hint, state }: { hint: string; state: TableState }) {
  const [text, setText] = useTyped(state.search['q'] ?? '', (q) => state.change({ q }, 'typed'));
  return (
    <TextInput
      size="sm"
      type="search"
      aria-label={t('Search')}
      placeholder={hint}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      w={{ base: '100%', xs: 260 }}
    />
  );
}

function Columns<Row>({ columns, state }: { columns: readonly Column<Row>[]; state: TableState }) {
  const shown = shownColumns(columns, state.search);
  const usual = shownColumns(columns, {});
  const choose = (key: string) => {
    const keys = columns.filter((one) => shown.includes(one) !== (one.key === key)).map((one) => one.key);
    const isUsual = keys.length === usual.length && usual.every((one) => keys.includes(one.key));
    state.change({ columns: isUsual ? '' : keys.join(',') });
  };
  return (
    <Popover position="bottom-end" withinPortal shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="compact-sm" variant="default">
          {t('Columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm" role="dialog" aria-label={t('Columns')}>
        <Stack gap={8}>
          {columns.map(({ key, name }, index) => (
            <Checkbox
              key={key}
              size="xs"
              label={name}
              checked={shown.some((one) => one.key === key)}
              // The first one says what a row is.
              disabled={index === 0}
              onChange={() => choose(key)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
