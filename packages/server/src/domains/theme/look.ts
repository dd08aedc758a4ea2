/**
 * The look of the portal at a host, as pages are sent with it. All portals are read at once, every few seconds while pages are asked for:
 * anybody may ask, under any host, and that costs the database nothing more. Where it is away, what was read last counts.
 */
import type { Database } from '../../database/database.js';
import { addressOfPicture, selectReadyDomains, selectThemes, type ThemeRow } from './store.js';

/** What is written into a page. */
export interface Brand {
  name?: string;
  accent?: string;
  logo?: string;
  favicon?: string;
  links: Record<string, string>;
}

export interface PortalPicture {
  bytes: Buffer;
  type: string;
  /** Where it is found, for good: another picture has another address. */
  address: string;
}

export interface PortalLook {
  brand(host: string): Promise<Brand>;
  picture(host: string, kind: 'logo' | 'favicon'): Promise<PortalPicture | undefined>;
  /** What was kept is read anew. */
  forget(): void;
}

const KEPT_MS = 5_000;

interface Portal {
  brand: Brand;
  logo: PortalPicture | undefined;
  favicon: PortalPicture | undefined;
}

interface Portals {
  byOrg: ReadonlyMap<string, Portal>;
  /** Whose a domain is. */
  owners: ReadonlyMap<string, string>;
}

const NONE: Portals = { byOrg: new Map(), owners: new Map() };

export function portalLook(db: Database, providerOrgId: string, now: () => number = () => performance.now()): PortalLook {
  let kept = { portals: NONE, until: -Infinity };
  let reading: Promise<Portals> | undefined;

  async function readAnew(): Promise<Portals> {
    const mine = reading;
    let { portals } = kept;
    try {
      portals = await readPortals(db);
    } catch {
      // The page tells by itself that the server is in trouble; it need not lose its look, too.
    }
    // Not where it was forgotten meanwhile.
    if (reading === mine) {
      kept = { portals, until: now() + KEPT_MS };
      reading = undefined;
    }
    return portals;
  }

  async function portalOf(host: string): Promise<Portal | undefined> {
    const isFresh = now() < kept.until;
    const { byOrg, owners } = isFresh ? kept.portals : await (reading ??= Promise.resolve().then(readAnew));
    return byOrg.get(owners.get(host) ?? providerOrgId);
  }

  return {
    brand: async (host) => (await portalOf(host))?.brand ?? { links: {} },
    picture: async (host, kind) => (await portalOf(host))?.[kind],
    forget: () => {
      kept = { ...kept, until: -Infinity };
      reading = undefined;
    },
  };
}

async function readPortals(db: Database): Promise<Portals> {
  const [themes, domains] = [await selectThemes(db), await selectReadyDomains(db)];
  return {
    byOrg: new Map(themes.map((row) => [row.orgId, portalOfRow(row)])),
    owners: new Map(domains.map(({ domain, orgId }) => [domain, orgId])),
  };
}

function portalOfRow(row: ThemeRow): Portal {
  const { name, accent, links } = row;
  const [logo, favicon] = [pictureOf('logo', row.logo, row.logoType), pictureOf('favicon', row.favicon, row.faviconType)];
  const brand: Brand = {
    ...(name === '' ? {} : { name }),
    ...(accent === '' ? {} : { accent }),
    ...(logo === undefined ? {} : { logo: logo.address }),
    ...(favicon === undefined ? {} : { favicon: favicon.address }),
    links: Object.fromEntries(Object.entries(links).filter(([, link]) => link !== '')),
  };
  return { brand, logo, favicon };
}

function pictureOf(kind: 'logo' | 'favicon', bytes: Buffer | null, type: string): PortalPicture | undefined {
  return bytes === null ? undefined : { bytes, type, address: addressOfPicture(kind, bytes) };
}
