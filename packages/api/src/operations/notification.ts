/** Channels that carry events to a provider's people, what they have carried, and the events themselves (docs/notifications.md). */
import { type Static, Type } from 'typebox';
import { provider } from '../access.js';
import { anything, freeObject, optional, optionalText, optionalTexts, optionalWhole, required, text, texts, textMap } from '../field.js';
import { operation } from '../operation.js';

const EmailTarget = Type.Object({ to: required });
const SlackTarget = Type.Object({ webhookUrl: required });
const PagerDutyTarget = Type.Object({ integrationKey: required });
const WebhookTarget = Type.Object({
  method: required,
  url: required,
  headers: optional(Type.Union([Type.Null(), textMap])),
  additionalBodyParameters: optional(Type.Union([Type.Null(), freeObject])),
});

/** Which events a channel takes. An empty list takes all. */
const ChannelSubscription = Type.Object({
  alertTypes: texts,
  environmentTypes: texts,
  eventCategories: texts,
  eventPriorities: texts,
  eventTypes: texts,
});
export type ChannelSubscription = Static<typeof ChannelSubscription>;

const nothing = Type.Null();
const targets = {
  email: optional(Type.Union([nothing, EmailTarget])),
  webhook: optional(Type.Union([nothing, WebhookTarget])),
  slack: optional(Type.Union([nothing, SlackTarget])),
  pagerDuty: optional(Type.Union([nothing, PagerDutyTarget])),
};

const NotificationChannel = Type.Object({
  id: text,
  name: text,
  /** email, webhook, slack, pagerDuty. */
  channelType: text,
  subscription: ChannelSubscription,
  email: optional(EmailTarget),
  webhook: optional(Type.Object({ method: text, url: text, headers: optional(textMap), additionalBodyParameters: optional(freeObject) })),
  slack: optional(SlackTarget),
  pagerDuty: optional(PagerDutyTarget),
  /** Ours. */
  createdAt: optionalText,
  modifiedAt: optionalText,
});

/** One event on its way to one channel. */
const Delivery = Type.Object({
  id: text,
  timestamp: text,
  /** PENDING, DELIVERED, FAILED. */
  publicationStatus: text,
  body: optional(anything),
  /** What the last attempt came to; ours, as is the rest of it. */
  channelResponse: optional(
    Type.Object({
      statusCode: optionalWhole,
      body: optionalText,
      error: optionalText,
      attempts: Type.Integer(),
      nextAttemptAt: optionalText,
    }),
  ),
  replayOf: optionalText,
});

const ServiceProviderEvent = Type.Object({
  eventID: text,
  alertType: text,
  eventCategory: text,
  eventType: text,
  priority: text,
  scope: text,
  time: text,
  expiryTime: text,
  eventPayload: freeObject,
  instanceID: optionalText,
  planVersion: optionalText,
  resourceName: optionalText,
  serviceID: optionalText,
  serviceName: optionalText,
  serviceEnvironmentID: optionalText,
  serviceEnvironmentType: optionalText,
  servicePlanName: optionalText,
});

const read = provider('notification:read', 'organization');
const write = provider('notification:write', 'organization');

export const notificationOperations = {
  listNotificationChannels: operation({
    id: 'notifications-api#ListNotificationChannels',
    api: 'fleet',
    route: 'GET /fleet/notification-channel',
    summary: 'Notification channels; secrets are masked',
    access: read,
    response: Type.Object({ channels: Type.Array(NotificationChannel) }),
  }),
  createNotificationChannel: operation({
    id: 'notifications-api#CreateNotificationChannel',
    api: 'fleet',
    route: 'POST /fleet/notification-channel',
    summary: 'Make a notification channel: exactly one of email, webhook, slack, pagerDuty',
    access: write,
    body: Type.Object({ name: required, subscription: ChannelSubscription, ...targets }),
    response: text,
  }),
  describeNotificationChannel: operation({
    id: 'notifications-api#DescribeNotificationChannel',
    api: 'fleet',
    route: 'GET /fleet/notification-channel/{id}',
    summary: 'One notification channel; secrets are masked',
    access: read,
    response: NotificationChannel,
  }),
  updateNotificationChannel: operation({
    id: 'notifications-api#UpdateNotificationChannel',
    api: 'fleet',
    route: 'PATCH /fleet/notification-channel/{id}',
    summary: 'Change a notification channel; a masked value that comes back stays as it is',
    access: write,
    body: Type.Object({ name: optional(required), subscription: optional(ChannelSubscription), ...targets }),
  }),
  deleteNotificationChannel: operation({
    id: 'notifications-api#DeleteNotificationChannel',
    api: 'fleet',
    route: 'DELETE /fleet/notification-channel/{id}',
    summary: 'Delete a notification channel with its history',
    access: write,
  }),
  listEventCategoryTypes: operation({
    id: 'notifications-api#GetEventCategoryTypeMap',
    api: 'fleet',
    route: 'GET /fleet/notification-channel/event-category-type-map',
    summary: 'Which types of events there are, by category',
    access: read,
    response: Type.Object({ categoryTypeMap: Type.Record(Type.String(), texts) }),
  }),
  listChannelEvents: operation({
    id: 'notifications-api#NotificationChannelEventHistory',
    api: 'fleet',
    route: 'GET /fleet/notification-channel/{id}/event-history',
    summary: 'What a notification channel has carried, newest first',
    access: read,
    query: Type.Object({ startTime: optionalText, endTime: optionalText, pageSize: optionalWhole, nextPageToken: optionalText }),
    response: Type.Object({ events: Type.Array(Delivery), nextPageToken: optionalText }),
  }),
  replayNotificationEvent: operation({
    id: 'notifications-api#ReplayEvent',
    api: 'fleet',
    route: 'POST /fleet/notification-event/{id}/replay',
    summary: 'Send one event of the history again, to the same channel',
    access: write,
  }),
  listServiceProviderEvents: operation({
    id: 'operations-api#ListEvents',
    api: 'fleet',
    route: 'GET /fleet/operations/events',
    summary: 'Events of the fleet, newest first',
    access: provider('fleet:read', 'lists'),
    query: Type.Object({
      nextPageToken: optionalText,
      pageSize: optionalWhole,
      environmentType: optionalText,
      eventTypes: optionalTexts,
      serviceID: optionalText,
      serviceEnvironmentID: optionalText,
      instanceID: optionalText,
      productTierID: optionalText,
      startDate: optionalText,
      endDate: optionalText,
    }),
    response: Type.Object({
      events: Type.Array(ServiceProviderEvent),
      /** How many there are of each type, on all pages. */
      eventsSummary: Type.Object({ eventsSummary: optional(Type.Record(Type.String(), Type.Integer())) }),
      nextPageToken: optionalText,
    }),
  }),
  testNotificationChannel: operation({
    id: 'cellplane#TestNotificationChannel',
    api: 'ours',
    route: 'POST /api/notification-channels/{id}/test',
    summary: 'Send a test event to a notification channel; its history says what came of it',
    access: write,
    response: Type.Object({ id: text }),
  }),
  setSigningSecret: operation({
    id: 'cellplane#SetSigningSecret',
    api: 'ours',
    route: 'PUT /api/notification-channels/{id}/signing-secret',
    summary: 'Set the secret that a webhook is signed with; the former one signs too for 24 hours',
    access: write,
    body: Type.Object({ signingSecret: required }),
    response: Type.Object({ formerValidUntil: optionalText }),
  }),
};
