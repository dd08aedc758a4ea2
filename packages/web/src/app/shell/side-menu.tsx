/** The pages of a front at the side; under 1,100 px only their marks. */
import { AppShell, NavLink, ScrollArea, Text, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useLocation } from '@tanstack/react-router';
import { t } from 'i18next';
import { Fragment } from 'react';
import { PageIcon } from './icons';
import { currentPage, type NavigationGroup } from './navigation';
import classes from './shell.module.css';

export const WIDE = '(min-width: 68.75em)';

export function SideMenu({ groups }: { groups: NavigationGroup[] }) {
  const current = useCurrentPage(groups);
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  return (
    <AppShell.Navbar p="xs" aria-label={t('Pages')} visibleFrom="sm">
      <ScrollArea type="never" viewportProps={{ tabIndex: -1 }}>
        {groups.map(({ label: heading, pages }, index) => (
          <Fragment key={heading ?? index}>
            {heading !== undefined && (
              <Text className={classes['heading']} size="xs" c="dimmed" fw={600}>
                {heading}
              </Text>
            )}
            {pages.map(({ to, label }) => (
              <Tooltip key={to} label={label} position="right" disabled={isWide}>
                <NavLink
                  className={classes['page'] ?? ''}
                  label={label}
                  leftSection={<PageIcon to={to} />}
                  active={to === current}
                  aria-current={to === current ? 'page' : undefined}
                  renderRoot={(props) => <Link to={to} activeOptions={{ exact: true }} {...props} />}
                />
              </Tooltip>
            ))}
          </Fragment>
        ))}
      </ScrollArea>
    </AppShell.Navbar>
  );
}

/** The page that the address is of. */
export function useCurrentPage(groups: NavigationGroup[]): string | undefined {
  const { pathname } = useLocation();
  const pages = groups.flatMap((group) => group.pages);
  const found = currentPage(
    pages.flatMap(({ to, also = [] }) => [to, ...also]),
    pathname,
  );
  return pages.find(({ to, also }) => to === found || also?.some((one) => one === found))?.to;
}
