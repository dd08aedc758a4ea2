import { expect, it } from 'vitest';
import { daysOf, lastMonths } from './months';

it('months go back over the end of a year', () => {
  expect(lastMonths(new Date('2026-02-28T23:59:00Z'), 3)).toEqual(['2026-02', '2026-01', '2025-12']);
});

it('a month has its days', () => {
  expect(daysOf('2026-12')).toEqual({ from: '2026-12-01', to: '2026-12-31' });
  expect(daysOf('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
});
