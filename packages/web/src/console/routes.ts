/** Pages of the provider console. Each is a chunk of its own: a customer loads none of them. */
import { createRoute } from '@tanstack/react-router';
import { lazyRouteComponent } from '../app/lazy-page';
import { shell } from '../app/shell-route';
import { governanceRoutes } from './governance-routes';
import { planRoutes } from './plans/routes';
import { instanceViewOf } from './instance/instance-view';
import { fleetRoutes } from './routes-of-fleet';

const instances = createRoute({
  getParentRoute: () => shell,
  path: '/console/instances',
  staticData: { isScoped: true },
  component: lazyRouteComponent(() => import('./instances/instances-page'), 'FleetPage'),
});
const instance = createRoute({
  getParentRoute: () => shell,
  path: '/console/instances/$instanceId',
  validateSearch: instanceViewOf,
  component: lazyRouteComponent(() => import('./instance/instance-page'), 'FleetInstancePage'),
});
const theme = createRoute({
  getParentRoute: () => shell,
  path: '/console/settings/theme',
  component: lazyRouteComponent(() => import('./theme/theme-page'), 'ThemePage'),
});

export const consoleRoutes = [...fleetRoutes, instances, instance, ...governanceRoutes, ...planRoutes, theme] as const;
