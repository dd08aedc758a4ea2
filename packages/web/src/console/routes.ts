/** Pages of the provider console. Each is a chunk of its own: a customer loads none of them. */
import { createRoute } from '@tanstack/react-router';
import { lazyRouteComponent } from '../app/lazy-page';
import { shell } from '../app/shell-route';
import { governanceRoutes } from './governance-routes';
import { planRoutes } from './plans/routes';
import { instanceViewOf } from './instance/instance-view';
import { mailTextSearchOf } from './mail-texts/mail-text-search';
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
const mailTexts = createRoute({
  getParentRoute: () => shell,
  path: '/console/settings/mail-texts',
  validateSearch: mailTextSearchOf,
  component: lazyRouteComponent(() => import('./mail-texts/mail-texts-page'), 'MailTextsPage'),
});

export const consoleRoutes = [...fleetRoutes, instances, instance, ...governanceRoutes, ...planRoutes, theme, mailTexts] as const;
