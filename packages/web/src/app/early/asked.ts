/** What the main pages show first, by their address. Each is the page's own query, so that the page finds what has come or is on its way. */
import { askForFleetInstance } from '../../console/instance-queries';
import { cells, fleet } from '../../console/overview/fleet-query';
import { countsIn, listedInstances, placeIn } from '../../kit/instances/instance-query';
import { askForInstance, catalogue, subscriptions } from '../../portal/own-queries';
import { queries } from '../queries';
import { type Scope, scopeOf } from '../scope';
import type { Match } from './match';

const FIRST: Record<string, (...params: string[]) => void> = {
  '/instances': () => {
    askForList({});
    void queries.prefetchQuery(catalogue);
    void queries.prefetchQuery(subscriptions);
  },
  '/instances/$instanceId': (instanceId = '') => {
    // What fails is asked for again by the page, which tells of it.
    askForInstance(queries, instanceId).catch(() => undefined);
  },
  '/create/$planId': () => {
    void queries.prefetchQuery(catalogue);
    void queries.prefetchQuery(subscriptions);
  },
  '/console': () => {
    void queries.prefetchQuery(fleet(scopeHere()));
    void queries.prefetchQuery(cells);
  },
  '/console/instances': () => {
    askForList(scopeHere());
    void queries.prefetchQuery(fleet(scopeHere()));
  },
  '/console/instances/$instanceId': (instanceId = '') => {
    askForFleetInstance(queries, instanceId).catch(() => undefined);
  },
};

/** Asks for what the page shows first, if it is one of these. */
export function askFirst({ path, params }: Match): void {
  FIRST[path]?.(...params);
}

/** What the console's lists keep to, by the address. */
const scopeHere = () => scopeOf(new URLSearchParams(window.location.search).get('scope') ?? '');

/** What else is asked of a list stands in the address, which the router reads. */
function askForList(scope: Scope): void {
  if (window.location.search === '') void queries.prefetchInfiniteQuery(listedInstances({}, placeIn(scope)));
  void queries.prefetchQuery(countsIn(placeIn(scope)));
}
