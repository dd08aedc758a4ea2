import { expect, it } from 'vitest';
import { challengeOf, deriveStateKey, makeState, readState, secretsOf } from './state.js';

const key = deriveStateKey(Buffer.alloc(32, 1));
const of = { identityProviderId: 'idp-0123456789', redirectUrl: 'https://portal.example/idp-auth', challenge: 'c'.repeat(43) };

it('a state is of one identity provider, one address to come back to, and one challenge', () => {
  const state = makeState(key, of, 1_000.9);
  expect(readState(key, state, of)).toEqual({ identityProviderId: 'idp-0123456789', madeAt: 1_000 });
  expect(makeState(key, of, 1_000)).not.toBe(state);
  expect(readState(key, state, { ...of, redirectUrl: 'https://portal.example/other' })).toBeUndefined();
  expect(readState(key, state, { ...of, challenge: '' })).toBeUndefined();
  expect(readState(deriveStateKey(Buffer.alloc(32, 2)), state, of)).toBeUndefined();
});

it('whatever is changed in it makes it nobody’s', () => {
  const state = makeState(key, of, 1_000);
  const changed = Array.from(state, (letter, at) => `${state.slice(0, at)}${letter === 'a' ? 'b' : 'a'}${state.slice(at + 1)}`);
  expect(changed.filter((one) => readState(key, one, of) !== undefined)).toEqual([]);
  for (const text of ['', '.', state.slice(1), `${state}a`, `${state}\n`, 'x'.repeat(10_000)])
    expect(readState(key, text, of)).toBeUndefined();
});

it('verifier and nonce are of the state and the key, and tell nothing of each other', () => {
  const [one, other] = [makeState(key, of, 1_000), makeState(key, of, 1_000)];
  expect(secretsOf(key, one)).toEqual(secretsOf(key, one));
  const all = [secretsOf(key, one), secretsOf(key, other), secretsOf(deriveStateKey(Buffer.alloc(32, 2)), one)].flatMap(Object.values);
  expect(new Set(all).size).toBe(6);
  expect(all.filter((text) => !/^[\w-]{43}$/.test(text as string))).toEqual([]);
});

it('a challenge is that of RFC 7636', () => {
  expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});
