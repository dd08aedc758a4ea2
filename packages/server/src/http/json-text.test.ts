import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTextError, parseJsonText } from './json-text.js';

function placeOf(text: string): string {
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonTextError) return `${error.line}:${error.column}`;
    throw error;
  }
  return 'fine';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('parseJsonText', () => {
  it.each([
    ['{"a": 1', '1:8'],
    ['', '1:1'],
    ['{"a" 1}', '1:6'],
    ['{\n  "a": tru\n}', '2:8'],
    ['[1,]', '1:4'],
    ['{"a":1,}', '1:8'],
    ['[1}', '1:3'],
    ['1 2', '1:3'],
    ['"a\nb"', '1:1'],
    ['{a: 1}', '1:2'],
    ['01', '1:2'],
    [']', '1:1'],
  ])('finds the place in %j', (text, place) => {
    expect(placeOf(text)).toBe(place);
  });

  it.each([
    ['a text of a megabyte', `{"a":"${'a'.repeat(1_000_000)}" 1}`, '1:1000009'],
    ['escapes', `{"a":"${String.raw`\n`.repeat(500_000)}" 1}`, '1:1000009'],
    ['line ends', `{${'\n'.repeat(1_000_000)}x`, '1000001:1'],
    ['digits', `${'1'.repeat(1_000_000)}x`, '1:1000001'],
    ['an unfinished text', `{"a":"${'a'.repeat(1_000_000)}`, '1:6'],
    ['levels', '['.repeat(1_000_000), '1:201'],
    ['values', `[${'1,'.repeat(100_000)}1]`, '1:100000'],
    ['members', `{${Array.from({ length: 60_000 }, () => '"":1').join(',')}}`, '1:250000'],
  ])('takes no more than one look at %s', (_, text, place) => {
    const before = process.cpuUsage();
    expect(placeOf(text)).toBe(place);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });

  it('says which limit a text is beyond', () => {
    expect(() => parseJsonText(`${'['.repeat(201)}${']'.repeat(201)}`)).toThrow('more than 200 levels deep at line 1, column 201');
    expect(() => parseJsonText(`[${'[],'.repeat(50_000)}1]`)).toThrow('more than 50000 values');
    expect(parseJsonText(`${'['.repeat(200)}${']'.repeat(200)}`)).toHaveLength(1);
  });

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJsonText(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never fails otherwise, and places every error inside the text', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (text, at, inserted) => {
        const broken = text.slice(0, at % (text.length + 1)) + inserted + text.slice(at % (text.length + 1));
        expect(placeOf(broken)).toMatch(isJson(broken) ? /^fine$/ : /^\d+:\d+$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
