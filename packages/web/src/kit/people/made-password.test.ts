import { expect, it } from 'vitest';
import { madePassword } from './made-password';

it('a made password has four groups of letters that are not taken for one another, and is another each time', () => {
  const made = Array.from({ length: 50 }, () => madePassword());
  for (const password of made) expect(password).toMatch(/^(?:[a-km-zA-HJ-NP-Z2-9]{5}-){3}[a-km-zA-HJ-NP-Z2-9]{5}$/);
  expect(new Set(made).size).toBe(50);
});

it('takes no letter more often than another: bytes beyond the last whole round are left out', () => {
  const all = Uint8Array.from({ length: 32 }, () => 255);
  let asked = 0;
  madePassword((count) => (asked++ === 0 ? all : new Uint8Array(count)));
  expect(asked).toBe(2);
});
