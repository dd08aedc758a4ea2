import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { useSimulatedCell } from '../cells/default-cell.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import {
  claimDrift,
  type DriftCounts,
  failDrift,
  finishDrift,
  renewDrift,
  scheduleDrift,
  selectDriftAges,
  selectDriftCounts,
} from './pass-store.js';

const { db } = await testDatabase();
const sealer = createSealer(randomBytes(32));
const { id: cellId, key } = await useSimulatedCell(
  { db, sealer, log: silentLogger },
  { access: { server: 'http://127.0.0.1:1' }, folder: '/nowhere' },
);
const COUNTS: DriftCounts = { instances: 3, objects: 9, looked: 1, troubled: 0, requests: 5, took: 20 };
const HOUR = 3_600_000;

beforeEach(async () => {
  await sql`delete from drift_passes`.execute(db);
});
const due = () => sql`update drift_passes set next_at = now()`.execute(db);
const secondsToNext = async () =>
  (await sql<{ seconds: number }>`select extract(epoch from next_at - now())::float8 as seconds from drift_passes`.execute(db)).rows[0]
    ?.seconds ?? -1;

describe('drift passes', () => {
  it('come within the interval at first, and an interval that was made shorter counts at once', async () => {
    await scheduleDrift(db, HOUR);
    const seconds = await secondsToNext();
    expect(seconds).toBeGreaterThanOrEqual(-1);
    expect(seconds).toBeLessThanOrEqual(3_600);
    await sql`update drift_passes set next_at = now() + interval '1 day'`.execute(db);
    await scheduleDrift(db, 60_000);
    expect(await secondsToNext()).toBeLessThanOrEqual(60);
  });

  it('are one process’s at a time, until its lease runs out', async () => {
    await scheduleDrift(db, HOUR);
    await due();
    const claims = await Promise.all(['a', 'b', 'c'].map((owner) => claimDrift(db, owner, [])));
    expect(claims.flat()).toEqual([{ cellId }]);
    const owner = ['a', 'b', 'c'].find((_, at) => claims[at]?.length === 1) ?? '';
    expect(await renewDrift(db, owner, cellId)).toBe(true);
    expect(await renewDrift(db, 'somebody', cellId)).toBe(false);
    await sql`update drift_passes set lease_until = now() - interval '1 second'`.execute(db);
    expect(await claimDrift(db, 'd', [])).toEqual([{ cellId }]);
    // The one that was too slow says nothing any more.
    await finishDrift(db, owner, cellId, { intervalMs: HOUR, counts: COUNTS });
    expect(await selectDriftCounts(db, 'objects')).toEqual({});
    await finishDrift(db, 'd', cellId, { intervalMs: HOUR, counts: COUNTS });
    expect(await selectDriftCounts(db, 'objects')).toEqual({ [key]: 9 });
    expect((await selectDriftAges(db))[key]).toBeLessThan(60);
  });

  it('come again after the interval, a tenth more or less; sooner after one that failed', async () => {
    await scheduleDrift(db, HOUR);
    await due();
    await claimDrift(db, 'a', []);
    await finishDrift(db, 'a', cellId, { intervalMs: HOUR, counts: COUNTS });
    const seconds = await secondsToNext();
    expect(seconds).toBeGreaterThan(3_200);
    expect(seconds).toBeLessThan(3_961);
    await due();
    await claimDrift(db, 'a', []);
    await failDrift(db, 'a', cellId, { intervalMs: HOUR, message: 'the cell is away' });
    expect(await secondsToNext()).toBeLessThanOrEqual(60);
  });

  it('leave a cell alone that does not answer, and one that this process is at already', async () => {
    await scheduleDrift(db, HOUR);
    await due();
    expect(await claimDrift(db, 'a', [cellId])).toEqual([]);
    await sql`update deployment_cells set status = 'DISCONNECTED'`.execute(db);
    expect(await claimDrift(db, 'a', [])).toEqual([]);
    await sql`update deployment_cells set status = 'RUNNING'`.execute(db);
  });
});
