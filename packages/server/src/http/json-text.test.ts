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
        expect(placeOf(broken)).toMatch(/^fine$|^\d+:\d+$/);
      }),
    );
  });
});
