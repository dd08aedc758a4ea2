/** Subscriptions of customers whose accounts go. */
import { sql, type Transaction } from '../database/database.js';

/** Keeps an organization's subscriptions from taking instances until the transaction ends. */
export async function holdSubscriptionsOf(tx: Transaction, orgId: string): Promise<void> {
  await sql`select 1 from subscriptions where org_id = ${orgId} order by id for update`.execute(tx);
}

export async function endSubscriptionsOf(tx: Transaction, orgId: string): Promise<void> {
  await sql`update subscriptions set status = 'TERMINATED', modified_at = now()
    where org_id = ${orgId} and not is_default and status in ('ACTIVE', 'SUSPENDED')`.execute(tx);
}

/** The user is a member of nothing any more. */
export async function deleteMember(tx: Transaction, userId: string): Promise<void> {
  await sql`delete from subscription_members where user_id = ${userId}`.execute(tx);
}
