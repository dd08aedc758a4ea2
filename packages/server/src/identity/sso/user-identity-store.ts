/** SQL of who people are for identity providers, and of sign-ins that have come back. */
import type { ProviderRole } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../../database/database.js';
import { STATE_SECONDS } from './state.js';

/** An account that somebody may be let into, held until the transaction ends. */
export interface HeldUser {
  id: string;
  orgId: string;
  providerOrgId: string | null;
  email: string;
  roleType: ProviderRole;
  isVerified: boolean;
  isSuspended: boolean;
  isRemoved: boolean;
}

const held = sql`u.id, u.org_id as "orgId", u.provider_org_id as "providerOrgId", u.email, u.role_type as "roleType",
  u.verified_at is not null as "isVerified", u.suspended_at is not null as "isSuspended", u.removed_at is not null as "isRemoved"`;

/** Uses a sign-in up. False if it was before, or its time is over. Of several at once, one gets true. */
export async function takeState(db: Database, { hash, madeAt }: { hash: Buffer; madeAt: number }): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into used_sign_in_states (hash, expires_at)
    select ${hash}::bytea, ends.at + interval '1 minute'
    from (select to_timestamp(${madeAt}::float8 + ${STATE_SECONDS}::float8) as at) as ends
    where now() < ends.at and now() > ends.at - (${STATE_SECONDS} + 60) * interval '1 second'
    on conflict (hash) do nothing`.execute(db);
  return numAffectedRows === 1n;
}

/** Forgets sign-ins that nobody could use again, at most so many. Answers how many. */
export async function sweepStates(db: Database, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from used_sign_in_states where hash in (
      select hash from used_sign_in_states where expires_at < now() limit ${most} for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Whom an identity provider means by a subject; noted as having come. */
export async function holdKnown(
  tx: Transaction,
  { identityProviderId, subject }: { identityProviderId: string; subject: string },
): Promise<HeldUser | undefined> {
  const { rows } = await sql<HeldUser>`
    select ${held} from user_identities d join users u on u.id = d.user_id
    where d.identity_provider_id = ${identityProviderId} and d.subject = ${subject} and u.deleted_at is null for no key update of u, d`.execute(
    tx,
  );
  if (rows.length > 0)
    await sql`update user_identities set last_at = now() where identity_provider_id = ${identityProviderId} and subject = ${subject}`.execute(
      tx,
    );
  return rows[0];
}

/** The account of an address: of a provider's customer, or, without a provider, of some provider's own people. */
export async function holdByEmail(tx: Transaction, email: string, providerOrgId: string | null): Promise<HeldUser | undefined> {
  const { rows } = await sql<HeldUser>`
    select ${held} from users u
    where lower(u.email) = ${email} and coalesce(u.provider_org_id, '') = ${providerOrgId ?? ''} and u.deleted_at is null
    for no key update`.execute(tx);
  return rows[0];
}

/** False if the account is another person's there, or the person has another account. */
export async function insertUserIdentity(
  tx: Transaction,
  row: { identityProviderId: string; subject: string; userId: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into user_identities (identity_provider_id, subject, user_id) values (${row.identityProviderId}, ${row.subject}, ${row.userId})
    on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** Nobody is known by a subject any more, and whoever came by one has to come again. */
export async function forgetSubjects(tx: Transaction, identityProviderId: string): Promise<void> {
  await sql`delete from user_identities where identity_provider_id = ${identityProviderId}`.execute(tx);
  await sql`update sessions set ended_at = now() where identity_provider_id = ${identityProviderId} and ended_at is null`.execute(tx);
}

/** The account was made by a sign-in with this identity provider: it has no password. */
export async function markMadeBy(tx: Transaction, userId: string, identityProviderId: string): Promise<void> {
  await sql`update users set identity_provider_id = ${identityProviderId} where id = ${userId}`.execute(tx);
}

/** True if the account was made by a sign-in with an identity provider that is still there. */
export async function isMadeBySso(tx: Transaction, userId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from users where id = ${userId} and identity_provider_id is not null`.execute(tx);
  return rows.length > 0;
}

/** The open invitation of an address into an organization. */
export async function selectInvitationOf(tx: Transaction, orgId: string, email: string): Promise<{ id: string } | undefined> {
  const { rows } = await sql<{ id: string }>`
    select i.id from invitations i where i.org_id = ${orgId} and lower(i.email) = ${email}
      and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()`.execute(tx);
  return rows[0];
}
