/** SQL of invitations. */
import type { ProviderRole } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../../database/database.js';

/** How long an invitation is good. Days. */
const INVITATION_DAYS = 7;

export interface InvitationRow {
  id: string;
  orgId: string;
  userId: string;
  email: string;
  roleType: ProviderRole;
  serviceIds: string[];
  invitedByName: string | null;
  createdAt: Date;
  expiresAt: Date;
}

const invitation = sql`i.id, i.org_id as "orgId", i.user_id as "userId", i.email, i.role_type as "roleType", i.service_ids as "serviceIds",
  b.name as "invitedByName", i.created_at as "createdAt", i.expires_at as "expiresAt"
  from invitations i left join users b on b.id = i.invited_by`;
const isOpen = sql`i.accepted_at is null and i.revoked_at is null and i.expires_at > now()`;

/** Those that can be accepted, newest first. */
export async function selectInvitations(db: Database, orgId: string): Promise<InvitationRow[]> {
  const { rows } = await sql<InvitationRow>`
    select ${invitation} where i.org_id = ${orgId} and ${isOpen} order by i.created_at desc, i.id`.execute(db);
  return rows;
}

/** An invitation that can be accepted, of whichever organization: its token was right. */
export async function selectInvitation(db: Database, id: string): Promise<InvitationRow | undefined> {
  const { rows } = await sql<InvitationRow>`select ${invitation} where i.id = ${id} and ${isOpen}`.execute(db);
  return rows[0];
}

export async function insertInvitation(
  tx: Transaction,
  row: Pick<InvitationRow, 'id' | 'orgId' | 'userId' | 'email' | 'roleType' | 'serviceIds'> & { invitedBy: string },
): Promise<void> {
  await sql`insert into invitations (id, org_id, user_id, email, role_type, service_ids, invited_by, expires_at)
    values (${row.id}, ${row.orgId}, ${row.userId}, ${row.email}, ${row.roleType}, ${row.serviceIds}, ${row.invitedBy},
      now() + ${INVITATION_DAYS} * interval '1 day')`.execute(tx);
}

/** Lets it be good for the whole time again. */
export async function renewInvitation(tx: Transaction, id: string): Promise<void> {
  await sql`update invitations set expires_at = now() + ${INVITATION_DAYS} * interval '1 day' where id = ${id}`.execute(tx);
}

/** Another role of whoever accepts it. */
export async function updateInvitation(
  tx: Transaction,
  { orgId, email, roleType, serviceIds }: Pick<InvitationRow, 'orgId' | 'email' | 'roleType' | 'serviceIds'>,
): Promise<void> {
  await sql`update invitations i set role_type = ${roleType}, service_ids = ${serviceIds}
    where i.org_id = ${orgId} and lower(i.email) = lower(${email}) and ${isOpen}`.execute(tx);
}

/** Takes back what is not accepted of an address, or one by its id; those that are over, too. Answers their ids. */
export async function revokeInvitations(tx: Transaction, orgId: string, of: { email?: string; id?: string }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`update invitations i set revoked_at = now()
    where i.org_id = ${orgId} and (i.id = ${of.id ?? null} or lower(i.email) = lower(${of.email ?? null}))
      and i.accepted_at is null and i.revoked_at is null
    returning i.id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** The invitation, accepted; undefined if it was accepted or taken back before, or is over. */
export async function acceptInvitation(
  tx: Transaction,
  id: string,
): Promise<Omit<InvitationRow, 'id' | 'invitedByName' | 'expiresAt'> | undefined> {
  const { rows } = await sql<Omit<InvitationRow, 'id' | 'invitedByName' | 'expiresAt'>>`
    update invitations i set accepted_at = now() where i.id = ${id} and ${isOpen}
    returning i.org_id as "orgId", i.user_id as "userId", i.email, i.role_type as "roleType", i.service_ids as "serviceIds",
      i.created_at as "createdAt"`.execute(tx);
  return rows[0];
}

/** Days for which an invitation is kept after it has run out, accepted, taken back or neither. */
const KEPT_DAYS = 30;

/** Removes invitations that ran out long ago, at most so many. Answers how many. */
export async function sweepInvitations(db: Database, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from invitations where id in (
      select id from invitations where expires_at < now() - make_interval(days => ${KEPT_DAYS}) order by expires_at limit ${most}
      for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0);
}
