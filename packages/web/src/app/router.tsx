/** Which page is at which address: the pages of both fronts, and those of somebody who is not signed in. */
import { createRoute, createRouter, redirect } from '@tanstack/react-router';
import { consoleRoutes } from '../console/routes';
import { portalRoutes } from '../portal/routes';
import { accountRoutes } from './account/routes';
import { session } from './client';
import { homeOf } from './home';
import { NotFoundPage } from './not-found-page';
import { PageFailure } from './page-failure';
import { queries } from './queries';
import { parseSearch, stringifySearch } from './search-text';
import { sessionRoutes } from './session/routes';
import { person } from './session/signed-in';
import { root, shell } from './shell-route';

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { kind } = await context.queries.ensureQueryData(person);
    throw redirect({ to: homeOf(kind) });
  },
});

/** Whoever is signed in keeps the menu where there is no page. */
const nothing = createRoute({
  getParentRoute: () => shell,
  path: '$',
  component: NotFoundPage,
});

export const router = createRouter({
  routeTree: root.addChildren([...sessionRoutes, shell.addChildren([home, accountRoutes, ...portalRoutes, ...consoleRoutes, nothing])]),
  context: { queries },
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
  defaultErrorComponent: PageFailure,
  defaultNotFoundComponent: NotFoundPage,
});

// The pages of whoever is signed in are left when they sign out; a session that merely ends leaves its page as it is.
session.subscribe((event) => {
  if (event === 'begun' || event === 'signed-out') void router.invalidate();
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
