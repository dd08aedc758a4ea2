/** Pages of the customer portal. Each is a chunk of its own. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../app/shell-route';

const instances = createRoute({
  getParentRoute: () => shell,
  path: '/instances',
  component: lazyRouteComponent(() => import('./instances/instances-page'), 'InstancesPage'),
});
const instance = createRoute({
  getParentRoute: () => shell,
  path: '/instances/$instanceId',
  component: lazyRouteComponent(() => import('./instance/instance-page'), 'InstancePage'),
});
const catalogue = createRoute({
  getParentRoute: () => shell,
  path: '/catalogue',
  component: lazyRouteComponent(() => import('./catalogue/catalogue-page'), 'CataloguePage'),
});
const create = createRoute({
  getParentRoute: () => shell,
  path: '/create/$planId',
  component: lazyRouteComponent(() => import('./create/create-page'), 'CreatePage'),
});

export const portalRoutes = [instances, instance, catalogue, create] as const;
