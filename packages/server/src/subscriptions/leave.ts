/** What becomes of subscriptions, memberships and requests when a customer's account goes. */
import type { Transaction } from '../database/database.js';
import { tell } from '../events/tell.js';
import { cancelRequestsOf, deleteMemberships, selectLiveOf } from './leaver-store.js';
import { end } from './terminate.js';

/** Ends all of it. The organization's subscriptions are held, and have nothing left. */
export async function leaveSubscriptions(
  tx: Transaction,
  { orgId, userId, by }: { orgId: string; userId: string; by: string },
): Promise<void> {
  const own = await selectLiveOf(tx, orgId);
  for (const id of await deleteMemberships(tx, userId))
    if (!own.includes(id)) await tell(tx, { kind: 'member-removed', subject: id, payload: { userId, by } });
  for (const id of own) await end(tx, id, by);
  for (const id of await cancelRequestsOf(tx, orgId, by))
    await tell(tx, { kind: 'subscription-request-cancelled', subject: id, payload: { by } });
}
