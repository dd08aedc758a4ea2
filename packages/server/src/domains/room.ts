import type { Database } from '../database/database.js';
import type { Room } from '../room.js';
import { checkDueDomains } from './check.js';
import { domainHandlers } from './handlers.js';
import { portalHandlers } from './portal-handlers.js';
import { dnsResolver, type Resolver } from './resolver.js';

export interface DomainsRoomDeps {
  db: Database;
  /** For the loop. */
  background: Database;
  /** Address of the customers' portal. */
  portalUrl: string | undefined;
  /** @default asks DNS */
  resolver?: Resolver;
}

const CHECK_MS = 60_000;

/** Gives the operations on domains of portals, and looks each up again and again. */
export function domainsRoom({ db, background, portalUrl, resolver = dnsResolver() }: DomainsRoomDeps): Room {
  const endpoint = portalUrl === undefined ? undefined : new URL(portalUrl).hostname;
  const deps = { db, resolver, endpoint };
  return {
    name: 'domains',
    handlers: { ...domainHandlers(deps), ...portalHandlers(deps) },
    loops: [
      {
        name: 'portal-domains',
        everyMs: CHECK_MS,
        complaint: 'domains of portals could not be looked up',
        work: () => checkDueDomains({ db: background, resolver, endpoint }),
        byWorkers: true,
      },
    ],
  };
}
