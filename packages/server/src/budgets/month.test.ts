import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DailyCost, dueAlerts, EXPECTED, firstDayOf, lateMonthOf, spendingOf, spentIn } from './month.js';

const at = (text: string) => new Date(text);
const days = (from: number, to: number, cost: number, month = '2026-12'): DailyCost[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ day: `${month}-${String(from + index).padStart(2, '0')}`, cost }));

describe('what a month costs', () => {
  it('is what was spent since its first day, UTC, and not before', () => {
    const now = at('2026-12-03T12:00:00Z');
    expect(firstDayOf(now)).toBe('2026-11-01');
    expect(firstDayOf(at('2026-12-05T00:00:00Z'))).toBe('2026-11-28');
    expect(firstDayOf(at('2026-12-31T23:59:59Z'))).toBe('2026-12-01');
    expect(spendingOf([...days(26, 30, 9, '2026-11'), ...days(1, 3, 2)], now)).toMatchObject({
      from: '2026-12-01',
      to: '2026-12-31',
      spent: 6,
    });
  });

  it('is expected to go on as in the last days', () => {
    // 1 a day for ten days; half of the eleventh day has passed.
    const now = at('2026-12-11T12:00:00Z');
    const { spent, expected } = spendingOf([...days(1, 10, 1), { day: '2026-12-11', cost: 0.5 }], now);
    expect(spent).toBe(10.5);
    expect(expected).toBeCloseTo(31, 6);
  });

  it('counts what has become dearer at its present rate, and what has ended not any more', () => {
    const now = at('2026-12-20T12:00:00Z');
    const dearer = [...days(1, 12, 1), ...days(13, 19, 5), { day: '2026-12-20', cost: 2.5 }];
    expect(spendingOf(dearer, now).expected).toBeCloseTo(49.5 + 11.5 * 5, 6);
    expect(spendingOf(days(1, 5, 10), now)).toMatchObject({ spent: 50, expected: 50 });
  });

  it('expects nothing of what has ended before the month; at the beginning of a day it is not known yet', () => {
    const ended = days(25, 30, 10, '2026-11');
    expect(spendingOf(ended, at('2026-12-01T00:05:00Z'))).toEqual({ from: '2026-12-01', to: '2026-12-31', spent: 0 });
    expect(spendingOf(ended, at('2026-12-01T02:00:00Z')).expected).toBe(0);
  });

  it('of the month before is looked at as long as its use may still be counted', () => {
    expect(lateMonthOf(at('2027-01-03T23:59:59Z'))).toEqual({ from: '2026-12-01', to: '2026-12-31' });
    expect(lateMonthOf(at('2027-03-01T00:00:00Z'))).toEqual({ from: '2027-02-01', to: '2027-02-28' });
    expect(lateMonthOf(at('2027-01-04T00:00:00Z'))).toBeUndefined();
    const both = [...days(29, 30, 7, '2026-11'), ...days(1, 2, 1)];
    expect(spentIn({ from: '2026-11-01', to: '2026-11-30' }, both)).toBe(14);
  });

  it('does not take the day on which the use began for a whole one, and expects nothing before a whole day has passed', () => {
    const began = [{ day: '2026-12-10', cost: 0.1 }];
    expect(spendingOf([...began, { day: '2026-12-11', cost: 1.5 }], at('2026-12-11T12:00:00Z')).expected).toBeUndefined();
    const now = at('2026-12-13T12:00:00Z');
    expect(spendingOf([...began, ...days(11, 12, 2), { day: '2026-12-13', cost: 1 }], now).expected).toBeCloseTo(5.1 + 18.5 * 2, 6);
  });

  it('is not known where nothing has a price', () => {
    const now = at('2026-12-11T12:00:00Z');
    expect(spendingOf([], now).spent).toBe(0);
    expect(spendingOf([{ day: '2026-12-10', cost: null }], now)).toEqual({ from: '2026-12-01', to: '2026-12-31', spent: null });
  });

  it('is never expected to be less than what was spent', () => {
    const day = fc.record({
      day: fc.constantFrom(...days(1, 31, 0).map((one) => one.day)),
      cost: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    });
    const now = fc.integer({ min: Date.parse('2026-12-01T00:00:00Z'), max: Date.parse('2026-12-31T23:59:59.999Z') });
    fc.assert(
      fc.property(fc.uniqueArray(day, { selector: (one) => one.day }), now, (given, time) => {
        const moment = new Date(time);
        const until = given.filter((one) => one.day <= moment.toISOString().slice(0, 10));
        const { spent, expected = Infinity } = spendingOf(until, moment);
        expect(expected).toBeGreaterThanOrEqual(spent ?? 0);
      }),
    );
  });
});

describe('alerts', () => {
  const budget = { amount: 100, alertPercents: [100, 50, 80], alertExpected: true };

  it('are due at the parts that are reached', () => {
    expect(dueAlerts(budget, { spent: 49.99 })).toEqual([]);
    expect(dueAlerts(budget, { spent: 50 })).toEqual([50]);
    expect(dueAlerts(budget, { spent: 250 })).toEqual([50, 80, 100]);
    expect(dueAlerts(budget, { spent: null })).toEqual([]);
    // Sums of binary fractions.
    const { spent } = spendingOf(days(1, 10, 0.1), at('2026-12-20T00:00:00Z'));
    expect(dueAlerts({ ...budget, amount: 1 }, { spent })).toEqual([50, 80, 100]);
    expect(dueAlerts({ amount: 1, alertPercents: [29], alertExpected: false }, { spent: 0.29 })).toEqual([29]);
  });

  it('tell of what is expected as long as it has not come', () => {
    expect(dueAlerts(budget, { spent: 10, expected: 100 })).toEqual([]);
    expect(dueAlerts(budget, { spent: 60, expected: 101 })).toEqual([EXPECTED, 50]);
    expect(dueAlerts(budget, { spent: 100, expected: 200 })).toEqual([50, 80, 100]);
    expect(dueAlerts({ ...budget, alertExpected: false }, { spent: 10, expected: 101 })).toEqual([]);
  });
});
