import { describe, expect, it } from 'vitest';
import { textFor } from './pattern-text.js';

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);
const found = (pattern: string, least = 0, most = Infinity) =>
  textFor(pattern, (text) => whole(pattern).test(text) && text.length >= least && text.length <= most);

describe('textFor', () => {
  it.each([
    '[1-9][0-9]*(Mi|Gi|Ti)',
    '[a-z]([-a-z0-9]{0,38}[a-z0-9])?',
    '^https?://.+$',
    '[1-9][0-9]*(\\.[0-9]+)?(-[a-z0-9.-]+)?',
    '(?:\\d{1,3}\\.){3}\\d{1,3}/\\d{2}',
    '[^a-zA-Z0-9]+',
    '\\w+@\\w+\\.(com|org)',
    '(small|large)',
    '[\\]^]x',
    '',
  ])('finds one for %s', (pattern) => {
    expect(found(pattern)).toMatch(whole(pattern));
  });

  it('reaches a length', () => {
    expect(found('[a-z]+', 8)).toBe('aaaaaaaa');
    expect(found('[a-z]{2,5}', 6)).toBeUndefined();
  });

  it('knows the classes of RE2, and says so where it knows no more', () => {
    expect(textFor('[[:upper:]][[:digit:]]', () => true)).toBe('A1');
    expect(found('(?=a)b')).toBeUndefined();
    expect(found('(a')).toBeUndefined();
  });
});
