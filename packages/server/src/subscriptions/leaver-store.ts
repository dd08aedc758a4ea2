/** Subscriptions of customers whose accounts go. */
import { sql, type Transaction } from '../database/database.js';

/** Keeps an organization's subscriptions from taking instances until the transaction ends. */
export async function holdSubscriptionsOf(tx: Transaction, orgId: string): Promise<void> {
  await sql`select 1 from subscriptions where org_id = ${orgId} order by id for update`.execute(tx);
}

/** Those of an organization that have not ended. */
export async function selectLiveOf(tx: Transaction, orgId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from subscriptions where org_id = ${orgId} and not is_default and status in ('ACTIVE', 'SUSPENDED') order by id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** The user is a member of nothing any more. Answers of which subscriptions they were one. */
export async function deleteMemberships(tx: Transaction, userId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    delete from subscription_members where user_id = ${userId} returning subscription_id as id`.execute(tx);
  return rows.map(({ id }) => id).toSorted();
}

/** Takes back what the organization waits for. Answers the requests' ids. */
export async function cancelRequestsOf(tx: Transaction, orgId: string, by: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update subscription_requests set status = 'CANCELLED', updated_by = ${by}, modified_at = now()
    where org_id = ${orgId} and status = 'PENDING' returning id`.execute(tx);
  return rows.map(({ id }) => id).toSorted();
}
