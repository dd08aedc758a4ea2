/** Rows of portals' looks. */
import { createHash } from 'node:crypto';
import { type Database, sql } from '../../database/database.js';
import type { Picture } from './picture.js';
import type { Links } from './rules.js';

export interface ThemeRow {
  orgId: string;
  name: string;
  accent: string;
  links: Links;
  logo: Buffer | null;
  logoType: string;
  favicon: Buffer | null;
  faviconType: string;
}

const columns = sql`org_id as "orgId", name, accent, links, logo, logo_type as "logoType", favicon, favicon_type as "faviconType"`;

/** Of the provider whose domain it is, or else of the installation's own. */
export async function selectTheme(db: Database, host: string, providerOrgId: string): Promise<ThemeRow | undefined> {
  const { rows } = await sql<ThemeRow>`
    select ${columns} from portal_themes where org_id = coalesce(
      (select org_id from portal_domains where domain = ${host} and status = 'READY'), ${providerOrgId})`.execute(db);
  return rows[0];
}

/** Of all providers. */
export async function selectThemes(db: Database): Promise<ThemeRow[]> {
  return (await sql<ThemeRow>`select ${columns} from portal_themes`.execute(db)).rows;
}

/** Domains that lead to a portal, and whose they are. */
export async function selectReadyDomains(db: Database): Promise<{ domain: string; orgId: string }[]> {
  return (
    await sql<{ domain: string; orgId: string }>`select domain, org_id as "orgId" from portal_domains where status = 'READY'`.execute(db)
  ).rows;
}

/** What is undefined stays; null takes a picture away. */
export interface ThemeChange {
  name: string | undefined;
  accent: string | undefined;
  links: Links | undefined;
  logo: Picture | null | undefined;
  favicon: Picture | null | undefined;
}

export async function saveTheme(db: Database, by: { orgId: string; userId: string }, change: ThemeChange): Promise<ThemeRow> {
  const { name, accent, links, logo, favicon } = change;
  const { rows } = await sql<ThemeRow>`
    insert into portal_themes as present (org_id, name, accent, links, logo, logo_type, favicon, favicon_type, modified_by)
    values (${by.orgId}, ${name ?? ''}, ${accent ?? ''}, ${JSON.stringify(links ?? {})}::jsonb, ${logo?.bytes ?? null}, ${logo?.type ?? ''},
      ${favicon?.bytes ?? null}, ${favicon?.type ?? ''}, ${by.userId})
    on conflict (org_id) do update set
      name = case when ${name !== undefined} then excluded.name else present.name end,
      accent = case when ${accent !== undefined} then excluded.accent else present.accent end,
      links = present.links || excluded.links,
      logo = case when ${logo !== undefined} then excluded.logo else present.logo end,
      logo_type = case when ${logo !== undefined} then excluded.logo_type else present.logo_type end,
      favicon = case when ${favicon !== undefined} then excluded.favicon else present.favicon end,
      favicon_type = case when ${favicon !== undefined} then excluded.favicon_type else present.favicon_type end,
      modified_at = now(), modified_by = excluded.modified_by
    returning ${columns}`.execute(db);
  const [saved] = rows;
  if (saved === undefined) throw new Error('an insert has answered no row');
  return saved;
}

/** A picture's address changes with what is in it, so that browsers may keep it for good. */
export function addressOfPicture(kind: 'logo' | 'favicon', bytes: Buffer | null): string {
  return bytes === null ? '' : `/portal/${kind}?v=${createHash('sha256').update(bytes).digest('base64url').slice(0, 12)}`;
}
