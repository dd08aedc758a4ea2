/** What the main pages show first, by their address. Each is the page's own query, so that the page finds what has come or is on its way. */
import { cells, fleet } from '../../console/overview/fleet-query';
import { memberships } from '../../kit/access/memberships';
import { countsIn, listedInstances, placeIn } from '../../kit/instances/instance-query';
import { catalogue, listed, subscriptions } from '../../portal/own-queries';
import { queries } from '../queries';
import { type Scope, scopeOf } from '../scope';
import type { Match } from './match';

const FIRST: Record<string, (...params: string[]) => void> = {
  '/instances': () => {
    askForList({});
    void queries.prefetchQuery(memberships);
    void queries.prefetchQuery(catalogue);
  },
  '/instances/$instanceId': (instanceId = '') => {
    void queries.prefetchQuery(listed(instanceId));
    void queries.prefetchQuery(catalogue);
    void queries.prefetchQuery(memberships);
  },
  '/create/$planId': () => {
    void queries.prefetchQuery(catalogue);
    void queries.prefetchQuery(subscriptions);
    void queries.prefetchQuery(memberships);
  },
  '/console': () => {
    void queries.prefetchQuery(fleet(scopeHere()));
    void queries.prefetchQuery(cells);
  },
  '/console/instances': () => {
    askForList(scopeHere());
    void queries.prefetchQuery(fleet(scopeHere()));
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
