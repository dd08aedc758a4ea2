import { expect, it } from 'vitest';
import { duration, relativeTime } from './moment';

it.each([
  [960, '1 s'],
  [420, '0.4 s'],
  [3, '0.1 s'],
  [0, '0 s'],
  [3_600_000, '1 h'],
  [5 * 60_000, '5 min'],
  [2 * 86_400_000, '2 d'],
  [80_000, '1 min 20 s'],
  [3 * 3_600_000 + 300_000, '3 h 5 min'],
  [75 * 3_600_000, '3 d 3 h'],
  [-5, '0 s'],
])('%i ms are %s', (milliseconds, words) => expect(duration(milliseconds)).toBe(words));

it('times are told in the largest unit that they fill', () => {
  const now = new Date('2026-01-02T00:00:00Z');
  const at = (text: string) => relativeTime(new Date(text), now);
  expect([
    at('2026-01-01T23:59:30Z'),
    at('2026-01-01T23:57:00Z'),
    at('2026-01-02T02:30:00Z'),
    at('2025-12-30T00:00:00Z'),
    at('2026-01-02T00:00:01Z'),
  ]).toEqual(['30 seconds ago', '3 minutes ago', 'in 2 hours', '3 days ago', 'now']);
});
