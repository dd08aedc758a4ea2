/** SQL of organizations, users, sessions and API keys. */
import type { ApiKeyRole, ProviderRole, SubscriptionRole } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../database/database.js';
import type { SessionMethod } from './method.js';

export const USER_STATUSES = ['ACTIVE', 'NOT_ENABLED'] as const;

export interface UserRow {
  id: string;
  orgId: string;
  orgName: string;
  serviceProviderId: string;
  email: string;
  name: string;
  roleType: ProviderRole;
  status: (typeof USER_STATUSES)[number];
  createdAt: Date;
  modifiedAt: Date;
}

/** A user with what their roles are given for; null: nothing. */
export interface SessionUserRow extends UserRow {
  providerOrgId: string | null;
  memberships: { subscriptionId: string; role: SubscriptionRole }[] | null;
  grants: { serviceId: string; role: ProviderRole }[] | null;
  /** Of a session that was begun with an API key: the key and its role. */
  apiKeyId: string | null;
  keyRole: ApiKeyRole | null;
  /** The organization requires a second factor, and the user has none. */
  mustEnrol: boolean;
  /** The last use that was noted is some minutes ago. */
  isStale: boolean;
}

/** Places that are kept of each user. */
const ADDRESSES_KEPT = 50;

const user = sql`u.id, u.org_id as "orgId", o.name as "orgName", coalesce(o.service_provider_id, '') as "serviceProviderId",
  u.email, u.name, u.role_type as "roleType", u.status, u.created_at as "createdAt", u.modified_at as "modifiedAt"`;

/** One of the people of a provider. */
export async function selectUserByEmail(db: Database, email: string): Promise<(UserRow & { passwordHash: string }) | undefined> {
  const { rows } = await sql<UserRow & { passwordHash: string }>`
    select ${user}, u.password_hash as "passwordHash" from users u join organizations o on o.id = u.org_id
    where lower(u.email) = lower(${email}) and u.provider_org_id is null and u.removed_at is null`.execute(db);
  return rows[0];
}

/**
 * What a sign-in goes by (an address that is known as a provider's and as a customer's means the provider's): the name as the database compares it, which is what guesses are counted by; its user; and whether that one has signed
 * in from there before.
 */
export async function selectForSignIn(
  db: Database,
  { email, address }: { email: string; address: string },
): Promise<{ name: string; isKnownHere: boolean; user: { id: string; passwordHash: string } | undefined }> {
  const { rows } = await sql<{ name: string; isKnownHere: boolean; id: string | null; passwordHash: string | null }>`
    select n.name, u.id, u.password_hash as "passwordHash", a.user_id is not null as "isKnownHere"
    from (select lower(${email}) as name) n
    left join users u on lower(u.email) = n.name and u.removed_at is null
    left join sign_in_addresses a on a.user_id = u.id and a.address = ${address} and a.address <> 'unknown'
    order by u.provider_org_id nulls first, u.created_at limit 1`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('a select without a condition has no row');
  const { name, isKnownHere, id, passwordHash } = row;
  return { name, isKnownHere, user: id === null ? undefined : { id, passwordHash: passwordHash ?? '' } };
}

