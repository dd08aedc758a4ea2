/** Which page is at which address. Pages of a front are one chunk each: a customer loads nothing of the console. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { Failure } from '../kit/failure';
import { filterOf } from '../kit/instances/instance-row';
import { session } from './client';
import { queries } from './queries';
import { person } from './session/signed-in';
import { Shell } from './shell/shell';
import { NotFoundPage } from './not-found-page';
import { placeAfter, SignInPage } from './sign-in/sign-in-page';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet, notFoundComponent: NotFoundPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => (typeof search['to'] === 'string' ? { to: search['to'] } : {}),
  beforeLoad: async ({ search }) => {
    // A server that does not answer now is told of when the person signs in.
    if ((await session.token().catch(() => undefined)) !== undefined) throw redirect({ href: placeAfter(search.to) });
  },
  component: SignInPage,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    if ((await session.token()) !== undefined) return;
    throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } });
  },
  component: Shell,
  errorComponent: ({ error, reset }) => <Failure title="The server does not answer" error={error} retry={reset} />,
});
/** Customers begin in the portal, the provider's people in the console. */
const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { kind } = await context.queries.ensureQueryData(person);
    throw redirect({ to: kind === 'provider' ? '/console/instances' : '/instances' });
  },
});

const instances = createRoute({
  getParentRoute: () => shell,
  path: '/instances',
  validateSearch: filterOf,
  component: lazyRouteComponent(() => import('../portal/instances/instances-page'), 'InstancesPage'),
});
const instance = createRoute({
  getParentRoute: () => shell,
  path: '/instances/$instanceId',
  component: lazyRouteComponent(() => import('../portal/instance/instance-page'), 'InstancePage'),
});
const catalogue = createRoute({
  getParentRoute: () => shell,
  path: '/catalogue',
  component: lazyRouteComponent(() => import('../portal/catalogue/catalogue-page'), 'CataloguePage'),
});
const create = createRoute({
  getParentRoute: () => shell,
  path: '/create/$planId',
  component: lazyRouteComponent(() => import('../portal/create/create-page'), 'CreatePage'),
});

const fleet = createRoute({
  getParentRoute: () => shell,
  path: '/console/instances',
  validateSearch: filterOf,
  component: lazyRouteComponent(() => import('../console/instances/instances-page'), 'FleetPage'),
});
const fleetInstance = createRoute({
  getParentRoute: () => shell,
  path: '/console/instances/$instanceId',
  component: lazyRouteComponent(() => import('../console/instance/instance-page'), 'FleetInstancePage'),
});

export const router = createRouter({
  routeTree: root.addChildren([signIn, shell.addChildren([home, instances, instance, catalogue, create, fleet, fleetInstance])]),
  context: { queries },
  defaultPreload: 'intent',
  scrollRestoration: true,
});

// Pages of whoever is signed in are left when the session ends, in whichever tab it was ended.
session.subscribe(() => void router.invalidate());

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
