import { describe, expect, it } from 'vitest';
import { parseMoment, readDate } from './moment.js';

describe('a moment', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    [' 2026-01-31t12:00:00.5z ', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31 12:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2028-02-29T23:59:59-0130', '2028-03-01T01:29:59.000Z'],
  ])('is read from %s', (text, moment) => {
    expect(parseMoment(text)?.toISOString()).toBe(moment);
    expect(readDate(text, 'startDate').toISOString()).toBe(moment);
  });

  it.each(['', '5', '-1', 'yesterday', '2026-01-31T12:00:00', '2026-02-30T12:00:00Z', '2026-01-31T24:00:00Z', '2026-01-31T12:60:00Z'])(
    'is not read from "%s"',
    (text) => {
      expect(parseMoment(text)).toBeUndefined();
      expect(() => readDate(text, 'startDate')).toThrow(`startDate "${text}" is not a date`);
    },
  );

  it('may be a day where a list begins or ends', () => {
    expect(readDate('2026-02-28', 'endDate').toISOString()).toBe('2026-02-28T00:00:00.000Z');
    expect(() => readDate('2026-02-30', 'endDate')).toThrow('endDate "2026-02-30" is not a date');
    expect(parseMoment('2026-02-28')).toBeUndefined();
  });
});
