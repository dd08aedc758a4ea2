/** One filter of a table: a chip that says what is chosen, and opens what can be. */
import { Button, Checkbox, CloseButton, Group, Popover, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import type { FilterOption, TableFilter } from './column';
import classes from './table.module.css';
import { rangeWith } from './day-range';
import { chosenOf, toggled } from './table-state';
import type { TableState } from './use-table-state';

interface Props {
  filter: Pick<TableFilter<never>, 'key' | 'name' | 'kind' | 'hint'>;
  options: readonly FilterOption[];
  state: TableState;
}

export function FilterChip({ filter, options, state }: Props) {
  const { key, name, kind = 'choice' } = filter;
  const [opened, setOpened] = useState(false);
  const text = state.search[key] ?? '';
  const isActive = text !== '';
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus withinPortal shadow="md">
      <Group gap={0} wrap="nowrap">
        <Popover.Target>
          <Button
            size="compact-sm"
            variant="default"
            className={classes.chip}
            onClick={() => setOpened((is) => !is)}
            {...(isActive ? { 'data-active': true } : {})}
          >
            {isActive ? `${name}: ${said(text, kind, options)}` : name}
          </Button>
        </Popover.Target>
        {isActive && (
          <CloseButton size="sm" aria-label={t('Take the filter {{name}} away', { name })} onClick={() => state.change({ [key]: '' })} />
        )}
      </Group>
      <Popover.Dropdown p="xs" role="dialog" aria-label={name}>
        {kind === 'choice' && <Choice filter={filter} options={options} state={state} />}
        {kind === 'text' && <Typed filter={filter} state={state} done={() => setOpened(false)} />}
        {kind === 'dates' && <Dates filter={filter} state={state} />}
      </Popover.Dropdown>
    </Popover>
  );
}

const SAID = 2;

/** What is chosen, as the chip says it. */
function said(text: string, kind: string, options: readonly FilterOption[]): string {
  if (kind === 'text') return text;
  if (kind === 'dates') {
    const [from = '', to = ''] = text.split('..');
    if (from === '') return t('until {{to}}', { to });
    return to === '' ? t('since {{from}}', { from }) : t('{{from}} to {{to}}', { from, to });
  }
  const values = chosenOf({ text }, 'text');
  const names = values.slice(0, SAID).map((value) => options.find((one) => one.value === value)?.label ?? value);
  const more = values.length - names.length;
  return more > 0 ? t('{{names}} and {{count}} more', { names: names.join(', '), count: more }) : names.join(', ');
}

/** So many options are looked through by typing. */
const MANY = 8;

function Choice({ filter: { key, name }, options, state }: Props) {
  const [wanted, setWanted] = useState('');
  const chosen = chosenOf(state.search, key);
  // What is chosen stays in the list, though no row may have it.
  const all = [
    ...options,
    ...chosen.filter((value) => options.every((one) => one.value !== value)).map((value): FilterOption => ({ value })),
  ];
  const listed = all.filter(({ value, label = value }) => label.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <Stack gap="xs" miw={200}>
      {all.length > MANY && (
        <TextInput
          size="xs"
          aria-label={t('Find in {{name}}', { name })}
          placeholder={t('Find')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <ScrollArea.Autosize mah={280} type="auto">
        <Stack gap={8} p={4}>
          {listed.map(({ value, label = value, count }) => (
            <Checkbox
              key={value}
              size="xs"
              label={
                <Group gap={6} wrap="nowrap">
                  <span>{label}</span>
                  {count !== undefined && (
                    <Text component="span" size="xs" c="dimmed">
                      {count}
                    </Text>
                  )}
                </Group>
              }
              checked={chosen.includes(value)}
              onChange={() => state.change((search) => ({ [key]: toggled(search, key, value) }))}
            />
          ))}
          {listed.length === 0 && (
            <Text size="sm" c="dimmed">
              {t('There is nothing to choose from.')}
            </Text>
          )}
        </Stack>
      </ScrollArea.Autosize>
    </Stack>
  );
}

function Typed({ filter: { key, name, hint }, state, done }: Omit<Props, 'options'> & { done: () => void }) {
  const [text, setText] = useState(state.search[key] ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        state.change({ [key]: text.trim() });
        done();
      }}
    >
      <Group gap="xs" align="flex-end">
        <TextInput
          size="xs"
          label={name}
          placeholder={hint}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <Button size="xs" type="submit">
          {t('Filter')}
        </Button>
      </Group>
    </form>
  );
}

function Dates({ filter: { key }, state }: Omit<Props, 'options'>) {
  const [from = '', to = ''] = (state.search[key] ?? '').split('..');
  const change = (ends: { from?: string; to?: string }) => state.change((search) => ({ [key]: rangeWith(search[key] ?? '', ends) }));
  return (
    <Group gap="xs">
      <TextInput
        size="xs"
        type="date"
        label={t('From')}
        value={from}
        max={to}
        onChange={(event) => change({ from: event.currentTarget.value })}
        data-autofocus
      />
      <TextInput
        size="xs"
        type="date"
        label={t('To')}
        value={to}
        min={from}
        onChange={(event) => change({ to: event.currentTarget.value })}
      />
    </Group>
  );
}
