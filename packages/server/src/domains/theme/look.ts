/** The look of the portal at a host, as pages are sent with it. Read anew every few seconds; where the database is away, what was read last counts. */
import type { Database } from '../../database/database.js';
import { addressOfPicture, selectTheme, type ThemeRow } from './store.js';

/** What is written into a page. */
export interface Brand {
  name?: string;
  accent?: string;
  logo?: string;
  favicon?: string;
  links: Record<string, string>;
}

export interface PortalLook {
  brand(host: string): Promise<Brand>;
  picture(host: string, kind: 'logo' | 'favicon'): Promise<{ bytes: Buffer; type: string } | undefined>;
  /** What was kept is read anew. */
  forget(): void;
}

const KEPT_MS = 5_000;
/** Names of hosts are what clients send: only so many are kept. */
const MOST_HOSTS = 100;

interface Kept {
  row: ThemeRow | undefined;
  at: number;
}

export function portalLook(db: Database, providerOrgId: string, now: () => number = () => performance.now()): PortalLook {
  const kept = new Map<string, Kept>();
  const rowOf = async (host: string): Promise<ThemeRow | undefined> => {
    const known = kept.get(host);
    if (known !== undefined && now() - known.at < KEPT_MS) return known.row;
    try {
      const row = await selectTheme(db, host, providerOrgId);
      if (kept.size >= MOST_HOSTS) kept.clear();
      kept.set(host, { row, at: now() });
      return row;
    } catch {
      // The page tells by itself that the server is in trouble; it need not lose its look, too.
      return known?.row;
    }
  };
  return {
    async brand(host) {
      const row = await rowOf(host);
      return row === undefined ? { links: {} } : brandOf(row);
    },
    async picture(host, kind) {
      const row = await rowOf(host);
      const bytes = row?.[kind] ?? null;
      return row === undefined || bytes === null ? undefined : { bytes, type: kind === 'logo' ? row.logoType : row.faviconType };
    },
    forget: () => kept.clear(),
  };
}

function brandOf({ name, accent, links, logo, favicon }: ThemeRow): Brand {
  const [logoAddress, faviconAddress] = [addressOfPicture('logo', logo), addressOfPicture('favicon', favicon)];
  return {
    ...(name === '' ? {} : { name }),
    ...(accent === '' ? {} : { accent }),
    ...(logoAddress === '' ? {} : { logo: logoAddress }),
    ...(faviconAddress === '' ? {} : { favicon: faviconAddress }),
    links: Object.fromEntries(Object.entries(links).filter(([, link]) => link !== '')),
  };
}
