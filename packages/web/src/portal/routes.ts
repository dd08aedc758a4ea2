/** Pages of the customer portal. Each is a chunk of its own. */
import { createRoute } from '@tanstack/react-router';
import { lazyRouteComponent } from '../app/lazy-page';
import { shell } from '../app/shell-route';
import { createSearchOf } from './create/create-search';
import { instanceSearchOf } from './instance/instance-search';

const instances = createRoute({
  getParentRoute: () => shell,
  path: '/instances',
  component: lazyRouteComponent(() => import('./instances/instances-page'), 'InstancesPage'),
});
const instance = createRoute({
  getParentRoute: () => shell,
  path: '/instances/$instanceId',
  validateSearch: instanceSearchOf,
  component: lazyRouteComponent(() => import('./instance/instance-page'), 'InstancePage'),
});
const snapshots = createRoute({
  getParentRoute: () => shell,
  path: '/snapshots',
  component: lazyRouteComponent(() => import('./snapshots/snapshots-page'), 'SnapshotsPage'),
});
const snapshot = createRoute({
  getParentRoute: () => shell,
  path: '/snapshots/$snapshotId',
  component: lazyRouteComponent(() => import('./snapshots/snapshot-page'), 'SnapshotPage'),
});
const catalogue = createRoute({
  getParentRoute: () => shell,
  path: '/catalogue',
  component: lazyRouteComponent(() => import('./catalogue/catalogue-page'), 'CataloguePage'),
});
const create = createRoute({
  getParentRoute: () => shell,
  path: '/create/$planId',
  validateSearch: createSearchOf,
  component: lazyRouteComponent(() => import('./create/create-page'), 'CreatePage'),
});
const team = createRoute({
  getParentRoute: () => shell,
  path: '/team',
  component: lazyRouteComponent(() => import('./team/team-page'), 'TeamPage'),
});
const ownSubscriptions = createRoute({
  getParentRoute: () => shell,
  path: '/subscriptions',
  component: lazyRouteComponent(() => import('./subscriptions/subscriptions-page'), 'SubscriptionsPage'),
});
const usage = createRoute({
  getParentRoute: () => shell,
  path: '/usage',
  component: lazyRouteComponent(() => import('./usage/usage-page'), 'UsagePage'),
});
const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  component: lazyRouteComponent(() => import('./audit/audit-page'), 'AuditPage'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page'), 'SettingsPage'),
});

export const portalRoutes = [
  instances,
  instance,
  snapshots,
  snapshot,
  catalogue,
  create,
  team,
  ownSubscriptions,
  usage,
  audit,
  settings,
] as const;
