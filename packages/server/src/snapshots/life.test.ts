import { ApiError } from '@cellplane/kubernetes';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { runVerb } from '../lifecycle/requests/change-instance.js';
import { controlOperation } from '../lifecycle/requests/control-operation.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { selectInstance } from '../instances/store.js';
import { copySnapshot } from './copy-snapshot.js';
import { deleteSnapshot } from './delete-snapshot.js';
import { selectSchedule } from './schedule-store.js';
import { backupPlan, DAY, HOUR, openSnapshotWorld } from './snapshots.testing.js';
import { openMetadata } from './snapshot.js';
import { requestSnapshot } from './take-snapshot.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openSnapshotWorld(database);
const { deps, cluster, caller, snapshots, clock, behaviour } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});

afterEach(() => {
  behaviour.backup = 'succeed';
  behaviour.removal = 'succeed';
});

const parameters = { password: 'customer-password' };
const hourly = await world.offer(backupPlan({ name: 'Hourly' }));
const keeping = await world.offer(backupPlan({ name: 'Keeping', policy: { final: true, period: 24 } }));

async function running(plan = hourly): Promise<string> {
  const id = await world.create(plan, { parameters });
  await world.reach(id, 'RUNNING');
  return id;
}

const take = async (instanceId: string, origin: 'manual' | 'triggered' = 'manual') => {
  const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId, origin });
  return snapshotId;
};

describe('taking', () => {
  it('makes a record whose id and time the workflow sees, and keeps its outputs', async () => {
    const id = await running();
    const snapshotId = await take(id);
    expect(snapshotId).toMatch(/^instance-ss-[a-z0-9]{9}$/);
    const row = await world.snapshotIs(snapshotId, 'COMPLETE');
    expect(row).toMatchObject({ origin: 'manual', expiresAt: null, completedAt: clock.now, takenAt: clock.now });
    expect(openMetadata(deps.sealer, row)).toEqual({ backupId: `id-of-${snapshotId}` });
    expect(cluster.find('Backup', snapshotId)).toMatchObject({ spec: { time: row.takenAt.toISOString() }, metadata: { namespace: id } });
    expect((await selectInstance(deps.db, id))?.status).toBe('RUNNING');
  });

  it('fails without harm to the instance, tells why, and frees the instance', async () => {
    const id = await running();
    behaviour.backup = 'fail';
    const snapshotId = await take(id, 'triggered');
    const row = await world.snapshotIs(snapshotId, 'FAILED');
    behaviour.backup = 'succeed';
    expect(row.message).toContain('failed');
    expect(row.expiresAt).toEqual(new Date(clock.now.getTime() + DAY));
    await world.atRest(id);
    expect(await selectInstance(deps.db, id)).toMatchObject({
      status: 'RUNNING',
      warnings: [
        expect.stringMatching(/^backup: no good backup since 2030-.*Z, when its schedule began: the last automated backup failed: /),
      ],
    });
    await world.snapshotIs(await take(id, 'triggered'), 'COMPLETE');
    expect((await selectInstance(deps.db, id))?.warnings).toEqual([]);
  });

  it('that a delete ends alarms nobody', async () => {
    const id = await running();
    behaviour.backup = 'hang';
    const snapshotId = await take(id, 'triggered');
    await deleteInstance(deps, caller, { instanceId: id, skipSnapshotCleanup: true });
    await world.snapshotIs(snapshotId, 'FAILED');
    await world.reach(id, 'DELETED');
    expect(await selectInstance(deps.db, id)).toMatchObject({ warnings: [] });
  });

  it('is refused while another operation runs, and in another region', async () => {
    const id = await running();
    await expect(requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual', targetRegion: 'mars-1' })).rejects.toMatchObject({
      code: 'region-not-served',
      details: [{ field: 'targetRegion' }],
    });
    behaviour.backup = 'hang';
    const first = await take(id);
    await expect(take(id)).rejects.toMatchObject({ code: 'conflicting-operation' });
    await world.finishBackup(first);
    await world.snapshotIs(first, 'COMPLETE');
    expect(await world.live(id)).toHaveLength(1);
  });

  it('that never ends frees the instance at its deadline', async () => {
    const id = await running(await world.offer(backupPlan({ name: 'Slow', policy: null, backupSeconds: 1 })));
    behaviour.backup = 'hang';
    const row = await world.snapshotIs(await take(id), 'FAILED');
    expect(row.message).toMatch(/deadline/i);
    await world.atRest(id);
    expect((await selectInstance(deps.db, id))?.status).toBe('RUNNING');
    behaviour.backup = 'succeed';
    await world.snapshotIs(await take(id), 'COMPLETE');
  });

  it('can be tried again from the failed task', async () => {
    const id = await running();
    behaviour.backup = 'fail';
    const snapshotId = await take(id);
    await world.snapshotIs(snapshotId, 'FAILED');
    await world.atRest(id);
    behaviour.backup = 'succeed';
    cluster.setStatus('Backup', snapshotId, { phase: 'completed', backupId: `id-of-${snapshotId}` });
    const { rows } = await sql<{ runId: string }>`
      select run_id as "runId" from operations where instance_id = ${id} and kind = 'backup'`.execute(deps.db);
    await controlOperation(deps, { runId: rows[0]?.runId ?? '', control: 'retry' });
    expect(openMetadata(deps.sealer, await world.snapshotIs(snapshotId, 'COMPLETE'))).toEqual({ backupId: `id-of-${snapshotId}` });
  });

  it('gives null for an output that is not there, and says so in the run', async () => {
    const outputs = '\n          nothing: "$tasks.it.resource.status.nothing.here"';
    const id = await running(await world.offer(backupPlan({ name: 'Hollow', policy: null, outputs })));
    const row = await world.snapshotIs(await take(id), 'COMPLETE');
    expect(openMetadata(deps.sealer, row)).toMatchObject({ nothing: null });
    const { rows } = await sql<{ message: string }>`
      select e.message from run_events e join runs r on r.id = e.run_id
      where r.subject = ${id} and r.kind = 'backup' and e.step = 'output nothing'`.execute(deps.db);
    expect(rows).toEqual([
      { message: expect.stringMatching(/^WARNING: output nothing is null: \$tasks\.it\.resource\.status\.nothing\.here/) },
    ]);
  });

  it('of a stopped instance leaves it stopped', async () => {
    const id = await running();
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    const snapshotId = await take(id);
    await world.snapshotIs(snapshotId, 'COMPLETE');
    await world.atRest(id);
    expect((await selectInstance(deps.db, id))?.status).toBe('STOPPED');
  });
});

