import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAttempt, nextSlot } from './schedule.js';

const HOUR = 3_600_000;
const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2060, 0, 1) }).map((ms) => new Date(ms));
const period = fc.integer({ min: 1, max: 24 * 60 });

describe('nextSlot', () => {
  it('is the first slot after now, whenever that is', () => {
    fc.assert(
      fc.property(time, period, time, (anchor, hours, now) => {
        const next = nextSlot(anchor, hours, now);
        expect(next > now).toBe(true);
        expect(next.getTime() - now.getTime()).toBeLessThanOrEqual(hours * HOUR);
        expect(Math.abs((next.getTime() - anchor.getTime()) % (hours * HOUR))).toBe(0);
      }),
    );
  });

  it('gives a year of hours and of days one backup each, however late each of them is begun', () => {
    fc.assert(
      fc.property(
        time,
        fc.constantFrom(1, 24),
        fc.array(fc.integer({ min: 0, max: 3_000_000 }), { minLength: 1, maxLength: 50 }),
        (anchor, hours, delays) => {
          let next = nextSlot(anchor, hours, anchor);
          let backups = 0;
          const end = anchor.getTime() + 365 * 24 * HOUR;
          while (next.getTime() <= end) {
            // Delays are below an hour: no slot is missed, none doubled, nothing drifts.
            const begun = new Date(next.getTime() + (delays[backups % delays.length] ?? 0));
            backups += 1;
            next = nextSlot(anchor, hours, begun);
          }
          expect(backups).toBe((365 * 24) / hours);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('after a jump of a year gives one backup, then the rhythm as before', () => {
    const anchor = new Date('2030-01-01T00:10:00Z');
    expect(nextSlot(anchor, 1, new Date('2031-01-01T00:30:00Z'))).toEqual(new Date('2031-01-01T01:10:00Z'));
  });
});

describe('nextAttempt', () => {
  it('waits a minute, doubles, and ends at six hours', () => {
    const now = new Date(0);
    const minutes = (failures: number) => (nextAttempt(failures, now).getTime() - now.getTime()) / 60_000;
    expect([1, 2, 3, 9, 10, 1_000].map(minutes)).toEqual([1, 2, 4, 256, 360, 360]);
  });
});
