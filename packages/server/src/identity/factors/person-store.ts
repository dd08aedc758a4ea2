/** SQL of whose factors they are, and of what goes with them. */
import { type Database, sql, type Transaction } from '../../database/database.js';

/** One who may sign in. */
export interface HeldPerson {
  email: string;
  /** Empty: they sign in without one. */
  passwordHash: string;
}

/** One who may sign in, held until the transaction ends: whatever changes the factors of one person takes turns by it. */
export async function holdPerson(tx: Transaction, userId: string): Promise<HeldPerson | undefined> {
  const { rows } = await sql<HeldPerson>`
    select email, password_hash as "passwordHash" from users where id = ${userId} and status = 'ACTIVE' for no key update`.execute(tx);
  return rows[0];
}

/** True if the user may sign in; held so until the transaction ends. */
export async function holdActive(tx: Transaction, userId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from users where id = ${userId} and status = 'ACTIVE' for share`.execute(tx);
  return rows.length > 0;
}

/** True if the user has signed in from there before. */
export async function isKnownAddress(tx: Transaction, userId: string, address: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from sign_in_addresses where user_id = ${userId} and address = ${address} and address <> 'unknown'`.execute(tx);
  return rows.length > 0;
}

/** The hash of a person's password, to compare with before anything is held. */
export async function selectPasswordHash(db: Database, userId: string): Promise<string | undefined> {
  const { rows } = await sql<{ passwordHash: string }>`select password_hash as "passwordHash" from users where id = ${userId}`.execute(db);
  return rows[0]?.passwordHash;
}

/** True if the session was begun some minutes ago at most. */
export async function isFreshSession(tx: Transaction, sessionId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from sessions where id = ${sessionId} and created_at > now() - interval '10 minutes'`.execute(tx);
  return rows.length > 0;
}

/** Ends sessions that were begun with a password alone, but this one. */
export async function endPasswordSessions(tx: Transaction, userId: string, but: string): Promise<void> {
  await sql`update sessions set ended_at = now() where user_id = ${userId} and method = 'PASSWORD' and id <> ${but} and ended_at is null`.execute(
    tx,
  );
}

/** One of a provider's people, or of its customers, held until the transaction ends. */
export async function holdReachable(tx: Transaction, providerOrgId: string, userId: string): Promise<{ isRoot: boolean } | undefined> {
  const { rows } = await sql<{ isRoot: boolean }>`
    select u.provider_org_id is null and u.role_type = 'root' as "isRoot" from users u
    where u.id = ${userId} and coalesce(u.provider_org_id, u.org_id) = ${providerOrgId} and u.deleted_at is null and u.removed_at is null
    for no key update`.execute(tx);
  return rows[0];
}

/** Ends what a person has begun themselves, and what they have half begun. Sessions of API keys go on. */
export async function endPersonsSessions(tx: Transaction, userId: string): Promise<void> {
  await sql`delete from factor_challenges where user_id = ${userId}`.execute(tx);
  await sql`update sessions set ended_at = now() where user_id = ${userId} and api_key_id is null and ended_at is null`.execute(tx);
}

/** Whether people of the organization need a second factor. A customer's do not. */
export async function selectIsRequired(db: Database, orgId: string): Promise<boolean> {
  const { rows } = await sql<{ isRequired: boolean }>`
    select second_factor_required as "isRequired" from organizations where id = ${orgId} and provider_org_id is null`.execute(db);
  return rows[0]?.isRequired ?? false;
}

export async function updateIsRequired(tx: Transaction, orgId: string, isRequired: boolean): Promise<void> {
  await sql`update organizations set second_factor_required = ${isRequired} where id = ${orgId} and provider_org_id is null`.execute(tx);
}
