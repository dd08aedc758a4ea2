/** The bar over every page: whose product it is, the search, what is under way, who is signed in. */
import { AppShell, Group, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { lazy, Suspense } from 'react';
import { brand } from '../brand';
import { ConnectionNotice } from '../live/connection-notice';
import { RunningOperations } from '../live/running-operations';
import { Logo } from '../logo';
import type { Person } from '../session/signed-in';
import { PersonMenu } from './person-menu';
import classes from './shell.module.css';

const ScopeSwitch = lazy(() => import('../../console/scope/scope-switch'));

interface Props {
  person: Person;
  onSearch: () => void;
  onKeys: () => void;
}

export function Header({ person, onSearch, onKeys }: Props) {
  return (
    <AppShell.Header>
      <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Link to="/" style={{ color: 'inherit', textDecoration: 'none', minWidth: 0 }}>
            <Group gap="sm" wrap="nowrap">
              <Logo />
              <Text fw={600} truncate>
                {brand.name}
              </Text>
            </Group>
          </Link>
          {person.kind === 'provider' && (
            <Suspense>
              <ScopeSwitch />
            </Suspense>
          )}
        </Group>
        <Group gap="xs" wrap="nowrap">
          <UnstyledButton className={classes['search'] ?? ''} onClick={onSearch} aria-keyshortcuts="Meta+K Control+K">
            <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
              <path d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M11 11l3.5 3.5" />
            </svg>
            <span>{t('Search or do …')}</span>
            <kbd aria-hidden="true">{commandKey()} K</kbd>
          </UnstyledButton>
          <ConnectionNotice />
          <RunningOperations />
          <PersonMenu person={person} onKeys={onKeys} />
        </Group>
      </Group>
    </AppShell.Header>
  );
}

/** The key that commands are given with on this machine. */
export function commandKey(): string {
  return /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl';
}