/** True if the user may sign in, and with that password; held so until the transaction ends. */
export async function isUnchanged(tx: Transaction, userId: string, passwordHash: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from users where id = ${userId} and password_hash = ${passwordHash} and status = 'ACTIVE' for share`.execute(tx);
  return rows.length > 0;
}

/** Keeps where a user has signed in from; the latest places only. */
export async function noteAddress(tx: Transaction, userId: string, address: string): Promise<void> {
  await sql`insert into sign_in_addresses (user_id, address) values (${userId}, ${address})
    on conflict (user_id, address) do update set last_at = now()`.execute(tx);
  await sql`delete from sign_in_addresses where user_id = ${userId} and address in (
    select address from sign_in_addresses where user_id = ${userId} order by last_at desc offset ${ADDRESSES_KEPT})`.execute(tx);
}

/** The user of a token's session, if neither has ended, with what their roles are given for. */
export async function selectUserOfSession(
  db: Database,
  { userId, sessionId, expiresAt }: { userId: string; sessionId: string; expiresAt: number },
): Promise<SessionUserRow | undefined> {
  const { rows } = await sql<SessionUserRow>`/* prepared */
    select ${user}, u.provider_org_id as "providerOrgId", k.id as "apiKeyId", ${roles}, ${mustEnrol},
      s.last_used_at < now() - interval '5 minutes' as "isStale"
    from users u join organizations o on o.id = u.org_id
    join sessions s on s.user_id = u.id left join api_keys k on k.id = s.api_key_id
    where u.id = ${userId} and s.id = ${sessionId} and s.ended_at is null and s.expires_at > now() and to_timestamp(${expiresAt}::float8) > now()`.execute(
    db,
  );
  return rows[0];
}

/** Of a user `u`, whose session was begun with the key `k`, or with none. */
const roles = sql`
  case when u.provider_org_id is null then null else (
    select jsonb_agg(jsonb_build_object('subscriptionId', m.subscription_id, 'role', m.role_type))
    from subscription_members m where m.user_id = u.id) end as memberships,
  case when u.role_type like 'service%' then (
      select jsonb_agg(jsonb_build_object('serviceId', g.service_id, 'role', g.role_type))
      from user_product_roles g where g.user_id = u.id)
    -- Whoever's role is for all products may make a key with a role for products: it is for all of them.
    when k.role_type like 'service%' then (
      select jsonb_agg(jsonb_build_object('serviceId', p.id, 'role', k.role_type)) from services p where p.org_id = u.org_id and p.deleted_at is null)
    end as grants,
  k.role_type as "keyRole"`;

/** Of a session `s` of a user `u` in an organization `o`. Who signs in elsewhere has their second factor there; programs have none. */
const mustEnrol = sql`(o.second_factor_required and u.provider_org_id is null and s.method not in ('API_KEY', 'SSO')
    and not exists (select 1 from factors f where f.user_id = u.id and f.confirmed_at is not null)) as "mustEnrol"`;

/** What the roles of a session's user say. */
export type SessionRoles = Pick<SessionUserRow, 'roleType' | 'memberships' | 'grants' | 'keyRole' | 'mustEnrol'>;

/** A session that has not ended, with what the roles of its user say. */
export interface OpenSessionRow extends SessionRoles {
  id: string;
  /** The time. Epoch seconds. */
  now: number;
}

/** Of these sessions, those that have not ended. */
export async function selectOpenSessions(db: Database, ids: string[]): Promise<OpenSessionRow[]> {
  const { rows } = await sql<OpenSessionRow>`
    select s.id, extract(epoch from now())::float8 as now, u.role_type as "roleType", ${roles}, ${mustEnrol}
    from sessions s join users u on u.id = s.user_id join organizations o on o.id = u.org_id left join api_keys k on k.id = s.api_key_id
    where s.id = any(${ids}) and s.ended_at is null and s.expires_at > now() and u.status = 'ACTIVE'`.execute(db);
  return rows;
}

/** True if the organization is a provider's customer. */
export async function isCustomer(db: Database, orgId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from organizations where id = ${orgId} and provider_org_id is not null`.execute(db);
  return rows.length > 0;
}

/** The oldest service provider of the installation, with the oldest of its roots who has not been removed. */
export async function selectFirstProvider(db: Database): Promise<{ orgId: string; userId: string; email: string } | undefined> {
  const { rows } = await sql<{ orgId: string; userId: string; email: string }>`
    select o.id as "orgId", u.id as "userId", u.email from organizations o join users u on u.org_id = o.id
    where o.service_provider_id is not null and u.removed_at is null
    order by o.created_at, o.id, u.role_type = 'root' desc, u.created_at limit 1`.execute(db);
  return rows[0];
}

export async function insertOrganization(tx: Database, row: { id: string; serviceProviderId: string; name: string }): Promise<void> {
  await sql`insert into organizations (id, service_provider_id, name) values (${row.id}, ${row.serviceProviderId}, ${row.name})`.execute(
    tx,
  );
}

export async function insertUser(
  tx: Database,
  row: { id: string; orgId: string; email: string; name: string; passwordHash: string; roleType: ProviderRole; providerOrgId?: string },
): Promise<void> {
  await sql`insert into users (id, org_id, email, name, password_hash, role_type, provider_org_id, verified_at)
    values (${row.id}, ${row.orgId}, ${row.email}, ${row.name}, ${row.passwordHash}, ${row.roleType}, ${row.providerOrgId ?? null}, now())`.execute(
    tx,
  );
}

/** Ends all sessions of the user, too: see migration 0051. */
export async function updatePassword(tx: Database, userId: string, passwordHash: string): Promise<void> {
  await sql`update users set password_hash = ${passwordHash}, modified_at = now() where id = ${userId}`.execute(tx);
}

/** A session that was begun with an API key ends with it at the latest. */
export async function insertSession(
  tx: Transaction,
  row: {
    id: string;
    userId: string;
    method: SessionMethod;
    days: number;
    address: string;
    userAgent: string;
    apiKeyId?: string;
    identityProviderId?: string;
  },
): Promise<void> {
  const apiKeyId = row.apiKeyId ?? null;
  await sql`insert into sessions (id, user_id, api_key_id, identity_provider_id, method, address, user_agent, expires_at)
    values (${row.id}, ${row.userId}, ${apiKeyId}, ${row.identityProviderId ?? null}, ${row.method}, ${row.address}, ${row.userAgent},
    least(now() + ${row.days} * interval '1 day', (select expires_at from api_keys where id = ${apiKeyId})))`.execute(tx);
}

