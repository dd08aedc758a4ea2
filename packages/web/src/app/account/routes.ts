/** Pages about one's own account: the same in both fronts. */
import { createRoute, redirect } from '@tanstack/react-router';
import { lazyRouteComponent } from '../lazy-page';
import { person } from '../session/signed-in';
import { shell } from '../shell-route';
import { preferenceSearchOf } from './preference-search';

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  // All of them say whose account it is.
  loader: ({ context }) => context.queries.ensureQueryData(person),
  component: lazyRouteComponent(() => import('./account-frame'), 'AccountFrame'),
});
const home = createRoute({
  getParentRoute: () => account,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/account/profile' });
  },
});
const profile = createRoute({
  getParentRoute: () => account,
  path: '/profile',
  component: lazyRouteComponent(() => import('./profile-page'), 'ProfilePage'),
});
const security = createRoute({
  getParentRoute: () => account,
  path: '/security',
  component: lazyRouteComponent(() => import('./security-page'), 'SecurityPage'),
});
const sessions = createRoute({
  getParentRoute: () => account,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./sessions-page'), 'SessionsPage'),
});
const apiKeys = createRoute({
  getParentRoute: () => account,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./api-keys-page'), 'ApiKeysPage'),
});

const notifications = createRoute({
  getParentRoute: () => account,
  path: '/notifications',
  validateSearch: preferenceSearchOf,
  component: lazyRouteComponent(() => import('./notifications-page'), 'NotificationsPage'),
});

export const accountRoutes = account.addChildren([home, profile, security, notifications, sessions, apiKeys]);
