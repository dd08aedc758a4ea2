/** One field for everything: instances, plans, customers, pages, actions. Opened by ⌘K or Ctrl K, on every page. */
import '@mantine/spotlight/styles.css';
import { Text, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useRouter } from '@tanstack/react-router';
import { t } from 'i18next';
import { useEffect, useState } from 'react';
import { wordsOf } from '../../kit/failure';
import { brandLinks } from '../brand-links';
import { session } from '../client';
import type { Person } from '../session/signed-in';
import { PageIcon } from '../shell/icons';
import { SCHEMES, schemeWords } from '../shell/person-menu';
import { useNavigation } from '../shell/use-navigation';
import { takeEarlyKeys } from './early-keys';
import { type Entry, type EntryGroup, fitting } from './entry';
import { useCustomerFinds, useProviderFinds } from './finds';
import { hasPage } from './places';
import { recentOf, remember } from './recent';

const [store, palette] = createSpotlight();

/** The search waits until a person pauses. Milliseconds. */
const PAUSE_MS = 120;

interface Props {
  person: Person;
  /** Raised each time that it is to be opened. */
  opening: number;
  onKeys: () => void;
}

export default function Palette({ person, opening, onKeys }: Props) {
  const [typed, setTyped] = useState('');
  useEffect(() => palette.open(), [opening]);
  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      shortcut={null}
      scrollable
      maxHeight="60vh"
      aria-label={t('Search or do …')}
    >
      <Spotlight.Search
        placeholder={t('Search by name or id, or say what to do')}
        aria-label={t('Search by name or id, or say what to do')}
        onFocus={() => {
          const early = takeEarlyKeys();
          setTyped((before) => before + early);
        }}
      />
      <List person={person} typed={typed} onKeys={onKeys} />
    </Spotlight.Root>
  );
}

function List({ person, typed, onKeys }: { person: Person; typed: string; onKeys: () => void }) {
  const router = useRouter();
  const [asked] = useDebouncedValue(typed, PAUSE_MS);
  const isProvider = person.kind === 'provider';
  const provider = useProviderFinds(asked, isProvider);
  const customer = useCustomerFinds(typed, asked, !isProvider);
  const finds = isProvider ? provider : customer;
  const own = useOwnGroups(person, onKeys);
  const routes = Object.keys(router.routesByPath);
  const isThere = ({ act }: Entry) => typeof act !== 'string' || hasPage(routes, act);
  const recent: EntryGroup[] = typed.trim() === '' ? [{ label: t('Recent'), entries: recentOf(person.id) }] : [];
  const groups = [...recent, ...finds.groups, ...own.map(({ label, entries }) => ({ label, entries: fitting(entries, typed) }))]
    .map(({ label, entries }) => ({ label, entries: entries.filter(isThere) }))
    .filter(({ entries }) => entries.length > 0);
  // The library marks the first entry when a letter is typed. What the server has found comes later: Enter is for its first one, then.
  const shown = groups.flatMap(({ entries }) => entries.map(({ key }) => key)).join('\n');
  useEffect(() => {
    const list = document.getElementById(store.getState().listId);
    if (typed.trim() === '' || list === null || list.querySelector('[data-selected]') !== null) return;
    list.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
    store.updateState((state) => ({ ...state, selected: 0 }));
  }, [shown, typed]);
  const open = (entry: Entry) => {
    if (typeof entry.act === 'function') return entry.act();
    remember(person.id, { ...entry, act: entry.act });
    return void router.navigate({ href: entry.act });
  };
  return (
    <Spotlight.ActionsList>
      {groups.map(({ label, entries }) => (
        <Spotlight.ActionsGroup key={label} label={label} role="group" aria-label={label}>
          {entries.map((entry) => (
            <Spotlight.Action
              key={entry.key}
              label={entry.label}
              {...(entry.about === undefined ? {} : { description: entry.about })}
              leftSection={typeof entry.act === 'string' ? <PageIcon to={markOf(entry.act)} /> : undefined}
              onClick={() => open(entry)}
            />
          ))}
        </Spotlight.ActionsGroup>
      ))}
      {finds.error !== null && finds.error !== undefined && (
        <Text p="sm" c="red" role="alert">
          {t('The search cannot be asked: {{why}}', { why: wordsOf(finds.error) })}
        </Text>
      )}
      {groups.length === 0 && (
        <Spotlight.Empty>
          {finds.isBusy
            ? t('Searching …')
            : t('Nothing is called “{{typed}}”. Ids, names, e-mail addresses and tags are searched.', { typed })}
        </Spotlight.Empty>
      )}
    </Spotlight.ActionsList>
  );
}

/** Pages, and what can be done on every one. */
function useOwnGroups(person: Person, onKeys: () => void): EntryGroup[] {
  const { setColorScheme } = useMantineColorScheme();
  const pages = useNavigation(person).flatMap((group) => group.pages);
  return [
    { label: t('Pages'), entries: pages.map(({ to, label }) => ({ key: to, label, words: t('go to page'), act: to })) },
    {
      label: t('Actions'),
      entries: [
        ...SCHEMES.map((scheme) => ({
          key: scheme,
          label: schemeWords(scheme),
          words: t('theme mode'),
          act: () => setColorScheme(scheme),
        })),
        { key: 'keys', label: t('What the keyboard does'), words: t('help shortcuts'), act: onKeys },
        ...brandLinks().map(({ label, href }) => ({ key: href, label, act: () => void window.open(href, '_blank', 'noreferrer') })),
        { key: 'sign-out', label: t('Sign out'), words: t('log out leave'), act: () => void session.end() },
      ],
    },
  ];
}

/** The list that a thing stands in has the mark. */
function markOf(address: string): string {
  const [, first = '', second = ''] = address.split('?')[0]?.split('/') ?? [];
  return first === 'console' ? `/${second}` : `/${first === 'create' ? 'instances' : first}`;
}
