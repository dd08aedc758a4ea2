/** The routes that all pages lie under: the root, and the frame of whoever is signed in. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { session } from './client';
import { NotFoundPage } from './not-found-page';
import { Shell } from './shell/shell';

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet, notFoundComponent: NoPage });

export const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    if (((await session.token()) ?? (await session.tokenAfter(undefined))) !== undefined) return;
    throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } });
  },
  component: Shell,
});

function NoPage() {
  return (
    <main>
      <NotFoundPage />
    </main>
  );
}
