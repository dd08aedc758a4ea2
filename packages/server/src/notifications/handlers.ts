/** Handlers of channels, of what they have carried, and of the fleet's events. */
import type { Handlers } from '@cellplane/api';
import { databaseTime } from '../database/clock.js';
import { noteEffect } from '../database/idempotency-key.js';
import { transaction } from '../database/database.js';
import { invalidState, notFound } from '../errors.js';
import { newId } from '../identity/identifier.js';
import { readDate } from '../request-text/moment.js';
import { changeChannel, channelWire, createChannel, type ChannelDeps, findChannel, setSigningSecret, tellChannel } from './channel.js';
import { removeChannel, selectChannels } from './channel-store.js';
import { type DeliveryRow, insertDeliveries, lockDelivery, selectHistory } from './delivery-store.js';
import { countNotices, selectNotices } from './notice-store.js';
import { typesByCategory, wireOf } from './notice.js';
import { givenEnvironmentType } from '../request-text/environment-type.js';

export type NotificationHandlers = Pick<
  Handlers,
  | 'listNotificationChannels'
  | 'createNotificationChannel'
  | 'describeNotificationChannel'
  | 'updateNotificationChannel'
  | 'deleteNotificationChannel'
  | 'listEventCategoryTypes'
  | 'listChannelEvents'
  | 'replayNotificationEvent'
  | 'listServiceProviderEvents'
  | 'testNotificationChannel'
  | 'setSigningSecret'
>;

export function notificationHandlers(deps: ChannelDeps): NotificationHandlers {
  const { db, sealer } = deps;
  return {
    async listNotificationChannels({ caller }) {
      return { channels: (await selectChannels(db, caller.orgId)).map((row) => channelWire(sealer, row)) };
    },
    createNotificationChannel: ({ body, caller }) => createChannel(deps, caller.orgId, body),
    async describeNotificationChannel({ params, caller }) {
      return channelWire(sealer, await findChannel(db, caller.orgId, params.id));
    },
    updateNotificationChannel: ({ params, body, caller }) => changeChannel(deps, caller.orgId, params.id, body),
    async deleteNotificationChannel({ params, caller }) {
      await transaction(db, async (tx) => {
        if (!(await removeChannel(tx, caller.orgId, params.id))) throw notFound('notification channel', params.id);
        await tellChannel(tx, caller.orgId, params.id);
      });
    },
    listEventCategoryTypes: () => Promise.resolve({ categoryTypeMap: typesByCategory() }),
    async listChannelEvents({ params, query, caller }) {
      const channel = await findChannel(db, caller.orgId, params.id);
      const { rows, ...next } = await selectHistory(db, channel.id, window(query, 'startTime', 'endTime'), query);
      return { events: rows.map(deliveryWire), ...next };
    },
    async replayNotificationEvent({ params, caller }) {
      await transaction(db, async (tx) => {
        const found = await lockDelivery(tx, caller.orgId, params.id);
        if (found === undefined) throw notFound('notification event', params.id);
        if (found.status === 'PENDING')
          throw invalidState(
            'delivery-under-way',
            `Event ${params.id} is still on its way: Cellplane sends it again by itself until it arrives or is given up.`,
          );
        const id = newId('event');
        const { channelId, noticeId, body } = found;
        await insertDeliveries(tx, [{ id, channelId, noticeId, replayOf: params.id, body }]);
        await noteEffect(tx, { id });
      });
    },
    async testNotificationChannel({ params, caller }) {
      const channel = await findChannel(db, caller.orgId, params.id);
      const [id, now] = [newId('event'), await databaseTime(db)];
      const body = testNotice(id, now);
      await transaction(db, async (tx) => {
        await insertDeliveries(tx, [{ id, channelId: channel.id, noticeId: null, replayOf: null, body }]);
        await noteEffect(tx, { id });
      });
      return { id };
    },
    async setSigningSecret({ params, body, caller }) {
      const until = await setSigningSecret(deps, caller.orgId, params.id, body.signingSecret);
      return until === undefined ? {} : { formerValidUntil: until.toISOString() };
    },
    async listServiceProviderEvents({ query, caller }) {
      const filter = {
        ...window(query, 'startDate', 'endDate'),
        environmentType: givenEnvironmentType(query.environmentType),
        // Clients send a list as parameters, or as one with commas.
        eventTypes: query.eventTypes?.flatMap((text) => text.split(',')).map((text) => text.trim()),
        serviceId: query.serviceID,
        environmentId: query.serviceEnvironmentID,
        planId: query.productTierID,
        instanceId: query.instanceID,
      };
      const { rows, ...next } = await selectNotices(db, caller, filter, query);
      return { events: rows.map(wireOf), eventsSummary: { eventsSummary: await countNotices(db, caller, filter) }, ...next };
    },
  };
}

function window<F extends string, T extends string>(query: Partial<Record<F | T, string | undefined>>, from: F, to: T) {
  const read = (name: F | T) => (query[name] === undefined ? undefined : readDate(query[name], name));
  return { from: read(from), to: read(to) };
}

function deliveryWire(row: DeliveryRow) {
  const response = {
    attempts: row.attempts,
    ...(row.statusCode === null ? {} : { statusCode: row.statusCode }),
    ...(row.answer === null ? {} : { body: row.answer }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.status === 'PENDING' ? { nextAttemptAt: row.dueAt.toISOString() } : {}),
  };
  return {
    id: row.id,
    timestamp: row.createdAt.toISOString(),
    publicationStatus: row.status,
    body: row.body,
    channelResponse: response,
    ...(row.replayOf === null ? {} : { replayOf: row.replayOf }),
  };
}

function testNotice(id: string, now: Date) {
  return {
    eventID: id,
    eventType: 'Test',
    eventCategory: 'ServiceEvent',
    alertType: 'Notification',
    priority: 'Low',
    scope: 'Organization',
    time: now.toISOString(),
    expiryTime: now.toISOString(),
    eventPayload: { reason: 'Somebody asked for a test of this channel.' },
  };
}
