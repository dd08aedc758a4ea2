import * as fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../log.js';
import { databaseTime, Offset, startDatabaseClock } from './clock.js';
import { testDatabase } from './test-database.testing.js';

const database = await testDatabase();
const { db } = database;
const stops: (() => Promise<void>)[] = [];
afterEach(() => vi.useRealTimers());
afterAll(() => Promise.all(stops.map((stop) => stop())));

const HOUR_MS = 3_600_000;

describe('the time of the database', () => {
  it.each([HOUR_MS, -24 * HOUR_MS])('is told the same by a copy whose own clock is off by %i ms', async (off) => {
    const before = await databaseTime(db);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + off });
    const clock = await startDatabaseClock(db, silentLogger);
    stops.push(() => clock.stop());
    const told = clock.now();
    const after = await databaseTime(db);
    expect(told).toBeLessThanOrEqual(after.getTime());
    // It lags behind by what the question took, at most.
    expect(told).toBeGreaterThan(before.getTime() - 5_000);
  });

  it('goes on inside a transaction', async () => {
    const [first, second] = await db.transaction().execute(async (tx) => {
      const one = await databaseTime(tx);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return [one, await databaseTime(tx)];
    });
    expect(second?.getTime()).toBeGreaterThan(first?.getTime() ?? Infinity);
  });
});

describe('the offset', () => {
  const answers = fc.array(
    fc.record({
      pause: fc.integer({ min: 0, max: 60_000 }),
      there: fc.integer({ min: 0, max: 2_000 }),
      back: fc.integer({ min: 0, max: 2_000 }),
    }),
    { minLength: 1, maxLength: 20 },
  );

  it('is never ahead of the database, and never further behind than the quickest answer took', () => {
    fc.assert(
      fc.property(answers, fc.integer({ min: -1e12, max: 1e12 }), (given, ahead) => {
        let monotonic = 0;
        let quickest = Infinity;
        let offset: Offset | undefined;
        for (const { pause, there, back } of given) {
          const sentAt = monotonic + pause;
          monotonic = sentAt + there + back;
          const next = Offset.of({ sentAt, told: sentAt + there + ahead, answeredAt: monotonic });
          offset = offset === undefined ? next : offset.and(next);
          quickest = Math.min(quickest + (pause + there + back) / 1_000, there + back);
          expect(offset.timeAt(monotonic)).toBeLessThanOrEqual(monotonic + ahead);
          expect(offset.timeAt(monotonic)).toBeGreaterThanOrEqual(Math.floor(monotonic + ahead - quickest - 1));
        }
      }),
    );
  });

  it('follows a database whose clock is set', () => {
    const first = Offset.of({ sentAt: 0, told: 1_000, answeredAt: 10 });
    expect(first.and(Offset.of({ sentAt: 5_000, told: 90_000, answeredAt: 5_010 })).timeAt(5_010)).toBe(90_000);
    expect(first.and(Offset.of({ sentAt: 5_000, told: 10, answeredAt: 5_010 })).timeAt(5_010)).toBe(10);
  });
});
