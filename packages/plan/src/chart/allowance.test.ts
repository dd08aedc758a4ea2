import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AllowedSource, readAllowedSource, sourceFault } from './allowance.js';
import { readChartAddress } from './reference.js';

const allowed = (...entries: string[]): AllowedSource[] =>
  entries.map((entry) => {
    const read = readAllowedSource(entry);
    if (read === undefined) throw new Error(`${entry} is no entry`);
    return read;
  });

function faultOf(address: string, entries: string[], resolved?: string[]): string | undefined {
  const read = readChartAddress(address);
  if (!read.ok) throw new Error(read.fault.message);
  return sourceFault(read.at, allowed(...entries), resolved);
}

describe('what the operator of an installation allows', () => {
  it.each([
    ['https://10.1.2.3', '10.0.0.0/8', undefined],
    ['https://11.1.2.3:8443', '10.0.0.0/8', undefined],
    ['https://192.168.1.1', '10.0.0.0/8', 'not-public'],
    ['http://10.1.2.3', '10.0.0.0/8', 'not-public'],
    ['http://10.1.2.3', 'http://10.0.0.0/8', undefined],
    ['http://127.0.0.1:8879', 'http://127.0.0.1:8879', undefined],
    ['http://127.0.0.1:8880', 'http://127.0.0.1:8879', 'not-public'],
    ['http://127.1:8879', 'http://127.0.0.1', undefined],
    ['http://[::ffff:7f00:1]:8879', 'http://127.0.0.1', undefined],
    ['https://[fd00::1]', 'fd00::/8', undefined],
    ['https://[fd00::1]:8443', '[fd00::1]:8443', undefined],
    ['https://[fd00::2]', 'fd00::1', 'not-public'],
    ['https://charts.corp.internal', 'charts.corp.internal', undefined],
    ['https://charts.corp.internal', '*.corp.internal', undefined],
    ['https://corp.internal', '*.corp.internal', 'not-public'],
    ['https://evilcorp.internal', '*.corp.internal', 'not-public'],
    ['http://charts.example.com', 'charts.example.com', 'unencrypted'],
    ['http://charts.example.com', 'http://charts.example.com', undefined],
    ['http://charts.example.com:81', 'http://charts.example.com:80', 'unencrypted'],
    ['oci://registry.internal/x', 'oci://REGISTRY.internal', undefined],
  ])('%s with %s', (address, entry, fault) => {
    expect(faultOf(address, [entry])).toBe(fault);
  });

  it('is judged by every address that a name stands for', () => {
    expect(faultOf('https://c.example', [], ['8.8.8.8', '2606:4700::1111'])).toBeUndefined();
    expect(faultOf('https://c.example', [], ['8.8.8.8', '127.0.0.1'])).toBe('not-public');
    expect(faultOf('https://c.example', [], ['::ffff:10.0.0.1'])).toBe('not-public');
    expect(faultOf('https://c.example', ['10.0.0.0/8'], ['10.0.0.1', '8.8.8.8'])).toBeUndefined();
    expect(faultOf('https://c.example', ['10.0.0.0/8'], ['10.0.0.1', '192.168.0.1'])).toBe('not-public');
    expect(faultOf('https://c.example', ['c.example'], ['192.168.0.1'])).toBeUndefined();
    expect(faultOf('http://c.example', ['http://10.0.0.0/8'], ['8.8.8.8'])).toBe('unencrypted');
    expect(faultOf('http://c.example', ['http://10.0.0.0/8'], ['10.0.0.1'])).toBeUndefined();
    // Until its addresses are known, a network that is allowed may be where it stands.
    expect(faultOf('http://c.example', ['http://10.0.0.0/8'])).toBeUndefined();
    expect(faultOf('https://c.internal', ['10.0.0.0/8'])).toBeUndefined();
    expect(faultOf('https://c.internal', [])).toBe('not-public');
  });

  it.each(['', 'https://', 'a b', '10.0.0.0/33', 'user@host', 'host/path', '*', '-x', 'http://[::1', 'x:99999999'])(
    'is not %j',
    (entry) => {
      expect(readAllowedSource(entry)).toBeUndefined();
    },
  );

  it('is never needed for what is public, and always for what is not, in whatever form an IPv4 address is written', () => {
    const forms = (a: number, b: number, c: number, d: number): string[] => {
      const number = ((a * 256 + b) * 256 + c) * 256 + d;
      const hex = (n: number) => n.toString(16).padStart(2, '0');
      return [
        `${a}.${b}.${c}.${d}`,
        String(number),
        `0x${number.toString(16)}`,
        `${a}.${(b * 256 + c) * 256 + d}`,
        `[::ffff:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}]`,
        // As older networks carried them; with a zero in front they would be other addresses.
        ...(a === 0 ? [] : [`[::${hex(a)}${hex(b)}:${hex(c)}${hex(d)}]`]),
      ];
    };
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.constantFrom(10, 127, 0), byte, byte, byte, (a, b, c, d) => {
        for (const host of forms(a, b, c, d)) expect(faultOf(`https://${host}/x`, [])).toBe('not-public');
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(8, 34, 93), byte, byte, byte, (a, b, c, d) => {
        for (const host of forms(a, b, c, d)) expect(faultOf(`https://${host}/x`, [])).toBeUndefined();
      }),
    );
  });

  it('is read from any text without a fault of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readAllowedSource(text)?.unencrypted ?? false).toEqual(expect.any(Boolean));
        expect(readChartAddress(text)).toHaveProperty('ok');
      }),
    );
  });
});
