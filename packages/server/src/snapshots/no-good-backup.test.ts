/** Backups never stop in silence: by what is there and how the product is, not by the status of its instance. */
import { ApiError } from '@cellplane/kubernetes';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { runVerb } from '../lifecycle/requests/change-instance.js';
import { selectInstanceEvents } from '../instances/instance-event-store.js';
import { selectInstance } from '../instances/store.js';
import { countFailing } from './schedule-store.js';
import { copySnapshot } from './copy-snapshot.js';
import { selectReviews, selectSchedule } from './schedule-store.js';
import { backupPlan, DAY, HOUR, openSnapshotWorld } from './snapshots.testing.js';
import { requestSnapshot } from './take-snapshot.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openSnapshotWorld(database);
const { deps, caller, snapshots, clock, behaviour } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
const plan = await world.offer(backupPlan({ name: 'Hourly', policy: { period: 1, retention: 1 } }));
const parameters = { password: 'customer-password' };

beforeEach(() => {
  behaviour.backup = 'succeed';
  behaviour.removal = 'succeed';
});

/** Runs, and was backed up once by schedule. */
async function backedUp(): Promise<{ id: string; snapshotId: string }> {
  const id = await world.create(plan, { parameters });
  await world.reach(id, 'RUNNING');
  await world.atRest(id);
  await world.alone(id);
  clock.advance(HOUR);
  await world.sweep();
  await world.atRest(id);
  const [snapshot] = await world.live(id);
  expect(snapshot).toMatchObject({ origin: 'periodic', status: 'COMPLETE' });
  return { id, snapshotId: snapshot?.id ?? '' };
}

const fail = (id: string) =>
  sql`update instances set status = 'FAILED', status_message = 'modify failed: no' where id = ${id}`.execute(deps.db);
const warnings = async (id: string) => (await selectInstance(deps.db, id))?.warnings;
const events = async (id: string) => (await selectInstanceEvents(deps.db, id, 10)).map((event) => event.type);
const withoutGood = async () => (await countFailing(deps.db)).withoutGood;

describe('an instance that is FAILED while its database runs', () => {
  it('is backed up by schedule, and its old snapshots go once there are newer ones', async () => {
    const { id, snapshotId } = await backedUp();
    await fail(id);
    clock.advance(HOUR);
    expect(await world.sweep()).toMatchObject({ backups: 1, skipped: 0 });
    await world.atRest(id);
    expect(await world.live(id)).toMatchObject([{ status: 'COMPLETE' }, { id: snapshotId }]);
    expect(await warnings(id)).toEqual([]);
    await sql`update snapshots set expires_at = ${clock.now} where id = ${snapshotId}`.execute(deps.db);
    expect(await world.sweep()).toMatchObject({ removals: 1 });
    await world.snapshotIs(snapshotId, 'DELETED');
    await world.atRest(id);
  });

  it('whose backups fail says since when there is no good one, once as an event, and counts until there is one again', async () => {
    const { id, snapshotId } = await backedUp();
    const since = (await world.snapshotIs(snapshotId, 'COMPLETE')).takenAt;
    await fail(id);
    behaviour.backup = 'fail';
    const before = await withoutGood();
    for (let slot = 1; slot <= 3; slot++) {
      clock.advance(HOUR);
      expect(await world.sweep()).toMatchObject({ backups: 1 });
      await world.atRest(id);
    }
    const said = `no good backup since ${since.toISOString()}`;
    expect(await warnings(id)).toEqual([expect.stringContaining(`backup: ${said}: the last automated backup failed (3 times in a row): `)]);
    expect(await events(id)).toEqual(['NoGoodBackup']);
    expect(await withoutGood()).toBe(before + 1);
    expect(await selectSchedule(deps.db, id)).toMatchObject({ noGoodSince: since });
    const [times] = [...(await deps.snapshots.backupTimes(deps.db, [{ instanceId: id, retentionDays: 1 }])).values()];
    expect(times).toMatchObject({ noGoodBackupSince: since });

    behaviour.backup = 'succeed';
    clock.advance(HOUR);
    await world.sweep();
    await world.atRest(id);
    expect(await warnings(id)).toEqual([]);
    expect(await events(id)).toEqual(['GoodBackup', 'NoGoodBackup']);
    expect(await withoutGood()).toBe(before);
  });
});

