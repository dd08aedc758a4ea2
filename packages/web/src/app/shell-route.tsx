/** The routes that all pages lie under: the root, and the frame of whoever is signed in. */
import { Container } from '@mantine/core';
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect, retainSearchParams } from '@tanstack/react-router';
import { session } from './client';
import { NotFoundPage } from './not-found-page';
import { type ScopeSearch, scopeSearchOf } from './scope';
import { Shell } from './shell/shell';

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet, notFoundComponent: NoPage });

export const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  validateSearch: scopeSearchOf,
  search: { middlewares: [retainSearchParams<ScopeSearch>(['scope'])] },
  beforeLoad: async ({ location }) => {
    if (((await session.token()) ?? (await session.tokenAfter(undefined))) !== undefined) return;
    throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } });
  },
  component: Shell,
});

function NoPage() {
  return (
    <Container component="main" size="sm" py="xl" mx={0}>
      <NotFoundPage />
    </Container>
  );
}