/** Notes that a session is used. */
export async function touchSession(db: Database, sessionId: string): Promise<void> {
  await sql`update sessions set last_used_at = now() where id = ${sessionId}`.execute(db);
}

/** Ends the oldest open sessions of a user, begun in the same way, beyond so many. */
export async function endSurplusSessions(tx: Transaction, userId: string, kept: number, apiKeyId?: string): Promise<void> {
  await sql`update sessions set ended_at = now() where id in (
    select id from sessions where user_id = ${userId} and ended_at is null and (api_key_id is null) = ${apiKeyId === undefined}
    order by created_at desc offset ${kept} limit 100 for update skip locked)`.execute(tx);
}

export async function insertRefreshToken(tx: Database, hash: Buffer, sessionId: string): Promise<void> {
  await sql`insert into refresh_tokens (hash, session_id) values (${hash}, ${sessionId})`.execute(tx);
}

/** A refresh token of a session that has not ended, locked against being used twice at once. */
export async function selectRefreshToken(
  tx: Database,
  hash: Buffer,
): Promise<{ sessionId: string; userId: string; used: boolean } | undefined> {
  const { rows } = await sql<{ sessionId: string; userId: string; used: boolean }>`
    select t.session_id as "sessionId", s.user_id as "userId", t.used_at is not null as used
    from refresh_tokens t join sessions s on s.id = t.session_id join users u on u.id = s.user_id
    where t.hash = ${hash} and s.ended_at is null and s.expires_at > now() and u.status = 'ACTIVE' for update of t, s`.execute(tx);
  return rows[0];
}

export async function markRefreshTokenUsed(tx: Database, hash: Buffer): Promise<void> {
  await sql`update refresh_tokens set used_at = now() where hash = ${hash}`.execute(tx);
}

/**
 * Of a token that was used within so many seconds, and after which none of its session was: the one that it was exchanged for counts as used
 * at the same moment. False: it is not such a token.
 */
export async function replaceUnused(tx: Transaction, hash: Buffer, seconds: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update refresh_tokens n set used_at = t.used_at from refresh_tokens t
    where t.hash = ${hash} and n.session_id = t.session_id and n.used_at is null and t.used_at > now() - make_interval(secs => ${seconds})
      and not exists (select 1 from refresh_tokens l where l.session_id = t.session_id and l.used_at > t.used_at)`.execute(tx);
  return Number(numAffectedRows ?? 0) > 0;
}

export async function endSession(tx: Database, sessionId: string): Promise<void> {
  await sql`update sessions set ended_at = now() where id = ${sessionId} and ended_at is null`.execute(tx);
}

/** Ends the session of a refresh token, used or not. Answers which; undefined if there is none that could end. */
export async function endSessionOfToken(tx: Database, hash: Buffer): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`update sessions set ended_at = now() where ended_at is null
    and id in (select session_id from refresh_tokens where hash = ${hash}) returning id`.execute(tx);
  return rows[0]?.id;
}

/** Forgets the oldest used tokens of a session. */
export async function deleteUsedTokens(tx: Transaction, sessionId: string, kept: number): Promise<void> {
  await sql`delete from refresh_tokens where hash in (
    select hash from refresh_tokens where session_id = ${sessionId} and used_at is not null order by used_at desc offset ${kept})`.execute(
    tx,
  );
}

/** Removes sessions that nobody can use any more, at most so many. Answers how many. */
export async function sweepSessions(db: Database, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from sessions where id in (
      (select id from sessions where expires_at < now() - interval '1 day' limit ${most})
      union (select id from sessions where ended_at < now() - interval '1 day' limit ${most}) limit ${most})`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Forgets where users have not signed in from for long, at most so many places. Answers how many. */
export async function sweepAddresses(db: Database, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from sign_in_addresses where (user_id, address) in (
      select user_id, address from sign_in_addresses where last_at < now() - interval '90 days' limit ${most})`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Names of users and organizations, by id. Unknown ids are left out. */
export async function namesOf(db: Database, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const wanted = [...new Set(ids)];
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from users where id = any(${wanted})
    union all select id, name from organizations where id = any(${wanted})`.execute(db);
  return new Map(rows.map((row) => [row.id, row.name]));
}

export interface Tenant {
  userId: string;
  email: string;
  name: string;
  orgId: string;
  orgName: string;
}

/** Of these ids in lower case those that are organizations: the id in lower case → the id. */
export async function selectOrganizationsLike(db: Database, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string }>`select id from organizations where lower(id) = any(${ids})`.execute(db);
  return new Map(rows.map(({ id }) => [id.toLowerCase(), id]));
}
