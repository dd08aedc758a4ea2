/** SQL of API keys. */
import type { ApiKeyRole } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../../database/database.js';

/** Keys of one person, revoked ones that are still listed included. */
export const KEYS_OF_PERSON = 100;

export interface ApiKeyRow {
  id: string;
  name: string;
  description: string;
  prefix: string;
  roleType: ApiKeyRole;
  createdAt: Date;
  createdByUserId: string;
  createdByUserName: string;
  expiresAt: Date | null;
  isExpired: boolean | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  revokedByUserId: string | null;
  revokedByUserName: string | null;
}

/** Whose keys are reached: those of one person, or all of the organization. */
export interface KeysOf {
  orgId: string;
  /** Null: everybody's. */
  userId: string | null;
}

const key = sql`k.id, k.name, k.description, k.prefix, k.role_type as "roleType", k.created_at as "createdAt", k.user_id as "createdByUserId",
  m.name as "createdByUserName", k.expires_at as "expiresAt", k.expires_at <= now() as "isExpired", k.last_used_at as "lastUsedAt",
  k.revoked_at as "revokedAt", k.revoked_by as "revokedByUserId", r.name as "revokedByUserName"
  from api_keys k join users m on m.id = k.user_id left join users r on r.id = k.revoked_by`;

/** Newest first. */
export async function selectApiKeys(db: Database, { orgId, userId }: KeysOf, id?: string): Promise<ApiKeyRow[]> {
  const { rows } = await sql<ApiKeyRow>`select ${key} where k.org_id = ${orgId} and (${userId}::text is null or k.user_id = ${userId})
    and (${id ?? null}::text is null or k.id = ${id ?? null}) order by k.created_at desc, k.id`.execute(db);
  return rows;
}

export async function countApiKeys(tx: Transaction, userId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from api_keys where user_id = ${userId}`.execute(tx);
  return rows[0]?.count ?? 0;
}

export interface NewApiKey {
  id: string;
  userId: string;
  name: string;
  description: string;
  prefix: string;
  hash: Buffer;
  roleType: ApiKeyRole;
  expiresAt: Date | null;
  /** The key that makes this one, if one does: this one ends no later. */
  madeWith: string | null;
}

/** What came of it; too late: it would outlive the key that makes it. */
type Inserted = 'made' | 'name-taken' | 'expiry-past' | 'expiry-too-late';

export async function insertApiKey(tx: Transaction, row: NewApiKey): Promise<Inserted> {
  const { rows: limits } = await sql<{ isPast: boolean | null; isTooLate: boolean | null }>`
    select ${row.expiresAt}::timestamptz <= now() as "isPast",
      (select k.expires_at < coalesce(${row.expiresAt}::timestamptz, 'infinity') from api_keys k where k.id = ${row.madeWith}) as "isTooLate"`.execute(
    tx,
  );
  if (limits[0]?.isPast === true) return 'expiry-past';
  if (limits[0]?.isTooLate === true) return 'expiry-too-late';
  const { numAffectedRows } = await sql`
    insert into api_keys (id, user_id, org_id, name, description, prefix, hash, role_type, expires_at)
    select ${row.id}, u.id, u.org_id, ${row.name}, ${row.description}, ${row.prefix}, ${row.hash}, ${row.roleType}, ${row.expiresAt}
    from users u where u.id = ${row.userId} on conflict (org_id, lower(name)) do nothing`.execute(tx);
  return numAffectedRows === 0n ? 'name-taken' : 'made';
}

/** Changes what is given. False if another key of the organization has the name. */
export async function updateApiKey(
  tx: Transaction,
  id: string,
  { name, description }: { name: string | null; description: string | null },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update api_keys k set name = coalesce(${name}, k.name), description = coalesce(${description}, k.description)
    where k.id = ${id} and not exists (
      select 1 from api_keys o where o.org_id = k.org_id and lower(o.name) = lower(${name}::text) and o.id <> k.id)`.execute(tx);
  return numAffectedRows !== 0n;
}

/** Its sessions end, too: see migration 0051. */
export async function revokeApiKey(tx: Transaction, id: string, userId: string): Promise<void> {
  await sql`update api_keys set revoked_at = now(), revoked_by = ${userId} where id = ${id} and revoked_at is null`.execute(tx);
}

/** Its sessions go with it. */
export async function deleteApiKey(tx: Transaction, id: string): Promise<void> {
  await sql`delete from api_keys where id = ${id}`.execute(tx);
}

/** The key and its user, if both are good; held so until the transaction ends, and noted as used. */
export async function holdApiKey(tx: Transaction, hash: Buffer): Promise<{ id: string; userId: string } | undefined> {
  const { rows } = await sql<{ id: string; userId: string }>`
    with good as (
      select k.id, k.user_id from api_keys k join users u on u.id = k.user_id
      where k.hash = ${hash} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and u.status = 'ACTIVE'
      for no key update of k for share of u)
    update api_keys k set last_used_at = greatest(k.last_used_at, now()) from good
    where k.id = good.id returning k.id, k.user_id as "userId"`.execute(tx);
  return rows[0];
}
