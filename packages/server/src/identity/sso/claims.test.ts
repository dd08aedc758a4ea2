import { describe, expect, it } from 'vitest';
import { readClaims } from './claims.js';

const provider = { type: 'OIDC' as const, emailDomains: ['acme.example'], trustsEmail: false, groupsClaim: 'groups' };
const of = (claims: object, more: object = {}) => readClaims({ ...provider, ...more }, { sub: '1', ...claims });

describe('an address', () => {
  it('is verified where the identity provider says so, in whichever words', () => {
    for (const email_verified of [true, 'true', 1])
      expect(of({ email: 'Ada@Acme.example', email_verified })).toMatchObject({ email: 'ada@acme.example', isEmailVerified: true });
    for (const email_verified of [false, 'false', 0, 'yes', {}, undefined, null])
      expect(of({ email: 'ada@acme.example', email_verified })?.isEmailVerified).toBe(false);
  });

  it('is believed unsaid only of domains that are trusted, never against what is said', () => {
    const trusts = { trustsEmail: true };
    expect(of({ email: 'ada@acme.example' }, trusts)?.isEmailVerified).toBe(true);
    expect(of({ email: 'ada@other.example' }, trusts)?.isEmailVerified).toBe(false);
    expect(of({ email: 'ada@acme.example', email_verified: false }, trusts)?.isEmailVerified).toBe(false);
  });

  it('of Entra counts only if Microsoft knows who owns the domain', () => {
    const entra = { type: 'Microsoft Entra' };
    expect(of({ email: 'ada@acme.example', email_verified: true }, entra)?.isEmailVerified).toBe(false);
    expect(of({ email: 'ada@acme.example', xms_edov: true }, entra)?.isEmailVerified).toBe(true);
  });

  it('with letters that look like others is none', () => {
    for (const email of ['аda@acme.example', 'ada@аcme.example', 'ada@acme.example\u200b', 'ada', 7, ['ada@acme.example']])
      expect(of({ email, email_verified: true })).toMatchObject({ email: undefined, isEmailVerified: false });
  });
});

it('a subject is a text that can be kept', () => {
  for (const sub of ['', 7, undefined, 'x'.repeat(256), 'ä', 'a\nb']) expect(of({ sub })).toBeUndefined();
  expect(of({ sub: 'auth0|5f' })?.subject).toBe('auth0|5f');
});

it('groups are a list, or names with commas; a name is one line', () => {
  expect(of({ groups: ['a', 7, 'b', ''] })?.groups).toEqual(['a', 'b']);
  expect(of({ roles: 'a, b' }, { groupsClaim: 'roles' })?.groups).toEqual(['a', 'b']);
  expect(of({ groups: { a: 1 } })?.groups).toEqual([]);
  expect(of({ name: 'Ada\n\u202eLovelace' })?.name).toBe('Ada  Lovelace');
  expect(of({ email: 'ada@acme.example' })?.name).toBe('ada');
  expect(of({})?.name).toBe('Unnamed');
});
