import { afterAll, afterEach, expect, it } from 'vitest';
import { testSpec } from '../catalog/catalog.testing.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import type { NewEvent } from '../events/event.js';
import { follow } from '../events/follow.js';
import { tell } from '../events/tell.js';
import { insertInstanceEvent } from '../instances/instance-event-store.js';
import { openWorld } from '../lifecycle/life.testing.js';
import { notificationFollower } from './follower.js';
import { notificationHandlers } from './handlers.js';
import { pruneNotices } from './notice-store.js';
import { expireDeliveries, pruneDeliveries } from './delivery-store.js';
import { ALL } from './notifications.testing.js';

const database = await testDatabase({ poolSize: 20 });
const { db } = database;
const world = await openWorld(database);
const { caller, deps } = world;
world.cluster.serve('v1', 'ConfigMap', 'configmaps');
const handlers = notificationHandlers({ db, sealer: deps.sealer, rules: { privateTargets: true, mail: false } });
const following = await follow({ database, log: deps.log, followers: [notificationFollower()], pollMs: 100 });
afterAll(async () => {
  await following.stop();
  await world.engine.stop();
  await deps.charts.stop();
});
afterEach(() => sql`delete from notification_channels`.execute(db));

const request = (params: object, body: unknown, query: object = {}, as = caller) => ({ params, query, body, caller: as }) as never;
const channel = (name: string, filter: object = {}) =>
  handlers.createNotificationChannel(
    request({}, { name, subscription: { ...ALL, ...filter }, webhook: { method: 'POST', url: 'http://127.0.0.1:1/' } }),
  );
const typesOf = async (id: string) =>
  (await handlers.listChannelEvents(request({ id }, undefined))).events
    .map(({ body }) => (body as { eventType: string }).eventType)
    .toReversed();
const events = (query: object = {}, as = caller) => handlers.listServiceProviderEvents(request({}, undefined, query, as));

/** Tells, and waits until the follower has read it. */
async function told(...facts: NewEvent[]): Promise<void> {
  await transaction(db, (tx) => tell(tx, ...facts));
  await read();
}

async function read(): Promise<void> {
  await until(async () => {
    const { rows } = await sql`select 1 from event_followers f, event_head h where f.name = 'notifications' and f.position = h.position
      and not exists (select 1 from events where position is null)`.execute(db);
    return rows.length > 0 ? true : undefined;
  }, 'the follower to have read everything');
}

const offered = await world.offer(testSpec());
const instance = await world.create(offered);
await world.reach(instance, 'RUNNING');
await read();
const ended = (operation: string, outcome: 'succeeded' | 'failed' | 'cancelled'): NewEvent => ({
  kind: 'operation-ended',
  subject: instance,
  payload: { operationId: 'op-1', operation, outcome },
});

it('an instance’s way is told as the fleet’s events', async () => {
  const { events: found, eventsSummary } = await events({ instanceID: instance });
  expect(found).toMatchObject([
    {
      eventType: 'InstanceDeployed',
      eventCategory: 'InstanceEvent',
      alertType: 'Notification',
      priority: 'Low',
      scope: 'Instance',
      instanceID: instance,
      serviceID: offered.place.serviceId,
      serviceEnvironmentType: 'DEV',
      servicePlanName: 'Small Plan',
      planVersion: '1.0',
      resourceName: offered.resourceKey,
    },
  ]);
  expect(eventsSummary).toEqual({ eventsSummary: { InstanceDeployed: 1 } });
});

it('a channel gets what its filters take, once, from its making on, with the reason', async () => {
  const all = await channel('all');
  const critical = await channel('critical', { eventPriorities: ['critical'] });
  const production = await channel('production', { environmentTypes: ['PROD'] });
  const backups = await channel('backups', { alertTypes: ['Alarm'], eventTypes: ['FailedBackup'] });
  await sql`update instances set status_message = 'no space left' where id = ${instance}`.execute(db);
  await told(ended('create', 'failed'), ended('modify', 'failed'), ended('modify', 'cancelled'), ended('start', 'succeeded'));
  await told(
    { kind: 'snapshot-failed', subject: instance, payload: { snapshotId: 'snap-1', origin: 'periodic' } },
    { kind: 'instance-status-changed', subject: instance, payload: { status: 'FAILED', before: 'RUNNING' } },
    { kind: 'operation-ended', subject: 'instance-of-nobody', payload: { operationId: 'op-2', operation: 'create', outcome: 'failed' } },
  );
  expect((await typesOf(all)).toSorted()).toEqual(['FailedBackup', 'FailedDeployment', 'FailedUpdate', 'UnhealthyInstance']);
  expect((await typesOf(critical)).toSorted()).toEqual(['FailedDeployment', 'UnhealthyInstance']);
  expect(await typesOf(production)).toEqual([]);
  expect(await typesOf(backups)).toEqual(['FailedBackup']);
  const { events: failed } = await events({ eventTypes: ['FailedDeployment'] });
  expect(failed).toMatchObject([{ eventPayload: { reason: 'no space left', operation: 'create' } }]);
  // Read again: the same notices, and nothing is sent twice.
  await sql`update event_followers set position = 0 where name = 'notifications'`.execute(db);
  await told(ended('start', 'cancelled'));
  expect(await typesOf(all)).toHaveLength(4);
  expect((await events({ eventTypes: ['FailedDeployment'] })).events).toHaveLength(1);
});

