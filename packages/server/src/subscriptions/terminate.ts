/** The end of a subscription: only of one that has nothing left. */
import { type Transaction, transaction } from '../database/database.js';
import { invalidState } from '../errors.js';
import { tell } from '../events/tell.js';
import { mailHolder, type Mailing } from './letters.js';
import { isLive, lockSubscription, setStatus } from './store.js';

/** What a subscription has; the rooms that have it answer. Ids, oldest first. */
export interface Holdings {
  instances(tx: Transaction, subscriptionId: string): Promise<string[]>;
  snapshots(tx: Transaction, subscriptionId: string): Promise<string[]>;
}

/** Ids that an error names at most. */
const NAMED = 5;

/**
 * Ends a subscription that the caller may see. Once more is no error. Creates lock the subscription too, so that none comes after the look.
 * @throws DomainError invalid_state while it has instances or snapshots, and for the provider's own
 */
export async function terminate(
  { db, outbox, holdings }: Mailing & { holdings: Holdings },
  { id, by }: { id: string; by: string },
): Promise<void> {
  await transaction(db, async (tx) => {
    const subscription = await lockSubscription(tx, id, 'update');
    if (subscription === undefined || !isLive(subscription)) return;
    if (subscription.isDefault)
      throw invalidState('default-subscription', `Subscription ${id} is the provider's own; it goes with its plan, and cannot be ended.`);
    refuse(id, 'instance', await holdings.instances(tx, id));
    refuse(id, 'snapshot', await holdings.snapshots(tx, id));
    await end(tx, id, by);
    await mailHolder(tx, outbox, 'TerminateSubscription', { ...subscription, userId: subscription.rootUserId });
  });
}

/** Ends a subscription that is held and has nothing left. */
export async function end(tx: Transaction, id: string, by: string): Promise<void> {
  await setStatus(tx, id, 'TERMINATED', by);
  await tell(tx, { kind: 'subscription-terminated', subject: id, payload: { by } });
}

function refuse(id: string, what: 'instance' | 'snapshot', ids: string[]): void {
  if (ids.length === 0) return;
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
  throw invalidState(
    `subscription-has-${what}s`,
    `Subscription ${id} still has ${ids.length} ${what}${ids.length === 1 ? '' : 's'}: ${ids.slice(0, NAMED).join(', ')}${more}. Delete ${ids.length === 1 ? 'it' : 'them'} first.`,
    ids.map((one) => ({ field: 'id', message: `${what} ${one} is there` })),
  );
}
