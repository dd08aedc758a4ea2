import { expect, it } from 'vitest';
import { expiryOf } from './browser-session';

it('a token expires by this browser’s clock, however wrong that is', () => {
  const payload = Buffer.from(JSON.stringify({ iat: 1_000, exp: 1_900 })).toString('base64url');
  expect(expiryOf(`x.${payload}.y`, 50_000)).toBe(950_000);
});
