/** Rows of members of subscriptions. */
import type { SubscriptionRole } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../database/database.js';

/** Makes the user a member, unless they are one. Answers whether that is new. */
export async function insertMember(
  tx: Transaction,
  row: { subscriptionId: string; userId: string; role: SubscriptionRole; invitedBy: string | null },
): Promise<boolean> {
  const { numAffectedRows } = await sql`insert into subscription_members (subscription_id, user_id, role_type, invited_by)
    values (${row.subscriptionId}, ${row.userId}, ${row.role}, ${row.invitedBy})
    on conflict (subscription_id, user_id) do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** The role that a user has in a subscription. */
export async function selectMembership(db: Database, subscriptionId: string, userId: string): Promise<SubscriptionRole | undefined> {
  const { rows } = await sql<{ role: SubscriptionRole }>`
    select role_type as role from subscription_members where subscription_id = ${subscriptionId} and user_id = ${userId}`.execute(db);
  return rows[0]?.role;
}

export async function setMemberRole(tx: Transaction, subscriptionId: string, userId: string, role: SubscriptionRole): Promise<void> {
  await sql`update subscription_members set role_type = ${role} where subscription_id = ${subscriptionId} and user_id = ${userId}`.execute(
    tx,
  );
}

export async function deleteMember(tx: Transaction, subscriptionId: string, userId: string): Promise<void> {
  await sql`delete from subscription_members where subscription_id = ${subscriptionId} and user_id = ${userId}`.execute(tx);
}
