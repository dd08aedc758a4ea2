/** The routes that all pages lie under: the root, and the frame of whoever is signed in. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { t } from 'i18next';
import { Failure } from '../kit/failure';
import { session } from './client';
import { NotFoundPage } from './not-found-page';
import { Shell } from './shell/shell';

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet, notFoundComponent: NotFoundPage });

export const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    if ((await session.token()) !== undefined) return;
    throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } });
  },
  component: Shell,
  errorComponent: ({ error, reset }) => <Failure title={t('The server does not answer')} error={error} retry={reset} />,
});
