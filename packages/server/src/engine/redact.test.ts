import { expect, it } from 'vitest';
import { Redactor } from './redact.js';

const redactor = (...secrets: string[]) =>
  new Redactor(Object.fromEntries(secrets.map((value, at) => [`p${at}`, { value, type: 'Password', secret: true, source: '$var.p' }])));

it.each([
  ['postgres', 'postgres'],
  ['postgres', 'postgres://app:postgres@db:5432/app'],
  ['postgres', { deep: [{ password: 'postgres' }] }],
  ['a-long-password', 'xxa-long-passwordxx'],
  ['hunter22', Buffer.from('hunter22').toString('base64')],
])('finds %s in %j', (secret, value) => {
  expect(redactor(secret).holds(value)).toBe(true);
});

it.each([
  ['postgres', 'ghcr.io/cloudnative-pg/postgresql:16'],
  ['postgres', { image: 'mypostgres' }],
  ['1', 'replicas: 1'],
  ['a-long-password', 'another'],
  ['postgres', 7],
])('does not find %s in %j', (secret, value) => {
  expect(redactor(secret).holds(value)).toBe(false);
});

it('finds nothing where nothing is secret', () => {
  expect(new Redactor({ a: { value: 'open', type: 'String', source: '$var.a' } }).holds('open')).toBe(false);
});
