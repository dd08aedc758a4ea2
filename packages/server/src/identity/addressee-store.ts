/** Whom mails of other rooms go to, and what people are called in them. */
import { PRODUCT_ROLES, type ProviderRole } from '@cellplane/api';
import { type Database, sql } from '../database/database.js';

export interface Addressee {
  userId: string;
  email: string;
  name: string;
  orgName: string;
}

/** A customer who may be mailed: the account is there, and the address is shown to be theirs. */
export async function selectAddressee(db: Database, userId: string): Promise<Addressee | undefined> {
  const { rows } = await sql<Addressee>`
    select u.id as "userId", u.email, u.name, o.name as "orgName" from users u join organizations o on o.id = u.org_id
    where u.id = ${userId} and u.provider_org_id is not null and u.verified_at is not null and u.deleted_at is null`.execute(db);
  return rows[0];
}

/** What somebody is called, whoever it is. */
export async function selectPersonName(db: Database, userId: string): Promise<string> {
  return (await sql<{ name: string }>`select name from users where id = ${userId}`.execute(db)).rows[0]?.name ?? '';
}

/** True if a customer of the provider has shown that the address is theirs. */
export async function hasAccount(db: Database, { providerOrgId, email }: { providerOrgId: string; email: string }): Promise<boolean> {
  const { rows } = await sql`
    select 1 from users where lower(email) = ${email} and provider_org_id = ${providerOrgId} and verified_at is not null
      and deleted_at is null`.execute(db);
  return rows.length > 0;
}

/** A provider's people who can sign in and have one of these roles: for all products, or for this one. */
export async function selectPeopleFor(
  db: Database,
  { orgId, serviceId, roles }: { orgId: string; serviceId: string; roles: readonly ProviderRole[] },
): Promise<{ userId: string; email: string }[]> {
  const { rows } = await sql<{ userId: string; email: string }>`
    select u.id as "userId", u.email from users u
    where u.org_id = ${orgId} and u.provider_org_id is null and u.status = 'ACTIVE' and u.removed_at is null
      and u.role_type = any(${[...roles]})
      and (u.role_type <> all(${[...PRODUCT_ROLES]}) or exists (
        select from user_product_roles g where g.user_id = u.id and g.service_id = ${serviceId}))
    order by u.id`.execute(db);
  return rows;
}
