/** The frame of every page: name, navigation, who is signed in. */
import {
  ActionIcon,
  AppShell,
  Burger,
  Center,
  Group,
  Loader,
  Menu,
  NavLink,
  Text,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { Fragment } from 'react';
import { session } from '../client';
import { useMayAny } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { consoleNavigation } from '../../console/navigation';
import { portalNavigation } from '../../portal/navigation';
import { person as personQuery, type Person } from '../session/signed-in';

export function Shell() {
  const person = useQuery(personQuery);
  if (person.isError) return <Failure title="The server does not answer" error={person.error} retry={() => void person.refetch()} />;
  if (person.data === undefined)
    return (
      <Center h="100vh">
        <Loader aria-label="Signing in" />
      </Center>
    );
  return <Frame person={person.data} />;
}

function Frame({ person }: { person: Person }) {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const may = useMayAny();
  const groups = (person.kind === 'provider' ? consoleNavigation() : portalNavigation())
    .map((group) => ({ ...group, pages: group.pages.filter(({ reads }) => reads === undefined || may(reads).may) }))
    .filter(({ pages }) => pages.length > 0);
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }} padding="lg">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <img src="/favicon.svg" alt="" width={18} height={18} />
            <Text fw={600}>Cellplane</Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColourScheme />
            <PersonMenu person={person} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {groups.map(({ label: heading, pages }, index) => (
          <Fragment key={heading ?? index}>
            {heading !== undefined && (
              <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4}>
                {heading}
              </Text>
            )}
            {pages.map(({ to, label }) => (
              <NavLink
                key={to}
                label={label}
                active={pathname.startsWith(to)}
                aria-current={pathname.startsWith(to) ? 'page' : undefined}
                onClick={close}
                renderRoot={(props) => <Link to={to} {...props} />}
              />
            ))}
          </Fragment>
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function ColourScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const next = useComputedColorScheme('light') === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={`Change to the ${next} colours`} onClick={() => setColorScheme(next)}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" />
        <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}

function PersonMenu({ person }: { person: Person }) {
  const initials = (person.name || person.email)
    .split(/[\s@.]+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={`Account of ${person.name || person.email}`} px="xs" py={4}>
          <Text fw={600} size="sm">
            {initials}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {person.email}
          <br />
          {person.orgName}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item onClick={() => void session.end()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
