import { expect, it } from 'vitest';
import { notFound } from './errors.js';

it.each([
  ['API key', 'api-key-not-found'],
  ['subscription request', 'subscription-request-not-found'],
  ['instance', 'instance-not-found'],
])('what is not found has a code in small letters: %s', (what, code) => {
  expect(notFound(what, 'x')).toMatchObject({ kind: 'not_found', code });
});
