import type { Database } from '../database/database.js';
import type { Room } from '../room.js';
import { checkDueDomains } from './check.js';
import { domainHandlers } from './handlers.js';
import { portalHandlers } from './portal-handlers.js';
import { dnsResolver, type Resolver } from './resolver.js';
import type { Doors } from '../identity/doors.js';
import { themeHandlers } from './theme/handlers.js';
import { portalLook, type PortalLook } from './theme/look.js';

export interface DomainsRoomDeps {
  db: Database;
  /** For the loop. */
  background: Database;
  /** Address of the customers' portal. */
  portalUrl: string | undefined;
  doors: Doors;
  providerOrgId: string;
  /** @default asks DNS */
  resolver?: Resolver;
}

const CHECK_MS = 60_000;

/** Gives the operations on domains of portals, which it looks up again and again, and on how portals look. */
export function domainsRoom({
  db,
  background,
  portalUrl,
  doors,
  providerOrgId,
  resolver = dnsResolver(),
}: DomainsRoomDeps): Room & { look: PortalLook } {
  const endpoint = portalUrl === undefined ? undefined : new URL(portalUrl).hostname;
  const deps = { db, resolver, endpoint };
  const look = portalLook(db, providerOrgId);
  return {
    look,
    name: 'domains',
    handlers: { ...domainHandlers(deps), ...portalHandlers(deps), ...themeHandlers({ db, doors, providerOrgId, look }) },
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
