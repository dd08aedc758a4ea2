/** The pages of a front on a phone: the first ones in reach of a thumb, all of them one touch further. */
import { AppShell, Drawer, NavLink, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Fragment } from 'react';
import { Icon, PageIcon } from './icons';
import type { NavigationGroup } from './navigation';
import classes from './shell.module.css';
import { useCurrentPage } from './side-menu';

const MOST_PAGES = 4;

export function BottomBar({ groups }: { groups: NavigationGroup[] }) {
  const [isOpen, { open, close }] = useDisclosure();
  const current = useCurrentPage(groups);
  const pages = groups.flatMap((group) => group.pages);
  const first = pages.length <= MOST_PAGES + 1 ? pages : pages.slice(0, MOST_PAGES);
  return (
    <AppShell.Footer hiddenFrom="sm">
      <nav aria-label={t('Pages')} className={classes['bar']}>
        {first.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: true }}
            className={classes['touch']}
            aria-current={to === current ? 'page' : undefined}
          >
            <PageIcon to={to} />
            <span>{label}</span>
          </Link>
        ))}
        {first.length < pages.length && (
          <UnstyledButton
            className={classes['touch'] ?? ''}
            onClick={open}
            aria-haspopup="dialog"
            {...(first.some(({ to }) => to === current) ? {} : { 'data-here': true })}
          >
            <Icon name="more" />
            <span>{t('More')}</span>
          </UnstyledButton>
        )}
      </nav>
      <Drawer
        opened={isOpen}
        onClose={close}
        position="bottom"
        size="auto"
        title={t('Pages')}
        styles={{ content: { height: 'auto', flex: '0 0 100%', marginBlockStart: 'auto' } }}
      >
        <Stack gap={0} component="nav" aria-label={t('All pages')}>
          {groups.map(({ label: heading, pages: listed }, index) => (
            <Fragment key={heading ?? index}>
              {heading !== undefined && (
                <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4}>
                  {heading}
                </Text>
              )}
              {listed.map(({ to, label }) => (
                <NavLink
                  key={to}
                  label={label}
                  leftSection={<PageIcon to={to} />}
                  mih={44}
                  active={to === current}
                  aria-current={to === current ? 'page' : undefined}
                  onClick={close}
                  renderRoot={(props) => <Link to={to} {...props} />}
                />
              ))}
            </Fragment>
          ))}
        </Stack>
      </Drawer>
    </AppShell.Footer>
  );
}
