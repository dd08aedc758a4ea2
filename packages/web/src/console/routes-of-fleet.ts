/** Pages about what runs: the fleet, its runs, upgrades, drift and cells. */
import { createRoute } from '@tanstack/react-router';
import { lazyRouteComponent } from '../app/lazy-page';
import { shell } from '../app/shell-route';
import { runSearchOf } from './runs/run-search';
import { runViewOf } from './run/run-view';
import { newPathSearchOf } from './upgrades/new-path-search';
import { pathSearchOf } from './upgrades/path-search';

const getParentRoute = () => shell;

const overview = createRoute({
  getParentRoute,
  path: '/console',
  staticData: { isScoped: true },
  component: lazyRouteComponent(() => import('./overview/overview-page'), 'OverviewPage'),
});
const runs = createRoute({
  getParentRoute,
  path: '/console/runs',
  staticData: { isScoped: true },
  validateSearch: runSearchOf,
  component: lazyRouteComponent(() => import('./runs/runs-page'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute,
  path: '/console/runs/$runId',
  validateSearch: runViewOf,
  component: lazyRouteComponent(() => import('./run/run-page'), 'RunPage'),
});
const cells = createRoute({
  getParentRoute,
  path: '/console/cells',
  component: lazyRouteComponent(() => import('./cells/cells-page'), 'CellsPage'),
});
const cell = createRoute({
  getParentRoute,
  path: '/console/cells/$cell',
  component: lazyRouteComponent(() => import('./cells/cell-page'), 'CellPage'),
});

const drift = createRoute({
  getParentRoute,
  path: '/console/drift',
  staticData: { isScoped: true },
  component: lazyRouteComponent(() => import('./drift/drift-page'), 'DriftPage'),
});
const upgrades = createRoute({
  getParentRoute,
  path: '/console/upgrades',
  staticData: { isScoped: true },
  validateSearch: pathSearchOf,
  component: lazyRouteComponent(() => import('./upgrades/upgrades-page'), 'UpgradesPage'),
});
const newUpgrade = createRoute({
  getParentRoute,
  path: '/console/new-upgrade',
  validateSearch: newPathSearchOf,
  component: lazyRouteComponent(() => import('./upgrades/new-path-page'), 'NewPathPage'),
});
const upgrade = createRoute({
  getParentRoute,
  path: '/console/upgrades/$pathId',
  component: lazyRouteComponent(() => import('./upgrade/upgrade-page'), 'UpgradePage'),
});

const windows = createRoute({
  getParentRoute,
  path: '/console/maintenance-windows',
  component: lazyRouteComponent(() => import('./windows/windows-page'), 'WindowsPage'),
});
const adopt = createRoute({
  getParentRoute,
  path: '/console/adopt',
  component: lazyRouteComponent(() => import('./adopt/adopt-page'), 'AdoptPage'),
});

export const fleetRoutes = [overview, runs, run, cells, cell, drift, upgrades, newUpgrade, upgrade, windows, adopt] as const;
