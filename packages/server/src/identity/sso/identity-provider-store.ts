/** SQL of identity providers. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import type { IdentityProviderFields } from './identity-provider.js';

export const VERIFY_STATUSES = ['PENDING', 'READY', 'FAILED'] as const;
export type VerifyStatus = (typeof VERIFY_STATUSES)[number];

export interface IdentityProviderRow extends IdentityProviderFields {
  id: string;
  orgId: string;
  /** Sealed. */
  clientSecret: Buffer;
  status: VerifyStatus;
  modifiedAt: Date;
}

const columns = sql`i.id, i.org_id as "orgId", i.provider_type as type, i.name, i.audience, i.issuer, i.authorization_endpoint as "authorizationEndpoint",
  i.token_endpoint as "tokenEndpoint", i.user_info_endpoint as "userInfoEndpoint", i.client_id as "clientId", i.client_secret as "clientSecret",
  i.scopes, i.email_domains as "emailDomains", i.environment_type as "environmentType", i.button_text as "buttonText",
  i.button_icon_url as "buttonIconUrl", i.redirect_urls as "redirectUrls", i.creates_users as "createsUsers", i.trusts_email as "trustsEmail",
  i.groups_claim as "groupsClaim", i.group_roles as "groupRoles", i.default_role_type as "defaultRole", i.is_disabled as "isDisabled", i.status,
  i.modified_at as "modifiedAt"`;

/** All of an organization, by name; or those of one id. */
export async function selectIdentityProviders(db: Database, orgId: string, id?: string): Promise<IdentityProviderRow[]> {
  const { rows } = await sql<IdentityProviderRow>`
    select ${columns} from identity_providers i where i.org_id = ${orgId} and (${id ?? null}::text is null or i.id = ${id ?? null})
    order by lower(i.name), i.id`.execute(db);
  return rows;
}

/** One that a sign-in has named by a text that we have signed. */
export async function selectEnabled(db: Database, id: string): Promise<IdentityProviderRow | undefined> {
  const { rows } =
    await sql<IdentityProviderRow>`select ${columns} from identity_providers i where i.id = ${id} and not i.is_disabled`.execute(db);
  return rows[0];
}

/** One of an organization, held until the transaction ends. */
export async function holdIdentityProvider(tx: Transaction, orgId: string, id: string): Promise<IdentityProviderRow | undefined> {
  const { rows } = await sql<IdentityProviderRow>`
    select ${columns} from identity_providers i where i.org_id = ${orgId} and i.id = ${id} for update`.execute(tx);
  return rows[0];
}

/** True if it lets people in at this moment, and is as it was when it was read; it stays so until the transaction ends. */
export async function isUnchanged(tx: Transaction, { id, modifiedAt }: Pick<IdentityProviderRow, 'id' | 'modifiedAt'>): Promise<boolean> {
  const { rows } = await sql`
    select 1 from identity_providers
    where id = ${id} and not is_disabled and date_trunc('milliseconds', modified_at) = ${modifiedAt} for share`.execute(tx);
  return rows.length > 0;
}

export async function countIdentityProviders(tx: Transaction, orgId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from identity_providers where org_id = ${orgId}`.execute(tx);
  return rows[0]?.count ?? 0;
}

type Written = IdentityProviderFields & { id: string; orgId: string; clientSecret: Buffer; by: string };

/** False if the organization has one of this name. */
export async function insertIdentityProvider(tx: Transaction, row: Written): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into identity_providers (id, org_id, provider_type, name, audience, issuer, authorization_endpoint, token_endpoint, user_info_endpoint,
      client_id, client_secret, scopes, email_domains, environment_type, button_text, button_icon_url, redirect_urls, creates_users,
      trusts_email, groups_claim, group_roles, default_role_type, is_disabled, modified_by)
    values (${row.id}, ${row.orgId}, ${row.type}, ${row.name}, ${row.audience}, ${row.issuer}, ${row.authorizationEndpoint},
      ${row.tokenEndpoint}, ${row.userInfoEndpoint}, ${row.clientId}, ${row.clientSecret}, ${row.scopes}, ${row.emailDomains}::text[],
      ${row.environmentType}, ${row.buttonText}, ${row.buttonIconUrl}, ${row.redirectUrls}::text[], ${row.createsUsers}, ${row.trustsEmail},
      ${row.groupsClaim}, ${JSON.stringify(row.groupRoles)}::jsonb, ${row.defaultRole}, ${row.isDisabled}, ${row.by})
    on conflict (org_id, lower(name)) do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** False if another one of the organization has this name. The row is held. */
export async function updateIdentityProvider(tx: Transaction, row: Written): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update identity_providers i set name = ${row.name}, audience = ${row.audience}, issuer = ${row.issuer},
      authorization_endpoint = ${row.authorizationEndpoint}, token_endpoint = ${row.tokenEndpoint}, user_info_endpoint = ${row.userInfoEndpoint},
      client_id = ${row.clientId}, client_secret = ${row.clientSecret}, scopes = ${row.scopes}, email_domains = ${row.emailDomains}::text[],
      environment_type = ${row.environmentType}, button_text = ${row.buttonText}, button_icon_url = ${row.buttonIconUrl},
      redirect_urls = ${row.redirectUrls}::text[], creates_users = ${row.createsUsers}, trusts_email = ${row.trustsEmail},
      groups_claim = ${row.groupsClaim}, group_roles = ${JSON.stringify(row.groupRoles)}::jsonb, default_role_type = ${row.defaultRole},
      is_disabled = ${row.isDisabled}, status = 'PENDING', modified_at = now(), modified_by = ${row.by}
    where i.id = ${row.id} and i.org_id = ${row.orgId} and not exists (
      select 1 from identity_providers o where o.org_id = ${row.orgId} and lower(o.name) = lower(${row.name}) and o.id <> ${row.id})`.execute(
    tx,
  );
  return numAffectedRows === 1n;
}

/** Keeps what came of asking it, unless it was changed meanwhile. */
export async function noteStatus(db: Database, { id, modifiedAt }: IdentityProviderRow, status: VerifyStatus): Promise<void> {
  await sql`update identity_providers set status = ${status} where id = ${id} and date_trunc('milliseconds', modified_at) = ${modifiedAt}`.execute(
    db,
  );
}

export async function deleteIdentityProvider(tx: Transaction, id: string): Promise<void> {
  await sql`delete from identity_providers where id = ${id}`.execute(tx);
}
