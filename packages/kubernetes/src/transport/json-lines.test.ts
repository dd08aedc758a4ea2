import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './json-lines.js';

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const lines = fc.array(
      fc.json().map((text) => text.replaceAll('\n', ' ')),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(lines, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (texts, sizes) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const splitter = new LineSplitter(1_000_000);
        const got: string[] = [];
        for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          got.push(...splitter.push(bytes.subarray(from, from + size)));
          from += size;
        }
        expect(got).toEqual(texts);
        expect(splitter.end()).toBe('');
      }),
    );
  });

  it('tells what is left at the end, and leaves out empty lines', () => {
    const splitter = new LineSplitter(100);
    expect(splitter.push(Buffer.from('\n\r\n{"a":1}\n{"b"'))).toEqual(['{"a":1}']);
    expect(splitter.end()).toBe('{"b"');
  });

  it('stops at a line without end', () => {
    const splitter = new LineSplitter(10);
    splitter.push(Buffer.from('123456'));
    expect(() => splitter.push(Buffer.from('7890abc'))).toThrow(RangeError);
    expect(() => new LineSplitter(3).push(Buffer.from('1234\n'))).toThrow(RangeError);
  });
});
