/** How a customer's subscription begins: with the terms of the version that is preferred then, and with one root. */
import type { PlanPlace } from '../catalog/catalog.js';
import { holdPlan } from '../catalog/catalog.js';
import { preferredVersion, versionNumber } from '../catalog/version.js';
import type { Transaction } from '../database/database.js';
import { DomainError, invalidState, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import { holdCustomer } from '../identity/customers/named-customer-store.js';
import { newId } from '../identity/identifier.js';
import { insertSubscription, selectLive, type Subscription, type SubscriptionSettings, type Terms } from './store.js';

export interface NewCustomerSubscription extends SubscriptionSettings {
  place: PlanPlace;
  /** The customer. */
  orgId: string;
  /** Who becomes root. */
  userId: string;
  /** Who makes it. */
  by: string;
}

/**
 * Makes it, unless the customer's organization has a live one of the plan: then that one is answered. Of two at once one makes it.
 * @throws DomainError invalid_state if the plan has no preferred version; not_found if the customer is gone
 */
export async function makeSubscription(
  tx: Transaction,
  { place, ...input }: NewCustomerSubscription,
): Promise<{ subscription: Subscription; isNew: boolean }> {
  if (!(await holdCustomer(tx, input.userId))) throw notFound('customer', input.userId);
  await holdPlan(tx, place.planId);
  const id = newId('sub');
  const isNew = await insertSubscription(tx, {
    id,
    orgId: input.orgId,
    providerOrgId: place.orgId,
    planId: place.planId,
    rootUserId: input.userId,
    maxInstances: input.maxInstances ?? null,
    terms: await termsOf(tx, place),
    externalPayerId: input.externalPayerId ?? '',
    allowCreatesWithoutPayment: input.allowCreatesWithoutPayment ?? true,
    by: input.by,
  });
  if (isNew) await tell(tx, { kind: 'subscription-made', subject: id, payload: { planId: place.planId, orgId: input.orgId } });
  const subscription = await selectLive(tx, input.orgId, place.planId);
  // It was there a moment ago, and was terminated since.
  if (subscription === undefined)
    throw new DomainError('unavailable', 'busy', `The subscription of plan "${place.planName}" has just ended. Try again.`);
  return { subscription, isNew };
}

async function termsOf(tx: Transaction, place: PlanPlace): Promise<Terms> {
  const version = await preferredVersion(tx, place.planId);
  if (version === undefined)
    throw invalidState('plan-not-released', `Plan "${place.planName}" has no preferred version yet. Release one as preferred first.`);
  const pricing = version.compiled.settings['pricing'];
  return {
    planVersion: versionNumber(version.number),
    ...(pricing === undefined ? {} : { pricing }),
    maxNumberOfInstances: version.compiled.maxNumberOfInstancesAllowed,
  };
}
