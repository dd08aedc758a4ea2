import { expect, it } from 'vitest';
import { messageOf } from './message.js';

const notice = {
  eventID: 'event-1',
  eventType: 'FailedBackup',
  eventCategory: 'InstanceEvent',
  alertType: 'Alarm',
  priority: 'High',
  scope: 'Instance',
  time: '2030-01-01T00:00:00.000Z',
  expiryTime: '2030-01-31T00:00:00.000Z',
  eventPayload: { reason: 'a <b> & c' },
  instanceID: 'instance-1',
  serviceName: 'Postgres',
  serviceEnvironmentType: 'PROD',
};
const addressed = { deliveryId: 'event-2', notice, now: new Date('2030-01-01T00:00:00.000Z'), secrets: [] };

it('Slack gets a text, in which nothing of ours is markup of Slack', () => {
  const { url, method, body } = messageOf({ type: 'slack', url: 'https://hooks.slack.com/x' }, addressed);
  expect([url, method]).toEqual(['https://hooks.slack.com/x', 'POST']);
  expect(JSON.parse(body)).toEqual({ text: '*FailedBackup: instance-1 of Postgres, PROD* (Alarm, High)\na &lt;b&gt; &amp; c' });
});

it('PagerDuty gets an incident, the same one however often it is sent', () => {
  const { url, body } = messageOf({ type: 'pagerDuty', integrationKey: 'key' }, addressed);
  expect(url).toBe('https://events.pagerduty.com/v2/enqueue');
  expect(JSON.parse(body)).toMatchObject({
    routing_key: 'key',
    event_action: 'trigger',
    dedup_key: 'event-1',
    payload: { summary: 'FailedBackup: instance-1 of Postgres, PROD', source: 'instance-1', severity: 'error', group: 'Postgres' },
  });
});

it('further members of a webhook say what the event says; its own members stay its own', () => {
  const extra = { text: '{{ $var.Type }} of {{ $var.InstanceID }}', eventID: '{{ $var.id }}', fixed: 1 };
  const { body } = messageOf({ type: 'webhook', method: 'POST', url: 'https://a.example/', headers: {}, extra }, addressed);
  expect(JSON.parse(body)).toEqual({ ...notice, text: 'FailedBackup of instance-1', fixed: 1 });
});

it('an unsigned webhook has no signature', () => {
  const target = { type: 'webhook', method: 'POST', url: 'https://a.example/', headers: {}, extra: {} } as const;
  expect(Object.keys(messageOf(target, addressed).headers)).not.toContain('Cellplane-Signature');
});
