/** What a provider changes of a subscription: its limit and the like, and whether it may create. */
import { type Database, type Transaction, transaction } from '../database/database.js';
import { DomainError, invalidState, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import { mailHolder, type Mailing } from './letters.js';
import { isLive, lockSubscription, setStatus, type Subscription, type SubscriptionSettings, updateRow } from './store.js';

interface SettingsBody {
  maxNumberOfInstances?: number;
  externalPayerId?: string;
  allowCreatesWhenPaymentNotConfigured?: boolean;
  billingProvider?: string;
  customPrice?: boolean;
  customPricePerUnit?: unknown;
  priceEffectiveDate?: string;
}

/** @throws DomainError not_implemented for what belongs to bills, which nobody writes here: never silently left out */
export function readSettings(body: SettingsBody): SubscriptionSettings {
  const unserved = [
    ...((body.billingProvider ?? '') === '' ? [] : ['billingProvider']),
    ...(body.customPrice === true ? ['customPrice'] : []),
    ...(Object.keys(body.customPricePerUnit ?? {}).length === 0 ? [] : ['customPricePerUnit']),
    ...((body.priceEffectiveDate ?? '') === '' ? [] : ['priceEffectiveDate']),
  ];
  if (unserved.length > 0)
    throw new DomainError('not_implemented', 'pricing-not-served', `Not served yet: ${unserved.join(', ')}. Leave it out.`);
  return {
    ...(body.maxNumberOfInstances === undefined ? {} : { maxInstances: body.maxNumberOfInstances }),
    ...(body.externalPayerId === undefined ? {} : { externalPayerId: body.externalPayerId }),
    ...(body.allowCreatesWhenPaymentNotConfigured === undefined
      ? {}
      : { allowCreatesWithoutPayment: body.allowCreatesWhenPaymentNotConfigured }),
  };
}

/** Changes all of these, which the caller may see, or none. @throws DomainError invalid_state for one that has ended */
export async function updateSettings(
  db: Database,
  { ids, settings, by }: { ids: string[]; settings: SubscriptionSettings; by: string },
): Promise<void> {
  if (Object.keys(settings).length === 0) return;
  await transaction(db, async (tx) => {
    // In one order, so that two changes of the same ones take turns.
    for (const id of ids.toSorted()) {
      await lockLive(tx, id);
      await updateRow(tx, id, settings, by);
      await tell(tx, { kind: 'subscription-changed', subject: id, payload: { by } });
    }
  });
}

/** What is there runs on; nothing new is created. Once more is no error. @throws DomainError invalid_state for one that has ended */
export async function suspend({ db, outbox }: Mailing, { id, by }: { id: string; by: string }): Promise<void> {
  await transaction(db, async (tx) => {
    const subscription = await lockLive(tx, id);
    if (subscription.status === 'SUSPENDED') return;
    await setStatus(tx, id, 'SUSPENDED', by);
    await tell(tx, { kind: 'subscription-suspended', subject: id, payload: { by } });
    await mailHolder(tx, outbox, 'SuspendSubscription', { ...subscription, userId: subscription.rootUserId });
  });
}

/** Lets it create again. Once more is no error. @throws DomainError invalid_state for one that has ended */
export async function resume({ db, outbox }: Mailing, { id, by }: { id: string; by: string }): Promise<void> {
  await transaction(db, async (tx) => {
    const subscription = await lockLive(tx, id);
    if (subscription.status === 'ACTIVE') return;
    await setStatus(tx, id, 'ACTIVE', by);
    await tell(tx, { kind: 'subscription-resumed', subject: id, payload: { by } });
    await mailHolder(tx, outbox, 'ResumeSubscription', { ...subscription, userId: subscription.rootUserId });
  });
}

async function lockLive(tx: Transaction, id: string): Promise<Subscription> {
  const subscription = await lockSubscription(tx, id, 'update');
  if (subscription === undefined) throw notFound('subscription', id);
  if (isLive(subscription)) return subscription;
  throw invalidState('subscription-ended', `Subscription ${id} is ${subscription.status}; what has ended cannot be changed.`);
}
