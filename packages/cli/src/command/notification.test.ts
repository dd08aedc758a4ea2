import { describe, expect, it } from 'vitest';
import type { StubServer } from '../context.testing.js';
import { fleet } from './fleet.testing.js';

const subscription = { alertTypes: ['Alarm'], environmentTypes: [], eventCategories: [], eventPriorities: [], eventTypes: [] };
const CHANNEL = {
  id: 'channel-1',
  name: 'ops',
  channelType: 'webhook',
  subscription,
  webhook: { method: 'POST', url: 'https://a.example/***' },
};
const event = (more: object) => ({ id: 'event-1', timestamp: 't', publicationStatus: 'PENDING', body: { eventType: 'Test' }, ...more });

function answers(history: object[] = []): StubServer {
  return ({ method, path }) => {
    if (path === '/fleet/notification-channel') return { body: method === 'POST' ? JSON.stringify('channel-1') : { channels: [CHANNEL] } };
    if (path === '/fleet/notification-channel/channel-1/event-history') return { body: { events: history } };
    if (path === '/api/notification-channels/channel-1/test') return { body: { id: 'event-1' } };
    if (path === '/fleet/operations/events')
      return {
        body: { events: [{ time: 't', eventType: 'FailedBackup', priority: 'High', eventPayload: { reason: 'full' } }], eventsSummary: {} },
      };
    return undefined;
  };
}

describe('notification channel', () => {
  it('create sends what the options say, and prints the signing secret that it has set', async () => {
    const line = await fleet(answers());
    const filters = ['--alert-type', 'Alarm', '--priority', 'High', 'Critical'];
    const fields = ['--header', 'Authorization: Bearer a:b', '--field', 'team=data', 'level=3'];
    const { code, out } = await line.run(
      'notification',
      'channel',
      'create',
      'ops',
      '--webhook',
      'https://a.example/x',
      ...filters,
      ...fields,
    );
    expect(code).toBe(0);
    const [made, signed] = line.changes;
    expect(made).toEqual([
      'POST /fleet/notification-channel',
      {
        name: 'ops',
        subscription: { ...subscription, eventPriorities: ['High', 'Critical'] },
        webhook: {
          method: 'POST',
          url: 'https://a.example/x',
          headers: { Authorization: 'Bearer a:b' },
          additionalBodyParameters: { team: 'data', level: 3 },
        },
      },
    ]);
    const { signingSecret } = (signed?.[1] ?? {}) as { signingSecret?: string };
    expect([signed?.[0], signingSecret]).toEqual([
      'PUT /api/notification-channels/channel-1/signing-secret',
      expect.stringMatching(/^[0-9a-f]{48}$/),
    ]);
    expect(out).toContain(signingSecret);
  });

  it('create refuses a header without a value', async () => {
    const line = await fleet(answers());
    const { code, err } = await line.run('notification', 'channel', 'create', 'ops', '--webhook', 'https://a.example', '--header', 'x');
    expect([code, err, line.changes]).toEqual([1, expect.stringContaining('is not NAME:VALUE'), []]);
  });

  it('list and describe show where a channel sends to and what it takes', async () => {
    const line = await fleet(answers());
    expect((await line.run('notification', 'channel', 'list')).out).toMatch(
      /channel-1 +ops +webhook +POST https:\/\/a\.example\/\*\*\* +Alarm/,
    );
    expect((await line.run('notification', 'channel', 'describe', 'OPS')).out).toContain('channel-1');
    expect(await line.run('notification', 'channel', 'describe', 'dev')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is: ops'),
    });
  });

  it('delete asks first', async () => {
    const line = await fleet(answers());
    expect(await line.run('notification', 'channel', 'delete', 'ops')).toMatchObject({ code: 1, err: expect.stringContaining('--yes') });
    expect((await line.run('notification', 'channel', 'delete', 'ops', '--yes')).code).toBe(0);
    expect(line.changes.map(([what]) => what)).toEqual(['DELETE /fleet/notification-channel/channel-1']);
  });

  it('test says whether the event arrived', async () => {
    const arrived = await fleet(answers([event({ publicationStatus: 'DELIVERED', channelResponse: { attempts: 1, statusCode: 204 } })]));
    expect(await arrived.run('notification', 'channel', 'test', 'ops')).toMatchObject({ code: 0, out: 'The test event arrived: 204.\n' });
    const failed = await fleet(answers([event({ channelResponse: { attempts: 1, statusCode: 500, error: 'the receiver answered 500' } })]));
    const { code, err } = await failed.run('notification', 'channel', 'test', 'ops');
    expect([code, err]).toEqual([1, expect.stringContaining('The test event did not arrive: the receiver answered 500.')]);
  });

  it('sign sets a new secret', async () => {
    const line = await fleet(answers());
    const { out } = await line.run('notification', 'channel', 'sign', 'ops', '-o', 'json');
    expect(line.changes).toEqual([
      [
        'PUT /api/notification-channels/channel-1/signing-secret',
        { signingSecret: (JSON.parse(out) as { signingSecret: string }).signingSecret },
      ],
    ]);
  });
});

it('notification history and replay, and events', async () => {
  const line = await fleet(answers([event({ channelResponse: { attempts: 2, error: 'no answer within 10 s' } })]));
  expect((await line.run('notification', 'history', 'ops')).out).toMatch(/event-1 +t +Test +PENDING +2 +no answer within 10 s/);
  expect((await line.run('notification', 'replay', 'event-1')).code).toBe(0);
  expect(line.changes).toEqual([['POST /fleet/notification-event/event-1/replay', undefined]]);
  expect((await line.run('events', '--type', 'FailedBackup', 'FailedUpdate')).out).toMatch(/FailedBackup +High .*full/);
});