it('what is noted of an instance is told with what was said', async () => {
  const id = await channel('all', { eventTypes: ['NoGoodBackup'] });
  await transaction(db, (tx) => insertInstanceEvent(tx, { instanceId: instance, type: 'NoGoodBackup', message: 'there is none' }));
  await read();
  expect(await typesOf(id)).toEqual(['NoGoodBackup']);
  expect((await events({ eventTypes: ['NoGoodBackup'] })).events).toMatchObject([
    { alertType: 'Alarm', eventPayload: { reason: 'there is none' } },
  ]);
});

it('releases and subscriptions of customers are told, a provider’s own subscription is not', async () => {
  const id = await channel('all');
  await sql`insert into organizations (id, name, provider_org_id) values ('org-c', 'C', ${caller.orgId})`.execute(db);
  await sql`insert into users (id, org_id, provider_org_id, email, name, password_hash, role_type)
    values ('user-c', 'org-c', ${caller.orgId}, 'c@example.com', 'Cleo', 'x', 'root')`.execute(db);
  await sql`insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, is_default)
    values ('sub-c', 'org-c', ${caller.orgId}, ${offered.place.planId}, 'user-c', false)`.execute(db);
  const made = (orgId: string): NewEvent => ({
    kind: 'subscription-made',
    subject: 'sub-c',
    payload: { planId: offered.place.planId, orgId },
  });
  const { planId } = offered.place;
  await told(
    { kind: 'subscription-requested', subject: 'subreq-1', payload: { planId, orgId: 'org-c', by: 'user-c' } },
    made('org-c'),
    made(caller.orgId),
    { kind: 'subscription-terminated', subject: 'sub-c', payload: { by: 'user-c' } },
    { kind: 'plan-version-released', subject: planId, payload: { version: '2.0', by: 'u' } },
  );
  expect((await typesOf(id)).toSorted()).toEqual([
    'PlanVersionReleased',
    'UserSubscription',
    'UserSubscriptionRequest',
    'UserSubscriptionTerminated',
  ]);
});

it('events come in pages, by their filters, and to nobody else', async () => {
  const { events: all } = await events();
  expect(all.length).toBeGreaterThan(5);
  const first = await events({ pageSize: 2 });
  const second = await events({ pageSize: 2, nextPageToken: first.nextPageToken });
  expect([...first.events, ...second.events].map(({ eventID }) => eventID)).toEqual(all.slice(0, 4).map(({ eventID }) => eventID));
  expect(first.eventsSummary).toEqual((await events()).eventsSummary);
  const count = async (query: object, as = caller) => (await events(query, as)).events.length;
  expect(await count({ environmentType: 'dev' })).toBe(all.length);
  expect(await count({ environmentType: 'PROD' })).toBe(0);
  expect(await count({ serviceID: offered.place.serviceId, productTierID: offered.place.planId })).toBe(all.length);
  expect(await count({ serviceEnvironmentID: 'se-other' })).toBe(0);
  expect(await count({ startDate: '2100-01-01' })).toBe(0);
  expect(await count({ endDate: '2000-01-01T00:00:00Z' })).toBe(0);
  expect(await count({ eventTypes: ['FailedBackup,FailedUpdate'] })).toBe(2);
  expect(await count({}, { ...caller, orgId: 'org-c' })).toBe(0);
  expect(await count({}, { ...caller, products: [] })).toBe(0);
  expect(await count({}, { ...caller, products: [offered.place.serviceId] })).toBe(all.length);
  await expect(events({ environmentType: 'live' })).rejects.toMatchObject({ code: 'unknown-environment-type' });
  await expect(events({ startDate: 'soon' })).rejects.toMatchObject({ code: 'invalid-date' });
});

