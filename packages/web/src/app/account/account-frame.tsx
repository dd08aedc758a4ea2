/** The frame of the pages about one's own account. */
import { Stack, Tabs } from '@mantine/core';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { type ReactNode, useEffect, useRef } from 'react';
import { PageHead } from '../../kit/page/page-head';

const PAGES = () =>
  [
    { to: '/account/profile', label: t('Profile') },
    { to: '/account/security', label: t('Sign-in and security') },
    { to: '/account/sessions', label: t('Sessions') },
    { to: '/account/api-keys', label: t('API keys') },
  ] as const;

export function AccountFrame({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const pages = PAGES();
  const here = pages.find(({ to }) => pathname.startsWith(to));
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a phone the list is wider than the screen.
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [pathname]);
  return (
    <Stack gap="md" maw={960}>
      <PageHead title={t('Your account')} />
      <Tabs value={here?.to ?? null} onChange={(to) => to !== null && void navigate({ to })} keepMounted={false}>
        <Tabs.List ref={list} style={{ overflowX: 'auto', flexWrap: 'nowrap' }} aria-label={t('Parts of the account')}>
          {pages.map(({ to, label }) => (
            <Tabs.Tab key={to} value={to} renderRoot={(props) => <Link to={to} {...props} />} style={{ whiteSpace: 'nowrap' }}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {here !== undefined && (
          <Tabs.Panel value={here.to} pt="md">
            <Stack gap="md">{children}</Stack>
          </Tabs.Panel>
        )}
      </Tabs>
    </Stack>
  );
}