describe('the schedule', () => {
  it('begins when the instance first runs, backs up each hour, and ends with its delete', async () => {
    const id = await running();
    const schedule = await selectSchedule(deps.db, id);
    expect(schedule).toMatchObject({ periodHours: 1, nextAt: new Date(clock.now.getTime() + HOUR), anchor: clock.now });
    await world.sweep();
    expect(await world.live(id)).toEqual([]);
    clock.advance(HOUR);
    await world.sweep();
    await world.sweep();
    await world.atRest(id);
    expect(await world.live(id)).toMatchObject([{ origin: 'periodic', status: 'COMPLETE', takenAt: clock.now }]);
    // Not a second time in the same slot; and after a year away once.
    await world.sweep();
    clock.advance(10 * HOUR + 60_000);
    await world.sweep();
    await world.atRest(id);
    await world.sweep();
    expect(await world.live(id)).toHaveLength(2);
    expect((await selectSchedule(deps.db, id))?.nextAt).toEqual(new Date(clock.now.getTime() + HOUR - 60_000));
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(await selectSchedule(deps.db, id)).toBeUndefined();
    expect(await world.live(id)).toEqual([]);
  });

  it('waits while something runs, skips what is stopped, and follows a clock that goes back', async () => {
    const id = await running();
    await world.alone(id);
    behaviour.backup = 'hang';
    const manual = await take(id);
    clock.advance(HOUR);
    expect(await world.sweep()).toMatchObject({ backups: 0, skipped: 0 });
    expect((await selectSchedule(deps.db, id))?.nextAt).toEqual(clock.now);
    await world.finishBackup(manual);
    await world.atRest(id);
    expect(await world.sweep()).toMatchObject({ backups: 1 });
    await world.atRest(id);
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    clock.advance(HOUR);
    expect(await world.sweep()).toMatchObject({ backups: 0, skipped: 1 });
    expect((await selectSchedule(deps.db, id))?.nextAt).toEqual(new Date(clock.now.getTime() + HOUR));
    clock.advance(-100 * DAY);
    await world.sweep();
    expect((await selectSchedule(deps.db, id))?.nextAt).toEqual(new Date(clock.now.getTime() + HOUR));
    clock.advance(100 * DAY);
  });
});

