/** Searches, filters, sorting and columns under a name, kept for this person in this browser. */
import { Button, CloseButton, Group, Popover, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { person } from '../../app/session/signed-in';
import { isolated, sayDone } from '../done';
import type { TableSearch } from './table-state';
import type { TableState } from './use-table-state';

interface View {
  name: string;
  search: TableSearch;
}

/** Longer names than that say no more. */
const LONGEST_NAME = 60;

export function SavedViews({ state, name }: { state: TableState; name: string }) {
  const { data } = useQuery(person);
  const [views, setViews] = useLocalStorage<View[]>({
    key: `cellplane.views.${data?.id ?? ''}.${name}`,
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const current = views.find(({ search }) => isSame(search, state.search));
  const forget = (view: View) => {
    setViews((before) => before.filter((one) => one.name !== view.name));
    const at = views.indexOf(view);
    void sayDone({
      message: t('The view {{name}} is forgotten.', { name: isolated(view.name) }),
      undo: () => setViews((before) => before.filter((one) => one.name !== view.name).toSpliced(at, 0, view)),
    });
  };
  const open = (search: TableSearch) => {
    const gone = Object.fromEntries(Object.keys(state.search).map((key) => [key, '']));
    state.change({ ...gone, ...search });
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withinPortal shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="compact-sm" variant="default" onClick={() => setOpened((is) => !is)}>
          {current?.name ?? t('Views')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm" w={280} role="dialog" aria-label={t('Saved views')}>
        <Stack gap="xs">
          {views.length === 0 && (
            <Text size="sm" c="dimmed">
              {t('Save what you search, filter and sort for under a name, and come back to it with one click.')}
            </Text>
          )}
          {views.map((view) => (
            <Group key={view.name} gap="xs" wrap="nowrap" justify="space-between">
              <UnstyledButton
                onClick={() => open(view.search)}
                fz="sm"
                fw={view === current ? 600 : 400}
                style={{ overflowWrap: 'anywhere' }}
              >
                {view.name}
              </UnstyledButton>
              <CloseButton size="sm" aria-label={t('Forget the view {{name}}', { name: view.name })} onClick={() => forget(view)} />
            </Group>
          ))}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const given = text.trim();
              if (given === '') return;
              setViews((before) => [...before.filter((one) => one.name !== given), { name: given, search: { ...state.search } }]);
              setText('');
            }}
          >
            <Group gap="xs" align="flex-end" wrap="nowrap">
              <TextInput
                size="xs"
                label={t('Save this view as')}
                value={text}
                maxLength={LONGEST_NAME}
                onChange={(event) => setText(event.currentTarget.value)}
                style={{ flex: 1 }}
              />
              <Button size="xs" type="submit">
                {t('Save')}
              </Button>
            </Group>
          </form>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function isSame(one: TableSearch, other: TableSearch): boolean {
  const keys = Object.keys(one);
  return keys.length > 0 && keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
