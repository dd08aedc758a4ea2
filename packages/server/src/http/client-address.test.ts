import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientAddress, type Networks, readNetworks } from './client-address.js';

function networks(text: string): Networks {
  const read = readNetworks(text);
  if ('wrong' in read) throw new Error(read.wrong);
  return read.networks;
}

describe('address of a client', () => {
  const proxies = networks('10.0.0.0/8, ::1');

  it.each([
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
    ['fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
    [undefined, undefined, 'unknown'],
    // Said by somebody who is no proxy.
    ['192.0.2.1', '198.51.100.7', '192.0.2.1'],
    // Said by a proxy; what its own client said before counts for nothing.
    ['10.1.2.3', '198.51.100.7', '198.51.100.7'],
    ['::ffff:10.1.2.3', '1.1.1.1, 198.51.100.7', '198.51.100.7'],
    ['::1', '198.51.100.7, 10.9.9.9', '198.51.100.7'],
    ['10.1.2.3', '198.51.100.7:4711', '198.51.100.7'],
    ['10.1.2.3', '[2001:db8:1:2::9]:4711', '2001:db8:1:2::/64'],
    ['10.1.2.3', 'nonsense', '10.1.2.3'],
    ['10.1.2.3', '', '10.1.2.3'],
    ['10.1.2.3', '10.4.4.4', '10.4.4.4'],
  ])('is found for %s with %s', (remote, forwarded, expected) => {
    expect(clientAddress(proxies, remote, forwarded)).toBe(expected);
  });

  it('never moves for what a client says itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (said) => {
        expect(clientAddress(proxies, '192.0.2.1', said)).toBe('192.0.2.1');
        expect(clientAddress(proxies, '10.0.0.1', `${said}, 198.51.100.7`)).toBe('198.51.100.7');
      }),
    );
  });
});

describe('networks of proxies', () => {
  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/8/8', '1.2.3', '::1/129', '10.0.0.0/x'])('does not take %s', (text) => {
    expect(readNetworks(`127.0.0.1, ${text}`)).toEqual({ wrong: text });
  });
});