describe('the end of snapshots', () => {
  it('removes expired automated ones with deleteBackup, never manual ones', async () => {
    const id = await running();
    const manual = await take(id);
    await world.snapshotIs(manual, 'COMPLETE');
    const automated = await take(id, 'triggered');
    await world.snapshotIs(automated, 'COMPLETE');
    await world.atRest(id);
    await sql`delete from backup_schedules where instance_id = ${id}`.execute(deps.db);
    const newer = await world.newerBackup(id);
    clock.advance(DAY);
    await world.sweep();
    await world.snapshotIs(automated, 'DELETED');
    expect(cluster.find('Removal', automated)).toBeDefined();
    await world.atRest(id);
    clock.advance(1_000 * DAY);
    await world.sweep();
    expect(await world.live(id)).toMatchObject([
      { id: newer, status: 'COMPLETE' },
      { id: manual, status: 'COMPLETE' },
    ]);
  });

  it('tries a failed removal again, later each time, and says so on the instance', async () => {
    const id = await running();
    const automated = await take(id, 'triggered');
    await world.snapshotIs(automated, 'COMPLETE');
    await world.atRest(id);
    await world.alone(id);
    await sql`delete from backup_schedules`.execute(deps.db);
    await world.newerBackup(id);
    behaviour.removal = 'fail';
    clock.advance(DAY);
    await world.sweep();
    await world.atRest(id);
    const once = await world.snapshotIs(automated, 'DELETING');
    expect(once).toMatchObject({ deleteAttempts: 1, deleteWantedAt: new Date(clock.now.getTime() + 60_000) });
    expect((await selectInstance(deps.db, id))?.warnings).toEqual([expect.stringContaining(`snapshot-removal: ${automated} could not be`)]);
    expect(await world.sweep()).toMatchObject({ removals: 0 });
    behaviour.removal = 'succeed';
    cluster.vanish('Removal', automated);
    clock.advance(60_000);
    await world.sweep();
    await world.snapshotIs(automated, 'DELETED');
    expect((await selectInstance(deps.db, id))?.warnings).toEqual([]);
  });

  it('is refused at once where the plan has no deleteBackup, but for one of two records', async () => {
    const id = await running(await world.offer(backupPlan({ name: 'Keeps all', policy: null, deleteBackup: false })));
    const manual = await take(id);
    const { region } = await world.snapshotIs(manual, 'COMPLETE');
    await world.atRest(id);
    await expect(deleteSnapshot(snapshots, caller, manual)).rejects.toMatchObject({
      code: 'operation-not-offered',
      message: expect.stringContaining('has no deleteBackup workflow'),
    });
    await copySnapshot(snapshots, caller, { sourceSnapshotId: manual, targetRegion: region });
    await deleteSnapshot(snapshots, caller, manual);
    await world.sweep();
    await world.snapshotIs(manual, 'DELETED');
  });

  it('is tried again at once when a person asks again, and soon after a clock that went back', async () => {
    const id = await running();
    await world.alone(id);
    await sql`delete from backup_schedules`.execute(deps.db);
    const manual = await take(id);
    await world.snapshotIs(manual, 'COMPLETE');
    await world.atRest(id);
    behaviour.removal = 'fail';
    await deleteSnapshot(snapshots, caller, manual);
    await world.sweep();
    await world.atRest(id);
    expect(await world.snapshotIs(manual, 'DELETING')).toMatchObject({ deleteAttempts: 1 });
    expect(await world.sweep()).toMatchObject({ removals: 0 });
    cluster.vanish('Removal', manual);
    await deleteSnapshot(snapshots, caller, manual);
    expect(await world.sweep()).toMatchObject({ removals: 1 });
    await world.atRest(id);
    expect(await world.snapshotIs(manual, 'DELETING')).toMatchObject({ deleteAttempts: 2 });
    behaviour.removal = 'succeed';
    cluster.vanish('Removal', manual);
    clock.advance(-100 * DAY);
    expect(await world.sweep()).toMatchObject({ removals: 0 });
    clock.advance(6 * HOUR);
    expect(await world.sweep()).toMatchObject({ removals: 1 });
    await world.snapshotIs(manual, 'DELETED');
    await world.atRest(id);
    clock.advance(100 * DAY);
  });

  it('by hand only for manual ones, also when the source is gone', async () => {
    const id = await running();
    const automated = await take(id, 'triggered');
    await world.snapshotIs(automated, 'COMPLETE');
    await expect(deleteSnapshot(snapshots, caller, automated)).rejects.toMatchObject({
      code: 'snapshot-is-automated',
      message: expect.stringContaining('is automated: it expires on'),
    });
    await world.atRest(id);
    const manual = await take(id);
    await world.snapshotIs(manual, 'COMPLETE');
    await world.atRest(id);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(await world.live(id)).toMatchObject([{ id: manual }]);
    expect(cluster.find('Namespace', id)).toBeUndefined();
    await deleteSnapshot(snapshots, caller, manual);
    await deleteSnapshot(snapshots, caller, manual);
    await world.snapshotIs(manual, 'DELETING');
    await world.sweep();
    await world.snapshotIs(manual, 'DELETED');
    await world.atRest(id);
    expect(cluster.find('Namespace', id)).toBeUndefined();
    expect((await selectInstance(deps.db, id))?.status).toBe('DELETED');
    await expect(deleteSnapshot(snapshots, caller, manual)).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('a delete', () => {
  it('takes a last snapshot first, which outlives the instance until its retention is over', async () => {
    const id = await running(keeping);
    const automated = await take(id, 'triggered');
    await world.snapshotIs(automated, 'COMPLETE');
    await world.atRest(id);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    const [final, ...others] = await world.live(id);
    expect(others).toEqual([]);
    expect(final).toMatchObject({ origin: 'final', status: 'COMPLETE' });
    clock.advance(DAY);
    await world.sweep();
    await world.snapshotIs(final?.id ?? '', 'DELETED');
    await world.atRest(id);
  });

  it('stops where a snapshot cannot be taken or removed, can be tried again, and skip on purpose', async () => {
    const id = await running(keeping);
    const automated = await take(id, 'triggered');
    await world.snapshotIs(automated, 'COMPLETE');
    await world.atRest(id);
    behaviour.backup = 'fail';
    await deleteInstance(deps, caller, { instanceId: id });
    const failed = await world.reach(id, 'FAILED');
    expect(failed.statusMessage).toContain('skipFinalSnapshot');
    // What the delete did not come to is what it was.
    expect(await world.snapshotIs(automated, 'COMPLETE')).toMatchObject({ deleteAttempts: 0 });
    behaviour.backup = 'succeed';
    behaviour.removal = 'fail';
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETING');
    const again = await world.reach(id, 'FAILED');
    expect(again.statusMessage).toContain('skipSnapshotCleanup');
    expect(again.statusMessage).toContain(automated);
    expect(await world.snapshotIs(automated, 'DELETING')).toMatchObject({ deleteAttempts: 1 });
    behaviour.removal = 'succeed';
    await deleteInstance(deps, caller, { instanceId: id, skipFinalSnapshot: true, skipSnapshotCleanup: true });
    await world.reach(id, 'DELETED');
    expect((await world.live(id)).map((one) => one.id)).toContain(automated);
    cluster.vanish('Removal', automated);
    clock.advance(60_000);
    await world.sweep();
    await world.snapshotIs(automated, 'DELETED');
    await world.atRest(id);
  });

  it('that does not come to a snapshot whose removal had failed leaves it due', async () => {
    const id = await running(keeping);
    const automated = await take(id, 'triggered');
    await world.snapshotIs(automated, 'COMPLETE');
    await world.atRest(id);
    await world.alone(id);
    await sql`delete from backup_schedules`.execute(deps.db);
    await world.newerBackup(id);
    behaviour.removal = 'fail';
    clock.advance(DAY);
    await world.sweep();
    await world.atRest(id);
    expect(await world.snapshotIs(automated, 'DELETING')).toMatchObject({ deleteAttempts: 1 });
    behaviour.backup = 'fail';
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'FAILED');
    await world.atRest(id);
    expect(await world.snapshotIs(automated, 'DELETING')).toMatchObject({ deleteWantedAt: clock.now });
    behaviour.removal = 'succeed';
    cluster.vanish('Removal', automated);
    await world.sweep();
    await world.snapshotIs(automated, 'DELETED');
    await world.atRest(id);
  });

  it('takes no second last snapshot once the plan’s delete has begun to take the instance down', async () => {
    const id = await running(keeping);
    cluster.fault = (call, key, done) => {
      if (call === 'delete' && key.kind === 'Namespace' && key.name === id && !done)
        throw new ApiError('not now', 422, 'Invalid', 'permanent');
    };
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await world.reach(id, 'FAILED')).toMatchObject({ takingDown: true });
    cluster.fault = () => {};
    expect(await world.live(id)).toMatchObject([{ origin: 'final', status: 'COMPLETE' }]);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(await world.live(id)).toHaveLength(1);
  });

  it('takes another last snapshot if the one before took nothing down: people have gone on with the database', async () => {
    const id = await running(keeping);
    cluster.fault = (call, key, done) => {
      if (call === 'delete' && key.kind === 'Store' && key.name === id && !done) throw new ApiError('not now', 422, 'Invalid', 'permanent');
    };
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await world.reach(id, 'FAILED')).toMatchObject({ takingDown: false });
    cluster.fault = () => {};
    clock.advance(HOUR);
    const [old] = await world.live(id);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(await world.live(id)).toMatchObject([{ origin: 'final', status: 'COMPLETE', takenAt: clock.now }, { id: old?.id }]);
  });
});
