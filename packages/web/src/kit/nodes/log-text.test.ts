import { describe, expect, it } from 'vitest';
import { cutAt, levelOf, linesWith } from './log-text';

const lines = ['a Cat sat', 'the cat', 'a dog'].map((text) => ({ at: '', text }));

describe('the search in a log', () => {
  it('finds lines with all words, and keeps their places', () => {
    expect(linesWith(lines, 'cat a').map(({ index }) => index)).toEqual([0, 1]);
    expect(linesWith(lines, 'a dog').map(({ index }) => index)).toEqual([2]);
    expect(linesWith(lines, ' ')).toHaveLength(3);
  });

  it('shows where they stand, whatever characters they have', () => {
    expect(cutAt('a Cat, a cat', 'cat')).toEqual(['a ', 'Cat', ', a ', 'cat', '']);
    expect(cutAt('f(x) = [1]', '(x) [1]')).toEqual(['f', '(x)', ' = ', '[1]', '']);
    expect(cutAt('abc', '')).toEqual(['abc']);
  });

  it.each([
    ['{"level":"error","msg":"x"}', 'bad'],
    ['2026 FATAL: no', 'bad'],
    ['WARNING: nearly', 'odd'],
    ['errorless and terrors', undefined],
  ])('%s is %s', (text, level) => expect(levelOf(text)).toBe(level));
});
