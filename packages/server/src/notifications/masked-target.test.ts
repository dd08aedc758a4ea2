import { expect, it } from 'vitest';
import { secretsOf, withoutSecrets } from './masked-target.js';

const target = {
  type: 'webhook' as const,
  method: 'POST',
  url: 'https://hooks.example.com/hooks/T0KENT0KEN/a%20path%20part?key=K3YK3YK3Y',
  headers: { Authorization: 'Bearer S3CRETS3CRET', 'X-Short': 'abc' },
  extra: { routing: { key: 'R0UTER0UTE' }, list: ['L1STL1ST'], on: true },
};

it.each([
  ['unknown token S3CRETS3CRET', 'unknown token ***'],
  ['Authorization: Bearer S3CRETS3CRET', 'Authorization: ***'],
  ['no hook T0KENT0KEN of "a path part"', 'no hook *** of "***"'],
  ['K3YK3YK3Y, R0UTER0UTE, L1STL1ST', '***, ***, ***'],
  ['POST /hooks/T0KENT0KEN/a%20path%20part?key=K3YK3YK3Y', 'POST ***'],
  ['abc is fine, and so are hooks', 'abc is fine, and so are hooks'],
])('of what a receiver answers, %j, readers see %j', (text, seen) => {
  expect(withoutSecrets(text, secretsOf(target)).replace(/\*{6,}/, '***')).toBe(seen);
});
