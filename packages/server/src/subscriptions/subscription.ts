/**
 * Subscriptions: which organization may have instances of which plan, and how many. A plan has one default subscription,
 * the provider's own; instances that name no other belong to it.
 */
import type { CompiledPlan } from '@cellplane/plan';
import type { PlanPlace } from '../catalog/catalog.js';
import type { Database, Transaction } from '../database/database.js';
import { DomainError, invalidState, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import { newId } from '../identity/identifier.js';
import { requireAllowed, type Viewer } from '../identity/viewer.js';
import { insertDefault, limitOf, lockSubscription, selectDefault, selectLimit, selectVisible, type Subscription } from './store.js';

/** The default subscription of a plan; made when it is first asked for. */
export async function defaultSubscription(tx: Transaction, input: { place: PlanPlace; userId: string }): Promise<Subscription> {
  const { orgId, planId } = input.place;
  const present = await selectDefault(tx, planId);
  if (present !== undefined) return present;
  const made = await insertDefault(tx, { id: newId('sub'), orgId, planId, userId: input.userId });
  if (made !== undefined) await tell(tx, { kind: 'subscription-made', subject: made, payload: { planId, orgId } });
  const found = await selectDefault(tx, planId);
  if (found === undefined) throw notFound('subscription', `default of ${planId}`);
  return found;
}

/** A subscription that the viewer may see. @throws DomainError not_found; forbidden if they may only see it, and ask for more */
export async function findSubscription(db: Database, viewer: Viewer, id: string): Promise<Subscription> {
  const found = await selectVisible(db, viewer, id);
  if (found === undefined) throw notFound('subscription', id);
  requireAllowed(viewer, 'subscription', { id, subscriptionId: id });
  return found;
}

/** How many instances a subscription has; the room that has them answers it. */
export type CountOfSubscription = (tx: Transaction, subscriptionId: string) => Promise<number>;

/**
 * Takes a place for one more instance; the caller inserts it in the same transaction. `of`: the subscription as the transaction has
 * just read it, or its id. The limit is the subscription's own, or the one that it
 * began with; only where it began without terms it is that of the version at hand. Where there is a limit, creates of one
 * subscription take turns, so that it holds; where there is none, they only keep the subscription as it is until they end.
 * @throws DomainError invalid_state (not active, or the limit is reached)
 */
export async function takePlace(tx: Transaction, of: string | Subscription, plan: CompiledPlan, count: CountOfSubscription): Promise<void> {
  const [subscriptionId, known] = typeof of === 'string' ? [of, await selectLimit(tx, of)] : [of.id, limitOf(of)];
  const limited = (known ?? plan.maxNumberOfInstancesAllowed) >= 0;
  const subscription = await lockSubscription(tx, subscriptionId, limited ? 'update' : 'share');
  if (subscription === undefined) throw notFound('subscription', subscriptionId);
  if (subscription.status !== 'ACTIVE') {
    throw invalidState(
      'subscription-not-active',
      `Subscription ${subscriptionId} is ${subscription.status}; only an ACTIVE one can have new instances.`,
    );
  }
  const limit = limitOf(subscription) ?? plan.maxNumberOfInstancesAllowed;
  if (limit < 0) return;
  if (!limited) throw new DomainError('unavailable', 'busy', `The limit of subscription ${subscriptionId} has just been set. Try again.`);
  const instances = (await count(tx, subscriptionId)) + 1;
  if (instances <= limit) {
    const kind = quotaFact(instances, limit);
    if (kind !== undefined) await tell(tx, { kind, subject: subscriptionId, payload: { orgId: subscription.orgId, limit, instances } });
    return;
  }
  throw invalidState(
    'instance-limit-reached',
    `Subscription ${subscriptionId} may have ${limit} instance${limit === 1 ? '' : 's'} of this plan, and has as many. Delete one first.`,
  );
}

/** Share of a limit from which it is near. */
const NEAR = 0.8;

/** What is to be told when this many instances are there: the last place is taken, or the limit comes near with this very one. */
export function quotaFact(instances: number, limit: number): 'quota-reached' | 'quota-near' | undefined {
  if (instances === limit) return 'quota-reached';
  return instances === Math.ceil(limit * NEAR) ? 'quota-near' : undefined;
}
