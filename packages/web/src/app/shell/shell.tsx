/** The frame of every page: whose product it is, navigation, search, who is signed in. */
import { AppShell, Center, Loader } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { t } from 'i18next';
import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { Failure } from '../../kit/failure';
import { useLacksFactor } from '../account/factors';
import { session } from '../client';
import { keepEarlyKeys } from '../palette/early-keys';
import { person as personQuery, type Person } from '../session/signed-in';
import { BottomBar } from './bottom-bar';
import { Header } from './header';
import { KeyboardHelp, usePageKeys } from './keyboard-help';
import { PageProgress } from './page-progress';
import classes from './shell.module.css';
import { SideMenu } from './side-menu';
import { CONTENT, useHeadingFocus } from './use-heading-focus';
import { useKeptFocus } from './use-kept-focus';
import { useNavigation } from './use-navigation';

const Palette = lazy(() => import('../palette/palette'));
const RequiredFactor = lazy(() => import('../account/required-factor'));
const Toasts = lazy(() => import('./toasts'));
const SignInAgain = lazy(() => import('../session/sign-in-again'));

export function Shell() {
  const person = useQuery(personQuery);
  if (person.isError)
    return (
      <Center component="main" mih="100vh" p="md">
        <Failure title={t('The server does not answer')} error={person.error} retry={() => void person.refetch()} />
      </Center>
    );
  if (person.data === undefined)
    return (
      <Center h="100vh">
        <Loader aria-label={t('Signing in')} />
      </Center>
    );
  return <Signed person={person.data} />;
}

function Signed({ person }: { person: Person }) {
  if (!useLacksFactor(person)) return <Frame person={person} />;
  return (
    <Suspense>
      <RequiredFactor person={person} />
    </Suspense>
  );
}

function Frame({ person }: { person: Person }) {
  const [hasKeys, keys] = useDisclosure();
  const isOver = useSyncExternalStore(session.subscribe, session.isOver);
  const [opening, setOpening] = useState(0);
  const onSearch = useCallback(() => {
    keepEarlyKeys();
    setOpening((times) => times + 1);
  }, []);
  usePageKeys({ onKeys: keys.open, onSearch });
  useHeadingFocus();
  useKeptFocus();
  const front = person.kind === 'provider' ? 'console' : 'portal';
  useEffect(() => {
    document.documentElement.dataset['front'] = front;
  }, [front]);
  const groups = useNavigation(person);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: { base: 56, md: 208 }, breakpoint: 'sm', collapsed: { mobile: true } }}
      footer={{ height: { base: 56, sm: 0 } }}
      padding={{ base: 'md', md: 'lg' }}
    >
      <a
        className={classes['skip']}
        href={`#${CONTENT}`}
        onClick={(event) => {
          event.preventDefault();
          document.getElementById(CONTENT)?.focus();
        }}
      >
        {t('Skip to the page')}
      </a>
      <PageProgress />
      <Header person={person} onSearch={onSearch} onKeys={keys.open} />
      <SideMenu groups={groups} />
      <AppShell.Main id={CONTENT} tabIndex={-1} className={classes['main'] ?? ''}>
        <Outlet />
      </AppShell.Main>
      <BottomBar groups={groups} />
      {isOver && (
        <Suspense>
          <SignInAgain email={person.email} />
        </Suspense>
      )}
      {opening > 0 && (
        <Suspense>
          <Palette person={person} opening={opening} onKeys={keys.open} />
        </Suspense>
      )}
      <Suspense>
        <Toasts />
      </Suspense>
      <KeyboardHelp opened={hasKeys} onClose={keys.close} />
    </AppShell>
  );
}
