import { describe, expect, it } from 'vitest';
import { newSecret, otpauthUrl, stepOf } from './totp.js';

/** RFC 6238, appendix B: the ASCII text "12345678901234567890" as base32, and of its codes of eight digits the last six. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VECTORS = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;
const at = (seconds: number) => new Date(seconds * 1_000);

describe('codes of apps', () => {
  it.each(VECTORS)('at %i s it is %s', (seconds, code) => {
    expect(stepOf(code, SECRET, at(seconds), null)).toBe(Math.floor(seconds / 30));
  });

  it('count a step early and a step late, and no further', () => {
    const [seconds, code] = VECTORS[3];
    const step = Math.floor(seconds / 30);
    const accepted = [-2, -1, 0, 1, 2].map((steps) => stepOf(code, SECRET, at(seconds + steps * 30), null));
    expect(accepted).toEqual([undefined, step, step, step, undefined]);
  });

  it('of a step that was used, or of one before it, are refused', () => {
    const [seconds, code] = VECTORS[0];
    const step = Math.floor(seconds / 30);
    expect([step - 1, step, step + 1].map((last) => stepOf(code, SECRET, at(seconds), last))).toEqual([step, undefined, undefined]);
  });

  it.each(['287083', '', '28708', '2870820', 'abcdef'])('refuses %j', (code) => {
    expect(stepOf(code, SECRET, at(59), null)).toBeUndefined();
  });
});

it('an address has what an app needs', () => {
  const secret = newSecret();
  const url = new URL(otpauthUrl(secret, 'ada+1@example.com'));
  expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual(['otpauth:', 'totp', '/Cellplane:ada+1@example.com']);
  expect(Object.fromEntries(url.searchParams)).toEqual({ issuer: 'Cellplane', secret, algorithm: 'SHA1', digits: '6', period: '30' });
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
});
