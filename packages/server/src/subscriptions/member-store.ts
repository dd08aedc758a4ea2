/** Rows of members of subscriptions. */
import type { SubscriptionRole } from '@cellplane/api';
import { type Database, sql, type Transaction } from '../database/database.js';

/** Makes the user a member, or gives the member this role. */
export async function insertMember(
  tx: Transaction,
  row: { subscriptionId: string; userId: string; role: SubscriptionRole; invitedBy: string | null },
): Promise<void> {
  await sql`insert into subscription_members (subscription_id, user_id, role_type, invited_by)
    values (${row.subscriptionId}, ${row.userId}, ${row.role}, ${row.invitedBy})
    on conflict (subscription_id, user_id) do update set role_type = excluded.role_type`.execute(tx);
}

/** The role that a user has in a subscription. */
export async function selectMembership(db: Database, subscriptionId: string, userId: string): Promise<SubscriptionRole | undefined> {
  const { rows } = await sql<{ role: SubscriptionRole }>`
    select role_type as role from subscription_members where subscription_id = ${subscriptionId} and user_id = ${userId}`.execute(db);
  return rows[0]?.role;
}
