import { describe, expect, it } from 'vitest';
import { readRelyingParty } from './relying-party.js';

describe('the site of passkeys', () => {
  it.each([
    [{}, { id: 'localhost', origins: ['http://localhost:8080'] }],
    [{ origins: 'https://console.acme.example' }, { id: 'console.acme.example', origins: ['https://console.acme.example'] }],
    [
      { origins: 'https://console.acme.example/, https://portal.acme.example:8443', id: 'ACME.example' },
      { id: 'acme.example', origins: ['https://console.acme.example', 'https://portal.acme.example:8443'] },
    ],
    [{ origins: 'http://localhost:3000' }, { id: 'localhost', origins: ['http://localhost:3000'] }],
  ])('%j', (set, site) => expect(readRelyingParty(set, 8080)).toEqual(site));

  it.each([
    [{ origins: 'http://console.acme.example' }, 'localhost alone'],
    [{ origins: 'console.acme.example' }, 'CELLPLANE_PASSKEY_ORIGINS has "console.acme.example"'],
    [{ origins: 'https://console.acme.example/path' }, '/path'],
    [{ origins: 'https://192.0.2.1' }, '192.0.2.1'],
    [{ origins: 'https://console.acme.example', id: 'other.example' }, 'not in the domain other.example'],
    [{ origins: 'https://evilacme.example', id: 'acme.example' }, 'not in the domain acme.example'],
    [{ origins: 'https://console.acme.example', id: 'example' }, 'CELLPLANE_PASSKEY_DOMAIN is "example"'],
    [{ id: 'acme.example' }, 'localhost, which is not in'],
  ])('%j is refused', (set, words) => expect(readRelyingParty(set, 8080)).toContain(words));
});
