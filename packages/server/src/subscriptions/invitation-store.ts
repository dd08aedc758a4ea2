/** Rows of invitations into subscriptions. */
import type { SubscriptionRole } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../database/database.js';

/** How long an invitation can be taken up. Days. */
const INVITATION_DAYS = 14;

export interface InvitationRow {
  id: string;
  role: SubscriptionRole;
  /** Nobody can take it up any more. */
  isOver: boolean;
}

/** Invites; an address that is invited already gets the new role, and the whole time again. Answers the invitation's id. */
export async function upsertInvitation(
  tx: Transaction,
  row: { id: string; subscriptionId: string; providerOrgId: string; email: string; role: SubscriptionRole; by: string },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into subscription_invitations (id, subscription_id, provider_org_id, email, role_type, invited_by, expires_at)
    values (${row.id}, ${row.subscriptionId}, ${row.providerOrgId}, ${row.email}, ${row.role}, ${row.by},
      now() + ${INVITATION_DAYS} * interval '1 day')
    on conflict (subscription_id, email) do update
      set role_type = excluded.role_type, invited_by = excluded.invited_by, expires_at = excluded.expires_at
    returning id`.execute(tx);
  return rows[0]?.id ?? row.id;
}

export async function countInvitations(tx: Transaction, subscriptionId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from subscription_invitations where subscription_id = ${subscriptionId} and expires_at > now()`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** The invitation of an address, expired or not. */
export async function selectInvitation(tx: Transaction, subscriptionId: string, email: string): Promise<InvitationRow | undefined> {
  const { rows } = await sql<InvitationRow>`
    select id, role_type as role, expires_at <= now() as "isOver" from subscription_invitations
    where subscription_id = ${subscriptionId} and email = ${email}`.execute(tx);
  return rows[0];
}

export async function deleteInvitation(tx: Transaction, id: string): Promise<void> {
  await sql`delete from subscription_invitations where id = ${id}`.execute(tx);
}

/** An invitation that somebody has taken up: it is gone from here. */
export interface TakenInvitation {
  subscriptionId: string;
  role: SubscriptionRole;
  invitedBy: string | null;
}

/** Takes the invitations away that are for the address of a customer who has shown that it is theirs. Expired ones are not answered. */
export async function takeInvitations(tx: Transaction, userId: string): Promise<TakenInvitation[]> {
  const { rows } = await sql<TakenInvitation & { isGood: boolean }>`
    delete from subscription_invitations i using users u
    where u.id = ${userId} and u.status = 'ACTIVE' and u.verified_at is not null
      and i.email = lower(u.email) and i.provider_org_id = u.provider_org_id
    returning i.subscription_id as "subscriptionId", i.role_type as role, i.invited_by as "invitedBy", i.expires_at > now() as "isGood"`.execute(
    tx,
  );
  return rows.filter(({ isGood }) => isGood).map(({ isGood: _isGood, ...row }) => row);
}

/** True if an address is invited into some subscription of a provider's customers. */
export async function isAddressInvited(
  tx: Transaction,
  { email, providerOrgId }: { email: string; providerOrgId: string },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from subscription_invitations where email = ${email} and provider_org_id = ${providerOrgId} and expires_at > now() limit 1`.execute(
    tx,
  );
  return rows.length > 0;
}

/** Removes invitations that nobody can take up any more, at most so many. Answers how many. */
export async function sweepInvitations(db: Database, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from subscription_invitations where id in (
      select id from subscription_invitations where expires_at <= now() order by expires_at limit ${limit} for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** Subscriptions into which invitations wait for the user, in one order: most of the time there are none. */
export async function selectInvitedInto(db: Database, userId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select i.subscription_id as id
    from users u join subscription_invitations i on i.email = lower(u.email) and i.provider_org_id = u.provider_org_id
    where u.id = ${userId} order by i.subscription_id`.execute(db);
  return rows.map(({ id }) => id);
}
