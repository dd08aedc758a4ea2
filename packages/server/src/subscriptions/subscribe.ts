/** What a customer does about a plan of their provider's catalogue: subscribes to it, asks for it, and ends it. */
import { type PlanPlace, planPlace } from '../catalog/catalog.js';
import { preferredVersion } from '../catalog/version.js';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { noteEffect } from '../database/idempotency-key.js';
import { invalidState, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import { holdCustomer } from '../identity/customers/named-customer-store.js';
import { newId } from '../identity/identifier.js';
import { catalogOf, isCustomer, requireProduct, type Viewer } from '../identity/viewer.js';
import { mailRequest, type Mailing } from './letters.js';
import { makeSubscription } from './make.js';
import { answeredAlready } from './request-status.js';
import { answerRequest, forgetCancelled, insertRequest, lockOwnRequest, selectPending } from './request-store.js';
import { selectMembership } from './member-store.js';
import { selectLive } from './store.js';
import { defaultSubscription } from './subscription.js';

/** Requests of one organization for one plan that were taken back and are still listed: asking again and again fills nothing. */
const CANCELLED_KEPT = 20;

export interface Subscriber extends Viewer {
  userId: string;
}

export interface PlanChoice {
  serviceId: string;
  productTierId: string;
}

/**
 * Subscribes to a plan. Once more answers the subscription that there is. One of the provider's people gets the provider's own.
 * @throws DomainError not_found for a plan that is not offered to the caller; invalid_state where the plan needs approval
 */
export async function subscribe(db: Database, caller: Subscriber, choice: PlanChoice): Promise<string> {
  const place = await offeredPlan(db, caller, choice);
  return transaction(db, async (tx) => {
    const id = isCustomer(caller)
      ? await subscribeIn(tx, caller, place)
      : (await defaultSubscription(tx, { place, userId: caller.userId })).id;
    await noteEffect(tx, { id });
    return id;
  });
}

async function subscribeIn(tx: Transaction, caller: Subscriber, place: PlanPlace): Promise<string> {
  const live = await ownLive(tx, caller, place);
  if (live !== undefined) return live;
  if (!place.autoApproveSubscription)
    throw invalidState(
      'approval-needed',
      `Plan "${place.planName}" needs the provider's approval. Ask for it: POST /subscription/request (cellplane subscription request create).`,
    );
  const { subscription, isNew } = await makeSubscription(tx, { place, orgId: caller.orgId, userId: caller.userId, by: caller.userId });
  if (!isNew) await requireMember(tx, caller, place, subscription.id);
  return subscription.id;
}

/**
 * Asks for a plan that needs approval. Once more answers the request that waits.
 * @throws DomainError not_found for a plan that is not offered to the caller; invalid_state where nothing is to be asked
 */
export async function requestSubscription(
  { db, outbox }: Mailing,
  caller: Subscriber,
  { message = '', ...choice }: PlanChoice & { message?: string | undefined },
): Promise<string> {
  const place = await offeredPlan(db, caller, choice);
  if (!isCustomer(caller) || place.autoApproveSubscription)
    throw invalidState(
      'no-approval-needed',
      `Plan "${place.planName}" needs no approval. Subscribe to it: POST /subscription (cellplane subscription create).`,
    );
  return transaction(db, async (tx) => {
    const live = await ownLive(tx, caller, place);
    if (live !== undefined) throw invalidState('already-subscribed', `You have plan "${place.planName}" already, as subscription ${live}.`);
    const id = newId('subr');
    const { orgId, userId } = caller;
    if (!(await holdCustomer(tx, userId))) throw notFound('customer', userId);
    const made = await insertRequest(tx, { id, orgId, providerOrgId: place.orgId, planId: place.planId, userId, message: message.trim() });
    if (made !== undefined) {
      await tell(tx, { kind: 'subscription-requested', subject: id, payload: { planId: place.planId, orgId, by: userId } });
      await mailRequest(tx, outbox, { id, place, userId, message: message.trim() });
      await forgetCancelled(tx, orgId, place.planId, CANCELLED_KEPT);
    }
    const pending = await selectPending(tx, orgId, place.planId);
    if (pending?.userId !== userId)
      throw invalidState(
        'already-requested',
        `Somebody of your organization waits for an answer on plan "${place.planName}" already. Ask them, or try again later.`,
      );
    await noteEffect(tx, { id: pending.id });
    return pending.id;
  });
}

/** Takes a request back. Once more is no error. @throws DomainError not_found; invalid_state if it was answered */
export async function cancelRequest(db: Database, caller: Subscriber, id: string): Promise<void> {
  await transaction(db, async (tx) => {
    const request = await lockOwnRequest(tx, caller.userId, id);
    if (request === undefined) throw notFound('subscription request', id);
    if (request.status === 'CANCELLED') return;
    if (request.status !== 'PENDING') throw answeredAlready(request);
    await answerRequest(tx, id, { status: 'CANCELLED', by: caller.userId });
    await tell(tx, { kind: 'subscription-request-cancelled', subject: id, payload: { by: caller.userId } });
  });
}

/** A plan that the caller may choose: public, or whatever their own organization offers; with a preferred version. */
async function offeredPlan(db: Database, caller: Subscriber, { serviceId, productTierId }: PlanChoice): Promise<PlanPlace> {
  const place = await planPlace(db, catalogOf(caller), productTierId);
  const isHidden = isCustomer(caller) && place.environmentVisibility !== 'PUBLIC';
  if (place.serviceId !== serviceId || isHidden || (await preferredVersion(db, place.planId)) === undefined)
    throw notFound('service plan', productTierId);
  requireProduct(caller, place.serviceId);
  return place;
}

/** The subscription that the caller's organization has of the plan. @throws DomainError invalid_state if the caller is no member of it */
async function ownLive(tx: Transaction, caller: Subscriber, place: PlanPlace): Promise<string | undefined> {
  const live = await selectLive(tx, caller.orgId, place.planId);
  if (live !== undefined) await requireMember(tx, caller, place, live.id);
  return live?.id;
}

async function requireMember(tx: Transaction, caller: Subscriber, place: PlanPlace, subscriptionId: string): Promise<void> {
  if ((await selectMembership(tx, subscriptionId, caller.userId)) !== undefined) return;
  throw invalidState(
    'subscribed-by-others',
    `Your organization has a subscription of plan "${place.planName}" that you are no member of. Ask its root to invite you.`,
  );
}
