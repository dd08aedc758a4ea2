/** A provider's answer to a customer's request. */
import { planPlace } from '../catalog/catalog.js';
import { transaction } from '../database/database.js';
import { notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import { holdCustomer } from '../identity/customers/named-customer-store.js';
import { mailHolder, type Mailing } from './letters.js';
import { makeSubscription } from './make.js';
import { answeredAlready } from './request-status.js';
import { answerRequest, lockRequest, selectAsker } from './request-store.js';

/**
 * Approves or denies a request that the caller may see; the same answer once more is no error. Of two answers at once the first counts.
 * What is approved is a subscription from then on; where the customer got one meanwhile, it is that one.
 * @throws DomainError invalid_state if it was answered otherwise
 */
export async function answerAsProvider(
  { db, outbox }: Mailing,
  { id, answer, by, words = '' }: { id: string; answer: 'APPROVED' | 'DENIED'; by: string; words?: string | undefined },
): Promise<void> {
  await transaction(db, async (tx) => {
    // In the order in which an account goes: its user first, then what it asks for.
    const asker = await selectAsker(tx, id);
    if (asker !== undefined) await holdCustomer(tx, asker);
    const request = await lockRequest(tx, id);
    if (request === undefined) throw notFound('subscription request', id);
    if (request.status === answer) return;
    if (request.status !== 'PENDING') throw answeredAlready(request);
    if (answer === 'DENIED') {
      await answerRequest(tx, id, { status: answer, by, words });
      await tell(tx, { kind: 'subscription-request-denied', subject: id, payload: { by } });
      await mailHolder(tx, outbox, 'DenySubscriptionRequest', request, words);
      return;
    }
    const place = await planPlace(tx, request.providerOrgId, request.planId);
    const { subscription } = await makeSubscription(tx, { place, orgId: request.orgId, userId: request.userId, by });
    await answerRequest(tx, id, { status: answer, by, words, subscriptionId: subscription.id });
    await tell(tx, { kind: 'subscription-request-approved', subject: id, payload: { subscriptionId: subscription.id, by } });
    await mailHolder(tx, outbox, 'ApproveSubscriptionRequest', request, words);
  });
}
