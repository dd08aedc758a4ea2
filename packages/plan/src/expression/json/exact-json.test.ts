import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inexactNumbers, jsonNumbers, readJson } from './exact-json.js';
import { isExactNumber } from './exact-number.js';

describe('isExactNumber', () => {
  it.each([
    '0',
    '-0',
    '1',
    '0.1',
    '1.50',
    '1e3',
    '1E+21',
    '9007199254740992',
    '-9007199254740991',
    '0.30000000000000004',
    '1e-7',
    '100000000000000000000',
  ])('%s is', (literal) => {
    expect(isExactNumber(literal)).toBe(true);
  });
  it.each([
    '9007199254740993',
    '12345678901234567890',
    '-12345678901234567890',
    '0.1234567890123456789',
    '1e400',
    '1e-400',
    '5e-325',
    '1.00000000000000000001',
  ])('%s is not', (literal) => {
    expect(isExactNumber(literal)).toBe(false);
  });
  it('is true of every number as JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(isExactNumber(String(number))).toBe(true);
      }),
    );
  });
  it('of whole numbers says whether JSON writes them with the same digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (whole) => {
        expect(isExactNumber(String(whole))).toBe(sameShortest(whole));
      }),
    );
  });
});

/** What JSON writes for the nearest double is this number again. */
function sameShortest(whole: bigint): boolean {
  const [mantissa = '', power = '0'] = JSON.stringify(Number(whole)).split('e+');
  const [digits = '', decimals = ''] = mantissa.split('.');
  return BigInt(`${digits}${decimals.padEnd(Number(power), '0')}`) === whole;
}

describe('readJson', () => {
  it('keeps the digits of what would be rounded, as text, and nothing else', () => {
    const text =
      '{"a": 12345678901234567890, "b": [1, 0.1234567890123456789, "9007199254740993 \\" 1e999"], "c": {"d\\"": -9007199254740993}, "e": 1e3}';
    expect(readJson(text)).toEqual({
      a: '12345678901234567890',
      b: [1, '0.1234567890123456789', '9007199254740993 " 1e999'],
      c: { 'd"': '-9007199254740993' },
      e: 1000,
    });
    expect(readJson('9007199254740993')).toBe('9007199254740993');
  });

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});

it('numbers are named by their path', () => {
  const text = '{"a": {"b": [1, {"c": 12345678901234567890}]}, "12345678901234567890": "x", "d": 9007199254740993}';
  expect(inexactNumbers(text).map(({ path, literal }) => `${path} ${literal}`)).toEqual([
    'a.b[1].c 12345678901234567890',
    'd 9007199254740993',
  ]);
  expect(jsonNumbers('[[], {}, -1.50, [2]]').map(({ path, literal }) => `${path} ${literal}`)).toEqual(['[2] -1.50', '[3][0] 2']);
});

it('only the numbers that are wanted are named, and no more than asked for', () => {
  const text = '{"a": [1.0, 2, 3.0], "b": 4.0}';
  const named = (options: Parameters<typeof jsonNumbers>[1]) => jsonNumbers(text, options).map(({ path }) => path);
  expect(named({ wanted: (literal) => literal.endsWith('.0') })).toEqual(['a[0]', 'a[2]', 'b']);
  expect(named({ wanted: (_, level) => level === 1 })).toEqual(['b']);
  expect(named({ most: 2 })).toEqual(['a[0]', 'a[1]']);
});
