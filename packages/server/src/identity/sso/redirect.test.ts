import { expect, it } from 'vitest';
import { mayRedirect, readRedirectUrl, usualRedirectUrl } from './redirect.js';

const configured = { portalUrl: 'https://portal.example/app', redirectUrls: ['https://other.example/back'] };

it.each([
  ['https://portal.example/app/idp-auth', true],
  ['https://other.example/back', true],
  ['http://127.0.0.1:5123/callback', true],
  ['http://[::1]:5123/callback', true],
  ['http://localhost:5123/', true],
  ['https://other.example/back/more', false],
  ['https://portal.example/application', false],
  ['https://portal.example/', false],
  ['http://portal.example/app/idp-auth', false],
  ['https://portal.example.evil.example/app/idp-auth', false],
  ['https://evil.example/?https://portal.example/app/', false],
  ['http://127.0.0.1.evil.example/', false],
  ['http://localhost.evil.example/', false],
  ['https://127.0.0.1/', false],
])('%s: %s', (url, isAllowed) => {
  expect(mayRedirect(url, configured)).toBe(isAllowed);
});

it.each([
  '',
  '/idp-auth',
  '//portal.example/idp-auth',
  'javascript:alert(1)',
  'https://user@portal.example/app/idp-auth',
  'https://portal.example/app/../idp-auth',
  'https://portal.example\\@evil.example/',
  'https://portal.example/app/idp-auth#x',
  'https://portal.example/app/idp-auth?x=1',
  'https://portal.example/a b',
  'https://PORTAL.example/app/idp-auth',
  `https://portal.example/${'a'.repeat(2_048)}`,
])('%s is no address to come back to', (text) => {
  expect(() => readRedirectUrl(text, 'redirectUrl')).toThrow('redirectUrl "');
});

it('without an address it is the portal’s', () => {
  expect(usualRedirectUrl('https://portal.example')).toBe('https://portal.example/idp-auth');
  expect(() => usualRedirectUrl(undefined)).toThrow('CELLPLANE_PORTAL_URL');
});
