import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usedByDay } from './accrue.js';
import type { Metered } from './metered.js';

const at = (text: string) => new Date(`2026-12-${text}Z`);
const using = (since: Date, amounts: Partial<Metered['amounts']>): Metered => ({
  since: since.getTime(),
  amounts: { cpu: 0, memory: 0, storage: 0, replica: 0, ...amounts },
});

describe('usedByDay', () => {
  it('counts from the look before, or from the beginning of what is there', () => {
    const metered = [using(at('01T00:00:00'), { cpu: 2, replica: 1 }), using(at('03T10:30:00'), { cpu: 4, replica: 1 })];
    expect([...usedByDay(metered, at('03T10:00:00'), at('03T11:00:00'))]).toEqual([
      ['2026-12-03', { cpu: 4, memory: 0, storage: 0, replica: 1.5 }],
    ]);
  });

  it('gives each day its own, and a day without use none', () => {
    const days = usedByDay([using(at('02T18:00:00'), { storage: 10 })], at('01T12:00:00'), at('04T06:00:00'));
    expect([...days].map(([day, { storage }]) => [day, storage])).toEqual([
      ['2026-12-02', 60],
      ['2026-12-03', 240],
      ['2026-12-04', 60],
    ]);
  });

  it('counts nothing twice and leaves nothing out, however often is looked', () => {
    const moment = fc.integer({ min: 0, max: 3 * 86_400_000 });
    fc.assert(
      fc.property(fc.array(moment, { minLength: 2, maxLength: 12 }), moment, (looks, since) => {
        const start = at('01T00:00:00').getTime();
        const times = looks.toSorted((one, other) => one - other).map((one) => new Date(start + one));
        const metered = [using(new Date(start + since), { cpu: 1 })];
        const sum = (from: Date, to: Date) => [...usedByDay(metered, from, to).values()].reduce((all, { cpu }) => all + cpu, 0);
        const parts = times.slice(1).map((to, index) => sum(times[index] as Date, to));
        const whole = sum(times[0] as Date, times.at(-1) as Date);
        expect(parts.reduce((all, one) => all + one, 0)).toBeCloseTo(whole, 6);
      }),
    );
  });
});
