/** Rows of customers' accounts: how they are made, confirmed and go. */
import { type Database, sql, type Transaction } from '../../database/database.js';

export interface Account {
  id: string;
  orgId: string;
  /** Of a customer: its provider. Null: one of a provider's own people. */
  providerOrgId: string | null;
  email: string;
  name: string;
  passwordHash: string;
  isVerified: boolean;
  isSuspended: boolean;
  /** Made by a sign-in with an identity provider that is there: it has no password. */
  hasSso: boolean;
}

const account = sql`u.id, u.org_id as "orgId", u.provider_org_id as "providerOrgId", u.email, u.name, u.password_hash as "passwordHash", u.verified_at is not null as "isVerified",
  u.suspended_at is not null as "isSuspended", u.identity_provider_id is not null as "hasSso"`;

/** True of `users u` who is there: no customer whose account is deleted, and nobody whom a provider has removed from its people. */
export const isThere = sql`(u.deleted_at is null and u.removed_at is null)`;

/** The account of an address: of a provider's customer, or, without a provider, of some provider's own people. Held until the transaction ends. */
export async function holdAccount(tx: Transaction, email: string, providerOrgId: string | null): Promise<Account | undefined> {
  const { rows } = await sql<Account>`
    select ${account} from users u
    where lower(u.email) = ${email} and coalesce(u.provider_org_id, '') = ${providerOrgId ?? ''} and ${isThere} for no key update`.execute(
    tx,
  );
  return rows[0];
}

/** One's own account. */
export async function selectAccount(db: Database, userId: string): Promise<Account | undefined> {
  const { rows } = await sql<Account>`select ${account} from users u where u.id = ${userId} and ${isThere}`.execute(db);
  return rows[0];
}

export interface NewCustomer {
  orgId: string;
  userId: string;
  providerOrgId: string;
  email: string;
  name: string;
  orgName: string;
  orgUrl: string;
  orgDescription: string;
  attributes: Record<string, string>;
  /** Empty: it comes with the token. */
  passwordHash: string;
  isVerified: boolean;
}

/**
 * Makes a customer's organization with its first user. False if somebody else has made the account meanwhile, or if it is not wanted: then the
 * statements are the same, and do nothing.
 */
export async function insertCustomer(tx: Transaction, row: NewCustomer, isWanted = true): Promise<boolean> {
  await sql`insert into organizations (id, name, url, description, provider_org_id)
    select ${row.orgId}::text, ${row.orgName}::text, ${row.orgUrl}::text, ${row.orgDescription}::text, ${row.providerOrgId}::text
    where ${isWanted}::boolean`.execute(tx);
  const { rows } = await sql`
    insert into users (id, org_id, email, name, password_hash, role_type, provider_org_id, attributes, status, verified_at)
    select ${row.userId}::text, ${row.orgId}::text, ${row.email}::text, ${row.name}::text, ${row.passwordHash}::text, 'root',
      ${row.providerOrgId}::text, ${JSON.stringify(row.attributes)}::jsonb, ${row.isVerified ? 'ACTIVE' : 'NOT_ENABLED'}::text,
      case when ${row.isVerified} then now() end
    where ${isWanted}::boolean
    on conflict (lower(email), coalesce(provider_org_id, '')) do nothing returning 1`.execute(tx);
  if (isWanted && rows.length === 0) await sql`delete from organizations where id = ${row.orgId}`.execute(tx);
  return rows.length > 0;
}

/**
 * The address is shown to be the user's. A password, if one came with it, counts from now on. Who is suspended stays out, and who is gone
 * stays gone. Answers whose account it is, and whether it counts only now.
 */
export async function confirmUser(
  tx: Transaction,
  userId: string,
  passwordHash: string,
): Promise<{ orgId: string; providerOrgId: string | null; isNew: boolean } | undefined> {
  const { rows } = await sql<{ orgId: string; providerOrgId: string | null; isNew: boolean }>`
    with before as (select u.id, u.verified_at from users u where u.id = ${userId} and ${isThere} for no key update)
    update users u set verified_at = coalesce(u.verified_at, now()), modified_at = now(),
      status = case when u.suspended_at is null then 'ACTIVE' else u.status end,
      password_hash = case when ${passwordHash} = '' then u.password_hash else ${passwordHash} end
    from before b where u.id = b.id
    returning u.org_id as "orgId", u.provider_org_id as "providerOrgId", b.verified_at is null as "isNew"`.execute(tx);
  return rows[0];
}

/** Leaves the id, for what the user has done. The address is free again. Sessions end with the status. */
export async function eraseUser(tx: Transaction, userId: string): Promise<void> {
  await sql`delete from user_tokens where user_id = ${userId}`.execute(tx);
  await sql`delete from sign_in_addresses where user_id = ${userId}`.execute(tx);
  await sql`delete from user_identities where user_id = ${userId}`.execute(tx);
  await sql`update api_keys set revoked_at = now() where user_id = ${userId} and revoked_at is null`.execute(tx);
  await sql`update users set email = 'deleted-' || id || '@deleted.invalid', name = 'Deleted user', attributes = '{}', password_hash = '',
      status = 'NOT_ENABLED', deleted_at = now(), modified_at = now()
    where id = ${userId} and deleted_at is null`.execute(tx);
}

/** An organization without users keeps its id only. */
export async function eraseOrganization(tx: Transaction, orgId: string): Promise<void> {
  await sql`update organizations set name = 'Deleted organization', url = '', description = '', branding = '{}', address = null
    where id = ${orgId} and not exists (select 1 from users where org_id = ${orgId} and deleted_at is null)`.execute(tx);
}

/** One's own account, held until the transaction ends. */
export async function holdOwnAccount(tx: Transaction, userId: string): Promise<Account | undefined> {
  const { rows } = await sql<Account>`select ${account} from users u where u.id = ${userId} and ${isThere} for no key update`.execute(tx);
  return rows[0];
}

/** Whom a customer's sign-in means: of a provider's customers, and where asked for, of the provider's own people. As `selectForSignIn`. */
export async function selectCustomerForSignIn(
  db: Database,
  { email, address, providerOrgId, alsoOwnPeople }: { email: string; address: string; providerOrgId: string; alsoOwnPeople: boolean },
): Promise<{ name: string; isKnownHere: boolean; user: { id: string; passwordHash: string } | undefined }> {
  const { rows } = await sql<{ name: string; isKnownHere: boolean; id: string | null; passwordHash: string | null }>`
    select n.name, u.id, u.password_hash as "passwordHash", a.user_id is not null as "isKnownHere"
    from (select lower(${email}) as name) n
    left join users u on lower(u.email) = n.name
      and (u.provider_org_id = ${providerOrgId} or (${alsoOwnPeople} and u.provider_org_id is null and u.org_id = ${providerOrgId}))
      and ${isThere}
    left join sign_in_addresses a on a.user_id = u.id and a.address = ${address} and a.address <> 'unknown'
    order by u.provider_org_id nulls last limit 1`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('a select without a condition has no row');
  const { name, isKnownHere, id, passwordHash } = row;
  return { name, isKnownHere, user: id === null ? undefined : { id, passwordHash: passwordHash ?? '' } };
}
