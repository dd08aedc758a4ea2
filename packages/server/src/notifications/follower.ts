/**
 * Makes notices of events, and for each one a delivery for every channel that takes it; and news for the members of subscriptions: in the
 * transaction that moves the cursor.
 */
import type { Transaction } from '../database/database.js';
import type { Follower } from '../events/follow.js';
import type { StoredEvent } from '../events/event.js';
import { newId } from '../identity/identifier.js';
import { announce } from '../news/news-store.js';
import { selectOpenChannels } from './channel-store.js';
import { insertDeliveries } from './delivery-store.js';
import { type AboutInstance, type Fact, FACT_KINDS, factOf } from './facts.js';
import { newsOf } from './member-news.js';
import { insertNotice } from './notice-store.js';
import { type Notice, NOTICE_TYPES, takes, wireOf } from './notice.js';
import { selectInstanceSubject } from './subject-store.js';

/** The follower. */
export function notificationFollower(): Follower {
  return { name: 'notifications', kinds: FACT_KINDS, handle };
}

async function handle(tx: Transaction, event: StoredEvent): Promise<void> {
  let instance: ReturnType<typeof selectInstanceSubject> | undefined;
  const about: AboutInstance = () => (instance ??= selectInstanceSubject(tx, event.subject));
  const fact = await factOf(tx, event, about);
  if (fact !== undefined) await note(tx, event, fact);
  const news = await newsOf(tx, event, about);
  if (news !== undefined) await announce(tx, news);
}

async function note(tx: Transaction, event: StoredEvent, fact: Fact): Promise<void> {
  const { category, alertType, priority } = NOTICE_TYPES[fact.type];
  const notice: Notice = {
    id: newId('event'),
    eventType: fact.type,
    category,
    alertType,
    priority,
    payload: fact.payload,
    at: event.at,
    ...fact.subject,
  };
  if (!(await insertNotice(tx, event.position, notice))) return;
  // A channel carries what happens from its making on.
  const channels = (await selectOpenChannels(tx, notice.providerOrgId, event.at)).filter(({ subscription }) => takes(subscription, notice));
  const body = wireOf(notice);
  await insertDeliveries(
    tx,
    channels.map(({ id }) => ({ id: newId('event'), channelId: id, noticeId: notice.id, replayOf: null, body })),
  );
}