describe('retention', () => {
  it.each(['RUNNING', 'FAILED', 'STOPPED'])(
    'leaves a %s instance its last complete automated snapshot, and says that it is old',
    async (status) => {
      const { id, snapshotId } = await backedUp();
      behaviour.backup = 'fail';
      clock.advance(HOUR);
      await world.sweep();
      await world.atRest(id);
      await sql`update backup_schedules set no_good_since = null where instance_id = ${id}`.execute(deps.db);
      await sql`update instances set status = ${status} where id = ${id}`.execute(deps.db);
      await sql`update backup_schedules set next_at = ${new Date(clock.now.getTime() + 100 * DAY)}, period_hours = 10000`.execute(deps.db);
      clock.advance(30 * DAY);
      for (let round = 0; round < 3; round++) {
        await world.sweep();
        await world.atRest(id);
      }
      // The failed one has gone.
      expect(await world.live(id)).toMatchObject([{ id: snapshotId, status: 'COMPLETE' }]);
      expect(await warnings(id)).toEqual([
        expect.stringMatching(/^backup: no good backup since .*: instance-ss-.* is past its retention /),
      ]);
      expect((await selectInstance(deps.db, id))?.status).toBe(status);
    },
  );

  it('does not look again and again at an old one of which there is a copy, which stays', async () => {
    const { id, snapshotId } = await backedUp();
    await sql`update backup_schedules set next_at = ${new Date(clock.now.getTime() + DAY)}, review_at = ${new Date(clock.now.getTime() + DAY)}
      where instance_id = ${id}`.execute(deps.db);
    await sql`update snapshots set expires_at = ${clock.now} where id = ${snapshotId}`.execute(deps.db);
    expect(await selectReviews(deps.db, clock.now)).toEqual([id]);
    await copySnapshot(snapshots, caller, { sourceSnapshotId: snapshotId, targetRegion: '' });
    expect(await selectReviews(deps.db, clock.now)).toEqual([]);
  });

  it('lets it go when a newer one is complete, or with its instance', async () => {
    const { id, snapshotId } = await backedUp();
    await sql`update backup_schedules set next_at = ${new Date(clock.now.getTime() + 2 * DAY)} where instance_id = ${id}`.execute(deps.db);
    clock.advance(2 * DAY);
    await world.sweep();
    await world.atRest(id);
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await world.atRest(id);
    const [last] = await world.live(id);
    expect(last).toMatchObject({ status: 'COMPLETE' });
    await sql`update instances set status = 'DELETED', deleted_at = now() where id = ${id}`.execute(deps.db);
    clock.advance(2 * DAY);
    expect(await world.sweep()).toMatchObject({ removals: 1 });
    await world.snapshotIs(last?.id ?? '', 'DELETED');
  });
});

describe('without any failure', () => {
  /** An hour whose slot nobody comes to. */
  async function idleHour(): Promise<void> {
    clock.advance(HOUR);
    await sql`update backup_schedules set next_at = ${new Date(clock.now.getTime() + 60_000)}`.execute(deps.db);
    expect(await world.sweep()).toMatchObject({ backups: 0 });
  }

  it('slots that nobody used are told after two periods', async () => {
    const { id } = await backedUp();
    await idleHour();
    expect(await warnings(id)).toEqual([]);
    await idleHour();
    expect(await warnings(id)).toEqual([expect.stringMatching(/^backup: no good backup since .*: there should be one every hour$/)]);
    // A person's backup is as good as any.
    const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
    await world.snapshotIs(snapshotId, 'COMPLETE');
    await world.atRest(id);
    expect(await warnings(id)).toEqual([]);
  });

  it('what is stopped does not change, so nothing is told of it until it runs again', async () => {
    const { id } = await backedUp();
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    clock.advance(5 * HOUR);
    await world.sweep();
    expect(await warnings(id)).toEqual([]);
    await runVerb(deps, caller, { instanceId: id, kind: 'start' });
    await world.reach(id, 'RUNNING');
    await world.atRest(id);
    await idleHour();
    expect(await warnings(id)).toEqual([]);
    await idleHour();
    expect(await warnings(id)).toEqual([expect.stringMatching(/^backup: no good backup since /)]);
  });

  it('and what failed to start may run: it is told of that again', async () => {
    const { id } = await backedUp();
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    clock.advance(5 * HOUR);
    await world.sweep();
    world.cluster.fault = (call, key, done) => {
      if (call === 'apply' && key.name === id && key.kind === 'Store' && done)
        throw new ApiError('lost', 500, 'InternalError', 'permanent');
    };
    await runVerb(deps, caller, { instanceId: id, kind: 'start' });
    await world.reach(id, 'FAILED');
    world.cluster.fault = () => {};
    await world.atRest(id);
    await idleHour();
    expect(await warnings(id)).toEqual([]);
    await idleHour();
    expect(await warnings(id)).toEqual([expect.stringMatching(/^backup: no good backup since /)]);
  });
});
