import { describe, expect, it } from 'vitest';
import { lastWords, masked } from './words.js';

describe('masked', () => {
  it('hides the longer secret first, and what a Secret makes of it; one or two letters protect nothing', () => {
    expect(masked('abcdef abc ab', ['abc', 'abcdef', 'ab'])).toBe('*** *** ab');
    expect(masked(`data: ${Buffer.from('swordfish').toString('base64')}`, ['swordfish'])).toBe('data: ***');
  });
});

describe('the last words', () => {
  it('are the end of what was said, also of a secret that came in two parts', () => {
    const words = lastWords(['swordfish']);
    words.add('the password is sword');
    expect(words.changed).toBe(true);
    words.add('fish\0.');
    expect(words.text()).toBe('the password is ***.');
    expect(words.changed).toBe(false);
  });

  it('are bounded, and never begin with the end of a secret', () => {
    const words = lastWords(['swordfish']);
    for (let line = 0; line < 40_000; line += 1) words.add('swordfish ');
    expect(words.text().length).toBeLessThanOrEqual(16_384);
    expect(words.text().replaceAll('*** ', '')).toBe('');
    for (let line = 0; line < 40_000; line += 1) words.add('word ');
    expect(words.text()).toHaveLength(16_384);
  });
});
