/** The frame of the pages about one's own account. It stays while one goes from one of them to the next, so that the focus does, too. */
import { Box, Stack, Tabs } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useEffect, useRef } from 'react';
import { PageHead } from '../../kit/page/page-head';
import { usePageTitle } from '../../kit/page/use-page-title';
import { person as personQuery } from '../session/signed-in';

const PAGES = (isCustomer: boolean) =>
  [
    { to: '/account/profile', label: t('Profile') },
    { to: '/account/security', label: t('Sign-in and security') },
    // A provider's people have channels.
    ...(isCustomer ? ([{ to: '/account/notifications', label: t('Notifications') }] as const) : []),
    { to: '/account/sessions', label: t('Sessions') },
    { to: '/account/api-keys', label: t('API keys') },
  ] as const;

export function AccountFrame() {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const { data: person } = useSuspenseQuery(personQuery);
  const pages = PAGES(person.kind === 'customer');
  const here = pages.find(({ to }) => pathname.startsWith(to));
  const list = useRef<HTMLDivElement>(null);
  usePageTitle(here === undefined ? t('Your account') : t('{{page}} · Your account', { page: here.label }));
  useEffect(() => {
    // On a phone the list is wider than the screen.
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [pathname]);
  return (
    <Stack gap="md" maw={960}>
      <PageHead title={t('Your account')} tabTitle={null} />
      <Tabs value={here?.to ?? null} onChange={(to) => to !== null && void navigate({ to })} keepMounted={false}>
        <Box style={{ overflowX: 'auto' }}>
          <Tabs.List ref={list} style={{ flexWrap: 'nowrap', minWidth: 'max-content' }} aria-label={t('Parts of the account')}>
            {pages.map(({ to, label }) => (
              <Tabs.Tab key={to} value={to} renderRoot={(props) => <Link to={to} {...props} />} style={{ whiteSpace: 'nowrap' }}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Box>
        {here !== undefined && (
          <Tabs.Panel value={here.to} pt="md">
            <Stack gap="md">
              <Outlet />
            </Stack>
          </Tabs.Panel>
        )}
      </Tabs>
    </Stack>
  );
}
