import { describe, expect, it } from 'vitest';
import { TimeLimitError, withTimeLimit } from './time-limit.js';

describe('a time limit', () => {
  it('gives the result, and passes on what is thrown', () => {
    expect(withTimeLimit(1000, () => ({ a: 1 }))).toEqual({ a: 1 });
    expect(withTimeLimit(1000, () => undefined)).toBeUndefined();
    expect(() => withTimeLimit(1000, () => JSON.parse('{'))).toThrow(SyntaxError);
  });

  it('stops a pattern that would run for hours, again and again', () => {
    const hours = () => /^(?:(a+)+$)$/u.test(`${'a'.repeat(60)}!`);
    expect(() => withTimeLimit(20, hours)).toThrow(TimeLimitError);
    expect(() => withTimeLimit(20, hours)).toThrow(TimeLimitError);
    expect(withTimeLimit(1000, () => 5)).toBe(5);
  });

  it('counts only while the processor was there for the work', () => {
    let tries = 0;
    const first = () => {
      tries += 1;
      return tries > 1 || /^(?:(a+)+$)$/u.test(`${'a'.repeat(60)}!`);
    };
    expect(withTimeLimit(20, first, () => 0)).toBe(true);
    expect(tries).toBe(2);
    const never = () => /^(?:(a+)+$)$/u.test(`${'a'.repeat(60)}!`);
    expect(() => withTimeLimit(20, never, () => 0)).toThrow(TimeLimitError);
  });
});
