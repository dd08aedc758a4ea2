import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../json.js';
import { jsonLength, MAX_JSON_DEPTH } from './json-size.js';
import { valueText } from '../value-text.js';

const MOST = 1_000_000;

/** A list that counts how often its first item is read. */
function counted(): { list: Json[]; reads: () => number } {
  let reads = 0;
  const list: Json[] = ['a', 'b'];
  Object.defineProperty(list, 0, { enumerable: true, get: () => (reads++, 'a') });
  return { list, reads: () => reads };
}

describe('the length of a JSON text', () => {
  it('is that of JSON.stringify, the first time and later', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const length = JSON.stringify(value).length;
        expect([jsonLength(value as Json, MOST), jsonLength(value as Json, MOST)]).toEqual([length, length]);
      }),
    );
  });

  it('is endless beyond what is asked for, also of a list that was measured before with more', () => {
    const list = Array.from({ length: 100 }, () => 'x');
    expect(jsonLength(list, 100)).toBe(Number.POSITIVE_INFINITY);
    expect(jsonLength(list, MOST)).toBe(401);
    expect(jsonLength(list, 400)).toBe(Number.POSITIVE_INFINITY);
    let deep: Json = 1;
    for (let level = 0; level <= MAX_JSON_DEPTH; level += 1) deep = [deep];
    expect(jsonLength(deep, MOST)).toBe(Number.POSITIVE_INFINITY);
  });

  it('and the text itself are made once of a list that is asked for again and again', () => {
    const { list, reads } = counted();
    jsonLength(list, MOST);
    valueText(list);
    const once = reads();
    for (let step = 0; step < 100; step += 1) {
      jsonLength(list, MOST);
      expect(valueText(list)).toBe('["a","b"]');
    }
    expect(reads()).toBe(once);
  });
});
