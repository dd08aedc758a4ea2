import { expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { notificationHandlers } from './handlers.js';
import { ALL, openNotifications } from './notifications.testing.js';

const { db } = await testDatabase();
const { caller, handlers, sealer, ask, webhook } = await openNotifications(db);
const strict = notificationHandlers({ db, sealer, rules: { privateTargets: false, mail: false } });
const describeChannel = (id: string, as = caller) => handlers.describeNotificationChannel(ask({ id }, undefined, as));
const update = (id: string, body: object, as = caller) => handlers.updateNotificationChannel(ask({ id }, body, as));
const make = (body: object, on = strict) => on.createNotificationChannel(ask({}, { name: 'x', subscription: ALL, ...body }));

it('a channel is shown without its secrets, stored without them in clear, and keeps masked ones that come back', async () => {
  const id = await webhook('Ops', 'https://hooks.example.com/T0KEN?key=K3Y', {
    headers: { Authorization: 'Bearer S3CRET' },
    additionalBodyParameters: { routing: 'R0UTE' },
  });
  expect(id).toMatch(/^channel-/);
  const shown = await describeChannel(id);
  expect(shown).toMatchObject({
    channelType: 'webhook',
    webhook: {
      method: 'POST',
      url: 'https://hooks.example.com/***',
      headers: { Authorization: '***' },
      additionalBodyParameters: { routing: '***' },
    },
  });
  const { rows } = await sql<{ text: string }>`select row_to_json(c)::text as text, sealed_target from notification_channels c`.execute(db);
  expect(JSON.stringify(rows)).not.toMatch(/T0KEN|K3Y|S3CRET|R0UTE/);
  await update(id, { webhook: { ...shown.webhook, method: 'PUT', headers: { ...shown.webhook?.headers, 'X-New': 'yes' } } });
  const opened = async () => {
    const { openTarget } = await import('./channel.js');
    const { selectChannel } = await import('./channel-store.js');
    const row = await selectChannel(db, caller.orgId, id);
    return row === undefined ? undefined : openTarget(sealer, row);
  };
  expect(await opened()).toEqual({
    type: 'webhook',
    method: 'PUT',
    url: 'https://hooks.example.com/T0KEN?key=K3Y',
    headers: { Authorization: 'Bearer S3CRET', 'X-New': 'yes' },
    extra: { routing: 'R0UTE' },
  });
  await update(id, { name: 'Operations', subscription: { ...ALL, alertTypes: ['alarm', 'Alarm'] } });
  expect(await describeChannel(id)).toMatchObject({ name: 'Operations', subscription: { alertTypes: ['Alarm'] } });
  await expect(update(id, { slack: { webhookUrl: 'https://hooks.slack.com/x' } })).rejects.toMatchObject({ code: 'invalid-channel' });
});

it('a stored secret is not sent to another host: whoever changes the URL gives headers and members again', async () => {
  const id = await webhook('Moves', 'https://hooks.example.com/T0KEN', {
    headers: { Authorization: 'Bearer S3CRET' },
    additionalBodyParameters: { routing: 'R0UTE' },
  });
  const elsewhere = (more: object) => update(id, { webhook: { method: 'POST', url: 'https://evil.example/', ...more } });
  await expect(elsewhere({ headers: { Authorization: '***' } })).rejects.toMatchObject({
    kind: 'bad_request',
    details: [{ field: 'webhook.headers.Authorization' }],
  });
  await expect(elsewhere({ additionalBodyParameters: { routing: '***' } })).rejects.toMatchObject({
    details: [{ field: 'webhook.additionalBodyParameters.routing' }],
  });
  await update(id, {
    webhook: { method: 'POST', url: 'https://hooks.example.com/N3W', headers: { Authorization: '***', constructor: '***' } },
  });
  expect(await describeChannel(id)).toMatchObject({ webhook: { headers: { Authorization: '***', constructor: '***' } } });
  await elsewhere({ headers: { Authorization: 'Bearer other' } });
});

it('Slack and PagerDuty channels mask their address and key', async () => {
  const slack = await make({ name: 'slack', slack: { webhookUrl: 'https://hooks.slack.com/services/T0/B0/X' } });
  const pager = await make({ name: 'pager', pagerDuty: { integrationKey: 'abcdef0123456789' } });
  expect(await describeChannel(slack)).toMatchObject({ channelType: 'slack', slack: { webhookUrl: 'https://hooks.slack.com/***' } });
  expect(await describeChannel(pager)).toMatchObject({ channelType: 'pagerDuty', pagerDuty: { integrationKey: '***' } });
  await update(pager, { pagerDuty: { integrationKey: '***' } });
  await update(slack, { slack: { webhookUrl: 'https://hooks.slack.com/***' } });
  const secret = { signingSecret: 'a-secret-of-24-characters' };
  await expect(handlers.setSigningSecret(ask({ id: slack }, secret))).rejects.toMatchObject({ code: 'channel-not-signed' });
});

it.each<[object, string]>([
  [{}, 'Say where the channel sends to'],
  [{ slack: { webhookUrl: 'https://a.example/' }, email: { to: 'a@example.com' } }, 'not email and slack'],
  [{ email: { to: 'a@example.com' } }, 'there are no e-mail channels'],
  [{ webhook: { method: 'GET', url: 'https://a.example/' } }, 'webhook.method is "GET"; use one of POST, PUT, PATCH'],
  [{ webhook: { method: 'POST', url: 'file:///etc/passwd' } }, 'must begin with https:// or http://'],
  [{ webhook: { method: 'POST', url: 'gopher://a.example' } }, 'must begin with'],
  [{ webhook: { method: 'POST', url: 'hooks' } }, 'is no URL'],
  [{ webhook: { method: 'POST', url: 'https://me:pw@a.example/' } }, 'has a user or password in it'],
  [{ webhook: { method: 'POST', url: 'http://127.1/' } }, 'private network'],
  [{ webhook: { method: 'POST', url: 'http://[::ffff:10.0.0.1]/' } }, 'private network'],
  [{ webhook: { method: 'POST', url: 'http://[::a00:1]/' } }, 'private network'],
  [{ webhook: { method: 'POST', url: 'http://169.254.169.254/latest' } }, 'private network'],
  [{ slack: { webhookUrl: 'http://2130706433/' } }, 'private network'],
  [{ webhook: { method: 'POST', url: 'https://a.example/', headers: { Host: 'b' } } }, 'The header Host is set by Cellplane'],
  [{ webhook: { method: 'POST', url: 'https://a.example/', headers: { 'cellplane-signature': 'b' } } }, 'is set by Cellplane'],
  [{ webhook: { method: 'POST', url: 'https://a.example/', headers: { a: 'b\r\nc: d' } } }, 'cannot be sent as a header'],
  [{ webhook: { method: 'POST', url: 'https://a.example/', headers: { 'a b': 'c' } } }, 'cannot be sent as a header'],
  [{ webhook: { method: 'POST', url: 'https://a.example/', additionalBodyParameters: { time: 1 } } }, 'a member of every event'],
  [
    { webhook: { method: 'POST', url: 'https://a.example/', additionalBodyParameters: { eventID: '{{ $var.Type }}' } } },
    'a member of every event',
  ],
  [
    { webhook: { method: 'POST', url: 'https://a.example/', additionalBodyParameters: { a: { b: ['{{ $var.nope }}'] } } } },
    'webhook.additionalBodyParameters.a.b[0]: there is no variable "nope"',
  ],
  [{ pagerDuty: { integrationKey: 'no key' } }, 'pagerDuty.integrationKey'],
  [{ slack: { webhookUrl: 'https://a.example/' }, subscription: { ...ALL, eventTypes: ['LowDiskSpace'] } }, 'use FailedDeployment'],
  [{ slack: { webhookUrl: 'https://a.example/' }, name: ' ' }, 'name must have'],
])('%j is refused', async (body, message) => {
  await expect(make(body)).rejects.toMatchObject({ kind: 'bad_request', message: expect.stringContaining(message) });
});

it('a name is one channel’s, also when two ask at once', async () => {
  const both = await Promise.allSettled([webhook('Twice', 'https://a.example/'), webhook('twice', 'https://a.example/')]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const id = await webhook('Other', 'https://a.example/');
  await expect(update(id, { name: 'TWICE' })).rejects.toMatchObject({ kind: 'invalid_state', code: 'channel-name-taken' });
});

it('there are a hundred channels at most, also when many ask at once', async () => {
  await sql`insert into notification_channels (id, provider_org_id, name, channel_type, subscription, sealed_target)
    select 'channel-' || n, ${caller.orgId}, 'n' || n, 'slack', '{}', '' from generate_series(1, 98 - (select count(*)::int from notification_channels)) n`.execute(
    db,
  );
  const asked = ['na', 'nb', 'nc', 'nd', 'ne'].map((name) => webhook(name, 'https://a.example/'));
  const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(3);
  expect(refused[0]).toMatchObject({ reason: { code: 'too-many-channels' } });
  await sql`delete from notification_channels where name like 'n%'`.execute(db);
});

it('another provider’s channels look like none', async () => {
  await sql`insert into organizations (id, name) values ('org-other', 'Other')`.execute(db);
  const stranger = { ...caller, orgId: 'org-other' };
  const id = await webhook('Mine', 'https://a.example/');
  const { id: event } = await handlers.testNotificationChannel(ask({ id }, undefined));
  const notFound = { kind: 'not_found' };
  expect(await handlers.listNotificationChannels(ask({}, undefined, stranger))).toEqual({ channels: [] });
  await expect(describeChannel(id, stranger)).rejects.toMatchObject(notFound);
  await expect(update(id, { name: 'Theirs' }, stranger)).rejects.toMatchObject(notFound);
  await expect(handlers.deleteNotificationChannel(ask({ id }, undefined, stranger))).rejects.toMatchObject(notFound);
  await expect(handlers.listChannelEvents(ask({ id }, undefined, stranger))).rejects.toMatchObject(notFound);
  await expect(handlers.testNotificationChannel(ask({ id }, undefined, stranger))).rejects.toMatchObject(notFound);
  await expect(handlers.replayNotificationEvent(ask({ id: event }, undefined, stranger))).rejects.toMatchObject(notFound);
  await expect(handlers.setSigningSecret(ask({ id }, { signingSecret: 'x'.repeat(24) }, stranger))).rejects.toMatchObject(notFound);
  await handlers.deleteNotificationChannel(ask({ id }, undefined));
  await expect(describeChannel(id)).rejects.toMatchObject(notFound);
});

it('the types of events are listed by category', async () => {
  const { categoryTypeMap } = await handlers.listEventCategoryTypes(ask({}, undefined));
  expect(categoryTypeMap).toMatchObject({ UserEvent: expect.arrayContaining(['UserSubscription']), IdentityProviderEvent: [] });
});