it('history and events go after their time, what waits does not', async () => {
  const id = await channel('all');
  await told(ended('create', 'failed'), ended('modify', 'failed'));
  await sql`update notices set at = now() - interval '31 days' where event_type = 'FailedDeployment'`.execute(db);
  await sql`update notification_deliveries set created_at = now() - interval '31 days'`.execute(db);
  await sql`update notification_deliveries set status = 'FAILED', ended_at = now() - interval '31 days'
    where body->>'eventType' = 'FailedDeployment'`.execute(db);
  const limits = { days: 30, limit: 100 };
  expect(await pruneDeliveries(db, limits)).toBe(1);
  expect(await pruneNotices(db, limits)).toBe(2);
  expect(await typesOf(id)).toEqual(['FailedUpdate']);
  expect((await events({ eventTypes: ['FailedDeployment'] })).events).toEqual([]);
  // What has waited for a day is given up.
  expect(await expireDeliveries(db, { hours: 24, limit: 100 })).toBe(1);
  expect((await handlers.listChannelEvents(request({ id }, undefined))).events).toMatchObject([
    { publicationStatus: 'FAILED', channelResponse: { error: 'not delivered within 24 hours' } },
  ]);
});

it('accounts that count, invitations and limits are told, with names and no token', async () => {
  const id = await channel('people', { eventCategories: ['UserEvent'] });
  await sql`update users set verified_at = now() where id = 'user-c'`.execute(db);
  await sql`insert into invitations (id, org_id, user_id, email, role_type, expires_at)
    values ('invitation-1', ${caller.orgId}, 'user-new', 'new@example.com', 'editor', now() + interval '1 day')`.execute(db);
  await sql`insert into subscription_invitations (id, subscription_id, provider_org_id, email, role_type, expires_at)
    values ('inv-1', 'sub-c', ${caller.orgId}, 'mate@example.com', 'reader', now() + interval '1 day')`.execute(db);
  const by = 'user-c';
  const facts: NewEvent[] = [
    { kind: 'user-signed-up', subject: by, payload: { orgId: 'org-c', providerOrgId: caller.orgId } },
    { kind: 'user-signed-up', subject: 'user-gone', payload: { orgId: 'org-c', providerOrgId: caller.orgId } },
    { kind: 'person-invited', subject: 'invitation-1', payload: { orgId: caller.orgId, role: 'editor', by } },
    { kind: 'member-invited', subject: 'sub-c', payload: { invitationId: 'inv-1', role: 'reader', by } },
    { kind: 'quota-near', subject: 'sub-c', payload: { orgId: 'org-c', limit: 5, instances: 4 } },
    { kind: 'quota-reached', subject: 'sub-c', payload: { orgId: 'org-c', limit: 5, instances: 5 } },
  ];
  // Those of one transaction have one time, and no order.
  for (const fact of facts) await told(fact);
  const { events: found } = await events({ eventTypes: ['UserSignUp', 'InviteUser', 'QuotaNear', 'QuotaReached'] });
  expect(
    found.map(({ eventType, alertType, serviceName, eventPayload }) => [eventType, alertType, serviceName, eventPayload]).toReversed(),
  ).toEqual([
    ['UserSignUp', 'Notification', undefined, { userId: by, orgId: 'org-c', email: 'c@example.com', orgName: 'C' }],
    ['InviteUser', 'Notification', undefined, { invitationId: 'invitation-1', email: 'new@example.com', role: 'editor', by }],
    [
      'InviteUser',
      'Notification',
      offered.place.serviceName,
      { subscriptionId: 'sub-c', invitationId: 'inv-1', email: 'mate@example.com', role: 'reader', by },
    ],
    [
      'QuotaNear',
      'Notification',
      offered.place.serviceName,
      { reason: 'Subscription sub-c has 4 of 5 instances.', subscriptionId: 'sub-c', orgId: 'org-c', limit: 5, instances: 4 },
    ],
    [
      'QuotaReached',
      'Alarm',
      offered.place.serviceName,
      { reason: 'Subscription sub-c has 5 of 5 instances.', subscriptionId: 'sub-c', orgId: 'org-c', limit: 5, instances: 5 },
    ],
  ]);
  expect((await typesOf(id)).toSorted()).toEqual(['InviteUser', 'InviteUser', 'QuotaNear', 'QuotaReached', 'UserSignUp']);
  // Of what is about no product, roles for single products see nothing.
  expect((await events({ eventTypes: ['UserSignUp'] }, { ...caller, products: [offered.place.serviceId] })).events).toEqual([]);
});
