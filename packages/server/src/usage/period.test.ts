import { describe, expect, it } from 'vitest';
import { boundsOf } from './day.js';
import { readPeriod } from './period.js';

const NOW = new Date('2026-12-03T10:00:00Z');

describe('readPeriod', () => {
  it.each([
    [{}, { from: '2026-12-01', to: '2026-12-03' }],
    [{ to: '2026-11-20' }, { from: '2026-11-01', to: '2026-11-20' }],
    [{ from: '2026-11-15' }, { from: '2026-11-15', to: '2026-12-03' }],
    [
      { from: '2026-12-03T01:00:00+02:00', to: '2026-12-03T09:00:00Z' },
      { from: '2026-12-02', to: '2026-12-03' },
    ],
    [
      { from: '2026-12-02T15:00:00Z', to: '2026-12-02' },
      { from: '2026-12-02', to: '2026-12-02' },
    ],
  ])('reads %j', (given, period) => {
    expect(readPeriod(given, NOW)).toEqual(period);
  });

  it.each([
    [{ from: '2026-12-03', to: '2026-12-01' }, 'invalid-period'],
    [{ from: '2024-01-01', to: '2026-12-01' }, 'invalid-period'],
    [{ from: 'last week' }, 'invalid-date'],
    [{ to: '2026-02-30' }, 'invalid-date'],
  ])('refuses %j', (given, code) => {
    expect(() => readPeriod(given, NOW)).toThrow(expect.objectContaining({ code }));
  });

  it('names the field as the client knows it', () => {
    expect(() => readPeriod({ from: 'x' }, NOW, { from: 'startDate', to: 'endDate' })).toThrow('startDate "x" is not a date');
  });
});

it('a day has its bounds', () => {
  expect(boundsOf('2026-12-31')).toEqual({ startTime: '2026-12-31T00:00:00.000Z', endTime: '2027-01-01T00:00:00.000Z' });
});
