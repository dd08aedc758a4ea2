/** What people and their organizations say of themselves. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import type { ProviderRole } from '@cellplane/api';

export type Branding = Record<string, string>;

export interface Profile {
  id: string;
  email: string;
  name: string;
  status: 'ACTIVE' | 'NOT_ENABLED';
  roleType: ProviderRole;
  attributes: Record<string, string>;
  orgId: string;
  orgName: string;
  orgUrl: string;
  orgDescription: string;
  /** Of a customer: its provider. */
  providerOrgId: string | null;
  branding: Branding;
  address: Record<string, string> | null;
  createdAt: Date;
  modifiedAt: Date;
}

export async function selectProfile(db: Database, userId: string): Promise<Profile | undefined> {
  const { rows } = await sql<Profile>`/* prepared */
    select u.id, u.email, u.name, u.status, u.role_type as "roleType", u.attributes, o.id as "orgId", o.name as "orgName", o.url as "orgUrl",
      o.description as "orgDescription", o.provider_org_id as "providerOrgId", o.branding, o.address,
      u.created_at as "createdAt", u.modified_at as "modifiedAt"
    from users u join organizations o on o.id = u.org_id where u.id = ${userId} and u.deleted_at is null`.execute(db);
  return rows[0];
}

/** What an organization is called and shows of itself; it exists. */
export async function selectOrganization(db: Database, id: string): Promise<{ name: string; branding: Branding }> {
  const { rows } = await sql<{ name: string; branding: Branding }>`select name, branding from organizations where id = ${id}`.execute(db);
  const [found] = rows;
  if (found === undefined) throw new Error(`there is no organization ${id}`);
  return found;
}

/** Changes what is given; attributes one by one. Answers how long all of them are together then. Characters. */
export async function updateUser(
  tx: Transaction,
  id: string,
  change: { name?: string | undefined; attributes?: Record<string, string> | undefined },
): Promise<number> {
  const { rows } = await sql<{ length: number }>`update users set name = coalesce(${change.name ?? null}::text, name),
      attributes = attributes || ${JSON.stringify(change.attributes ?? {})}::jsonb, modified_at = now(), modified_by = ${id}
    where id = ${id} returning length(attributes::text) as length`.execute(tx);
  return rows[0]?.length ?? 0;
}

export interface OrganizationChange {
  name?: string | undefined;
  url?: string | undefined;
  description?: string | undefined;
  branding?: Branding | undefined;
  address?: Record<string, string> | undefined;
}

export async function updateOrganization(tx: Transaction, id: string, change: OrganizationChange): Promise<void> {
  const address = change.address === undefined ? null : JSON.stringify(change.address);
  await sql`update organizations set name = coalesce(${change.name ?? null}::text, name), url = coalesce(${change.url ?? null}::text, url),
      description = coalesce(${change.description ?? null}::text, description),
      branding = branding || ${JSON.stringify(change.branding ?? {})}::jsonb, address = coalesce(${address}::jsonb, address)
    where id = ${id}`.execute(tx);
}
