/** SQL of a provider's people. */
import type { ProviderRole } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../../database/database.js';
import type { USER_STATUSES } from '../store.js';

interface ListedPersonRow {
  userId: string;
  email: string;
  name: string;
  roleType: ProviderRole;
  status: (typeof USER_STATUSES)[number];
  invitedAt: Date;
  serviceIds: string[];
}

/** Everybody who has not been removed, by name. */
export async function selectPeople(db: Database, orgId: string): Promise<ListedPersonRow[]> {
  const { rows } = await sql<ListedPersonRow>`
    select u.id as "userId", u.email, u.name, u.role_type as "roleType", u.status, coalesce(u.invited_at, u.created_at) as "invitedAt",
      array(select g.service_id from user_product_roles g where g.user_id = u.id order by g.service_id) as "serviceIds"
    from users u where u.org_id = ${orgId} and u.removed_at is null order by lower(u.email)`.execute(db);
  return rows;
}

interface PersonRow {
  id: string;
  roleType: ProviderRole;
  isActive: boolean;
}

/** One of the people who have not been removed. */
export async function selectPerson(tx: Transaction, orgId: string, by: { email?: string; id?: string }): Promise<PersonRow | undefined> {
  const { rows } = await sql<PersonRow>`
    select u.id, u.role_type as "roleType", u.status = 'ACTIVE' as "isActive" from users u
    where u.org_id = ${orgId} and u.removed_at is null and (u.id = ${by.id ?? null} or lower(u.email) = lower(${by.email ?? null}))
    for no key update`.execute(tx);
  return rows[0];
}

/** Roots who can sign in, but for one. The organization is locked. */
export async function countOtherRoots(tx: Transaction, orgId: string, userId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from users u
    where u.org_id = ${orgId} and u.role_type = 'root' and u.status = 'ACTIVE' and u.removed_at is null and u.id <> ${userId}`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Gives a role, for these products and no other ones. */
export async function updateRole(tx: Transaction, userId: string, roleType: ProviderRole, serviceIds: readonly string[]): Promise<void> {
  await sql`update users set role_type = ${roleType}, modified_at = now() where id = ${userId}`.execute(tx);
  await sql`delete from user_product_roles where user_id = ${userId}`.execute(tx);
  if (serviceIds.length === 0) return;
  await sql`insert into user_product_roles (user_id, service_id, role_type)
    select ${userId}, id, ${roleType} from unnest(${serviceIds}::text[]) as given (id)`.execute(tx);
}

/** The user signs in no more, by a password that was asked for before neither; sessions end by migration 0051, and so do API keys. */
export async function removePerson(tx: Transaction, userId: string, by: string): Promise<void> {
  await sql`update users set status = 'NOT_ENABLED', removed_at = now(), password_hash = '', modified_at = now() where id = ${userId}`.execute(
    tx,
  );
  await sql`delete from user_product_roles where user_id = ${userId}`.execute(tx);
  await sql`delete from user_tokens where user_id = ${userId}`.execute(tx);
  await sql`update api_keys set revoked_at = now(), revoked_by = ${by} where user_id = ${userId} and revoked_at is null`.execute(tx);
}

/** Of these, those that are products of the organization; held until the transaction ends. */
export async function holdServices(tx: Transaction, orgId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id from services s where s.org_id = ${orgId} and s.deleted_at is null and s.id = any(${ids}) order by s.id for key share`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

interface NewPerson {
  id: string;
  orgId: string;
  email: string;
  name: string;
  passwordHash: string;
  roleType: ProviderRole;
  invitedAt: Date;
}

/** Makes the user of an accepted invitation, or lets one who was removed come back. False if the address is somebody else's. */
export async function insertPerson(tx: Transaction, row: NewPerson): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into users as u (id, org_id, email, name, password_hash, role_type, verified_at, invited_at)
    values (${row.id}, ${row.orgId}, ${row.email}, ${row.name}, ${row.passwordHash}, ${row.roleType}, now(), ${row.invitedAt})
    on conflict (lower(email), coalesce(provider_org_id, '')) do update set status = 'ACTIVE', removed_at = null, name = excluded.name,
      password_hash = excluded.password_hash, identity_provider_id = null, role_type = excluded.role_type, verified_at = now(), invited_at = excluded.invited_at,
      modified_at = now()
    where u.id = excluded.id and u.org_id = excluded.org_id and u.removed_at is not null`.execute(tx);
  return numAffectedRows !== 0n;
}

/** The user who had this address in the organization and was removed. */
export async function selectRemoved(tx: Transaction, orgId: string, email: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select u.id from users u where u.org_id = ${orgId} and lower(u.email) = lower(${email}) and u.removed_at is not null`.execute(tx);
  return rows[0]?.id;
}
