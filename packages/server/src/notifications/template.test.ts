import { expect, it } from 'vitest';
import { isMemberItself, literalsOf, rendered, templateFault } from './template.js';

const notice = {
  eventID: 'event-1',
  eventType: 'FailedBackup',
  eventCategory: 'InstanceEvent',
  alertType: 'Alarm',
  priority: 'High',
  scope: 'Instance',
  time: '2030-01-01T00:00:00.000Z',
  expiryTime: '2030-01-31T00:00:00.000Z',
  eventPayload: { reason: 'no {{ $var.Type }} and "quotes"', n: 1 },
  instanceID: 'instance-1',
  serviceName: 'Postgres',
};

it('names are replaced by what the event says, in texts at any depth; what it does not have is empty', () => {
  const template = {
    text: '{{ $var.Type }} of {{$var.InstanceID}} ({{ $var.ServiceID }}): {{ $var.Name }}',
    list: ['{{ $var.CreatedAt }}', { deep: '{{   $var.Priority   }}', number: 7, none: null, yes: true }],
    whole: ' {{ $var.Payload }} ',
    part: 'payload {{ $var.Payload }}',
    '{{ $var.id }}': 'keys stay',
  };
  expect(rendered(template, notice)).toEqual({
    text: 'FailedBackup of instance-1 (): FailedBackup: instance-1 of Postgres',
    list: ['2030-01-01T00:00:00.000Z', { deep: 'High', number: 7, none: null, yes: true }],
    whole: notice.eventPayload,
    part: `payload ${JSON.stringify(notice.eventPayload)}`,
    '{{ $var.id }}': 'keys stay',
  });
});

it('a value that looks like a template, or like a replacement, is not read again', () => {
  expect(rendered('{{ $var.Description }}', notice)).toBe('no {{ $var.Type }} and "quotes"');
  const odd = { ...notice, eventType: '$& $1 $$ {{ $var.id }}' };
  expect(rendered('<{{ $var.Type }}>', odd)).toBe('<$& $1 $$ {{ $var.id }}>');
});

it.each([
  [{ a: { b: ['ok', '{{ $var.Nothing }}'] } }, 'extra.a.b[1]', /there is no variable "Nothing": use one of id, Type, /],
  [{ a: '{{ $var.constructor }}' }, 'extra.a', /there is no variable "constructor"/],
  [{ a: '{{ $var.Payload.reason }}' }, 'extra.a', /there is no variable "Payload.reason"/],
  [{ a: '{{ $var.type }}' }, 'extra.a', /there is no variable "type"/],
  [{ a: '{{ Type }}' }, 'extra.a', /"\{\{ Type \}\}" is no template: write \{\{ \$var.NAME \}\}/],
  [{ a: '{{}}' }, 'extra.a', /is no template/],
  [{ a: 'x {{ $var.Type' }, 'extra.a', /has "\{\{" that no "\}\}" closes/],
  [{ a: '{{ $var.id }}'.repeat(101) }, 'extra.a', /more than 100 templates/],
])('%j is refused by its place', (value, field, message) => {
  expect(templateFault(value, 'extra')).toMatchObject({ field, message: expect.stringMatching(message) as string });
});

it('what is right has no fault, and many braces cost little', () => {
  expect(templateFault({ a: '{{ $var.id }}', b: 'c }} d { e', c: 1, d: null, e: ['{{$var.serviceName}}'] }, 'extra')).toBeUndefined();
  const before = process.cpuUsage();
  expect(templateFault({ a: '{{'.repeat(200_000) }, 'extra')).toBeDefined();
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
});

it('a member of the event may be named with what it says itself', () => {
  expect(isMemberItself('eventID', '{{ $var.id }}')).toBe(true);
  expect(isMemberItself('eventID', '{{ $var.eventID }}')).toBe(true);
  expect(isMemberItself('eventID', '{{ $var.Type }}')).toBe(false);
  expect(isMemberItself('eventID', 'x{{ $var.id }}')).toBe(false);
  expect(isMemberItself('time', 1)).toBe(false);
});

it('of a text its owner has written what stands beside the templates', () => {
  expect(literalsOf({ a: 'token {{ $var.id }} end', b: ['x'], c: 1 })).toEqual(['token ', ' end', 'x']);
});
