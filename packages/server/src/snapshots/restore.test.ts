import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { modifyInstance } from '../lifecycle/requests/change-instance.js';
import { controlOperation } from '../lifecycle/requests/control-operation.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { everythingStored } from '../lifecycle/life.testing.js';
import { describeInstance } from '../instance-api/read-instance.js';
import { openParameters } from '../instances/expression-context.js';
import { selectInstance } from '../instances/store.js';
import { instanceOnWire } from '../instance-api/wire.js';
import { copySnapshot } from './copy-snapshot.js';
import { deleteSnapshot } from './delete-snapshot.js';
import { findBase, restoreToTime } from './point-in-time.js';
import { restoreSnapshot } from './restore.js';
import { selectSchedule } from './schedule-store.js';
import { backupPlan, DAY, HOUR, openSnapshotWorld } from './snapshots.testing.js';
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

const stores = await world.offer(backupPlan({ name: 'Restorable', policy: { retention: 2 } }));

async function backedUp(plan = stores, origin: 'manual' | 'triggered' = 'manual'): Promise<{ id: string; snapshotId: string }> {
  const id = await world.create(plan, { parameters: { password: 'customer-password', size: 2 } });
  await world.reach(id, 'RUNNING');
  const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId: id, origin });
  await world.snapshotIs(snapshotId, 'COMPLETE');
  await world.atRest(id);
  return { id, snapshotId };
}

describe('a restore', () => {
  it('makes a new instance from the snapshot’s record, with its parameters, and leaves the source alone', async () => {
    const { id, snapshotId } = await backedUp();
    const source = cluster.find('Store', id);
    const { instanceId } = await restoreSnapshot(snapshots, caller, { snapshotId });
    const target = await world.reach(instanceId, 'RUNNING');
    expect(target).toMatchObject({ restoredFrom: snapshotId, parameters: { size: 2 }, orgId: caller.orgId });
    expect(openParameters(deps.sealer, target).secret).toEqual({ password: 'customer-password' });
    const { takenAt } = await world.snapshotIs(snapshotId, 'COMPLETE');
    expect(cluster.find('Store', instanceId)).toMatchObject({
      metadata: { namespace: instanceId },
      spec: {
        size: 2,
        password: 'customer-password',
        snapshot: snapshotId,
        time: takenAt.toISOString(),
        backup: `id-of-${snapshotId}`,
        source: id,
        target: instanceId,
        from: id,
      },
    });
    expect(cluster.find('Store', id)).toEqual(source);
    const wire = instanceOnWire(await describeInstance(deps, caller, instanceId), 'FLEET').consumptionResourceInstanceResult;
    expect(wire).toMatchObject({ sourceSnapshotID: snapshotId });
    expect(await everythingStored(database)).not.toContain('customer-password');
  });

  it('that failed is never made without its data by a modify; tried again it is RUNNING', async () => {
    const { snapshotId } = await backedUp();
    const operator = cluster.operator;
    cluster.operator = () => {};
    const { instanceId, runId } = await restoreSnapshot(snapshots, caller, { snapshotId });
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.reach(instanceId, 'FAILED');
    await world.atRest(instanceId);
    cluster.operator = operator;
    const modify = modifyInstance(deps, caller, { instanceId, parameters: { size: 3 } });
    await expect(modify).rejects.toMatchObject({
      code: 'never-restored',
      message: expect.stringContaining(`Retry the workflow that failed, or delete ${instanceId} and restore the snapshot again.`) as string,
    });
    expect((await selectInstance(deps.db, instanceId))?.parameters).toMatchObject({ size: 2 });
    await controlOperation(deps, { runId, control: 'retry' });
    await world.reach(instanceId, 'RUNNING');
    await modifyInstance(deps, caller, { instanceId, parameters: { size: 3 } });
    await world.reach(instanceId, 'RUNNING');
    expect(cluster.find('Store', instanceId)).toMatchObject({ spec: { size: 3 } });
  });

  it('takes overrides, each checked as in a create', async () => {
    const { snapshotId } = await backedUp();
    await expect(restoreSnapshot(snapshots, caller, { snapshotId, parameters: { size: 9, colour: 'red' } })).rejects.toMatchObject({
      kind: 'bad_request',
      details: [{ field: 'colour' }, { field: 'size' }],
    });
    await expect(restoreSnapshot(snapshots, caller, { snapshotId, parameters: 'x' })).rejects.toMatchObject({ kind: 'bad_request' });
    await expect(restoreSnapshot(snapshots, caller, { snapshotId, planVersion: '9.0' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(restoreSnapshot(snapshots, caller, { snapshotId, place: { custom_network_id: 'n-1' } })).rejects.toMatchObject({
      kind: 'not_implemented',
    });
    const { instanceId } = await restoreSnapshot(snapshots, caller, {
      snapshotId,
      parameters: { size: 3, password: 'another-one' },
      planVersion: '1.0',
      networkType: 'INTERNAL',
    });
    expect(await world.reach(instanceId, 'RUNNING')).toMatchObject({
      parameters: { size: 3 },
      planVersion: '1.0',
      networkType: 'INTERNAL',
    });
    expect(cluster.find('Store', instanceId)).toMatchObject({ spec: { size: 3, password: 'another-one' } });
  });

  it('is refused with the reason from what is not COMPLETE, without a restore workflow, and beyond the quota', async () => {
    const { id, snapshotId } = await backedUp();
    behaviour.backup = 'hang';
    const { snapshotId: hanging } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
    await expect(restoreSnapshot(snapshots, caller, { snapshotId: hanging })).rejects.toMatchObject({
      code: 'snapshot-not-complete',
      message: expect.stringContaining('still being taken'),
    });
    await world.finishBackup(hanging);
    await world.atRest(id);
    behaviour.backup = 'fail';
    const { snapshotId: failed } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
    await world.snapshotIs(failed, 'FAILED');
    await expect(restoreSnapshot(snapshots, caller, { snapshotId: failed })).rejects.toMatchObject({
      message: expect.stringContaining('failed'),
    });
    await world.atRest(id);
    behaviour.backup = 'succeed';
    await deleteSnapshot(snapshots, caller, snapshotId);
    await expect(restoreSnapshot(snapshots, caller, { snapshotId })).rejects.toMatchObject({
      message: expect.stringContaining('being deleted'),
    });
    await expect(restoreSnapshot(snapshots, caller, { snapshotId: 'instance-ss-nothing00' })).rejects.toMatchObject({ kind: 'not_found' });
    const oneWay = await backedUp(await world.offer(backupPlan({ name: 'One way', policy: null, restore: false })));
    await expect(restoreSnapshot(snapshots, caller, { snapshotId: oneWay.snapshotId })).rejects.toMatchObject({
      code: 'operation-not-offered',
    });
    const single = await backedUp(await world.offer(backupPlan({ name: 'Single', limit: 1 })));
    await expect(restoreSnapshot(snapshots, caller, { snapshotId: single.snapshotId })).rejects.toMatchObject({
      code: 'instance-limit-reached',
    });
  });

  it('brings a deleted source back with its id and endpoints, and only a deleted one', async () => {
    const { id, snapshotId } = await backedUp();
    const before = await selectInstance(deps.db, id);
    await expect(restoreSnapshot(snapshots, caller, { snapshotId, restoreToSource: true })).rejects.toMatchObject({
      code: 'source-is-live',
      details: [{ field: 'restoreToSourceInstance' }],
    });
    await deleteInstance(deps, caller, { instanceId: id });
    await expect(restoreSnapshot(snapshots, caller, { snapshotId, restoreToSource: true })).rejects.toMatchObject({
      message: expect.stringContaining('being deleted'),
    });
    await world.reach(id, 'DELETED');
    expect(cluster.find('Store', id)).toBeUndefined();
    const { instanceId } = await restoreSnapshot(snapshots, caller, { snapshotId, restoreToSource: true });
    expect(instanceId).toBe(id);
    const after = await world.reach(id, 'RUNNING');
    expect(after).toMatchObject({ namespace: id, endpoints: before?.endpoints, deletedAt: null });
    expect(cluster.find('Store', id)).toMatchObject({ spec: { source: id, target: id, snapshot: snapshotId } });
    const { rows } = await sql`select 1 from backup_schedules where instance_id = ${id}`.execute(deps.db);
    expect(rows).toHaveLength(1);
  });

  it('keeps its backup from being removed until it has ended', async () => {
    const { id, snapshotId } = await backedUp(stores, 'triggered');
    await world.alone(id);
    await sql`delete from backup_schedules`.execute(deps.db);
    await world.newerBackup(id);
    const operator = cluster.operator;
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Store') operator(object, cell);
    };
    const { instanceId } = await restoreSnapshot(snapshots, caller, { snapshotId });
    clock.advance(3 * DAY);
    expect(await world.sweep()).toMatchObject({ removals: 0 });
    cluster.operator = operator;
    await world.until(() => cluster.find('Store', instanceId));
    cluster.setStatus('Store', instanceId, { phase: 'ready' });
    await world.reach(instanceId, 'RUNNING');
    expect(await world.sweep()).toMatchObject({ removals: 1 });
    await world.snapshotIs(snapshotId, 'DELETED');
    await world.atRest(id);
  });
});

describe('point in time', () => {
  it('begins with the newest backup that had ended then, within a window that slides', async () => {
    const { id, snapshotId: first } = await backedUp(stores, 'triggered');
    await sql`delete from backup_schedules`.execute(deps.db);
    const start = clock.now;
    clock.advance(10 * HOUR);
    const { snapshotId: second } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
    await world.snapshotIs(second, 'COMPLETE');
    await world.atRest(id);
    clock.advance(2 * HOUR);
    const at = (hours: number) => new Date(start.getTime() + hours * HOUR).toISOString();
    const base = async (hours: number) => (await findBase(snapshots, caller, { instanceId: id, targetTime: at(hours) })).base.id;
    expect([await base(0), await base(9), await base(10), await base(12)]).toEqual([first, first, second, second]);
    for (const outside of [-1, 13]) {
      await expect(base(outside)).rejects.toMatchObject({
        code: 'outside-restore-window',
        message: expect.stringContaining(`${at(0)} to ${at(12)}`),
        details: [{ field: 'targetRestoreTime' }],
      });
    }
    await expect(findBase(snapshots, caller, { instanceId: id, targetTime: 'yesterday' })).rejects.toMatchObject({ code: 'invalid-time' });
    const facts = await describeInstance(deps, caller, id);
    expect(instanceOnWire(facts, 'FLEET').consumptionResourceInstanceResult.backupStatus).toEqual({
      backupPeriodInHours: 1,
      backupRetentionInDays: 2,
      earliestRestoreTime: at(0),
      lastBackupTime: at(10),
    });
    const { instanceId } = await restoreToTime(snapshots, caller, { instanceId: id, targetTime: at(9) });
    await world.reach(instanceId, 'RUNNING');
    expect(cluster.find('Store', instanceId)).toMatchObject({ spec: { snapshot: first, time: at(9), backup: `id-of-${first}` } });
    // Two days later the first one is beyond the retention; the manual one is a base still.
    clock.advance(2 * DAY - 12 * HOUR + 1);
    await expect(base(9)).rejects.toMatchObject({ code: 'outside-restore-window' });
    expect(await base(11)).toBe(second);
  });

  it('goes back to no other life than the present one', async () => {
    const { id, snapshotId: first } = await backedUp();
    const { region } = await world.snapshotIs(first, 'COMPLETE');
    clock.advance(HOUR);
    const { snapshotId: second } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
    await world.snapshotIs(second, 'COMPLETE');
    await world.atRest(id);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    const base = async () => (await findBase(snapshots, caller, { instanceId: id, targetTime: clock.now.toISOString() })).base.id;
    await expect(base()).rejects.toMatchObject({ code: 'instance-is-deleted', message: expect.stringContaining('snapshot list') });
    await restoreSnapshot(snapshots, caller, { snapshotId: first, restoreToSource: true });
    await world.reach(id, 'RUNNING');
    clock.advance(HOUR);
    await copySnapshot(snapshots, caller, { sourceSnapshotId: second, targetRegion: region });
    // The data goes on from the first: the second one, though newer, is of what is no more.
    await expect(base()).rejects.toMatchObject({ code: 'no-snapshot' });
    const backupStatus = async () =>
      instanceOnWire(await describeInstance(deps, caller, id), 'FLEET').consumptionResourceInstanceResult.backupStatus;
    expect(await backupStatus()).not.toHaveProperty('earliestRestoreTime');
    const { snapshotId: third } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
    await world.snapshotIs(third, 'COMPLETE');
    await world.atRest(id);
    expect(await base()).toBe(third);
    expect(await backupStatus()).toMatchObject({
      earliestRestoreTime: clock.now.toISOString(),
      lastBackupTime: clock.now.toISOString(),
      nextBackupTime: (await selectSchedule(deps.db, id))?.nextAt.toISOString(),
    });
  });

  it.each([
    ['no such day', '2030-02-30T00:00:00Z'],
    ['no such day, with a blank', '2030-04-31 00:00:00Z'],
    ['no such hour', '2030-02-28T24:00:00Z'],
    ['no such second', '2030-02-28T12:00:60Z'],
    ['no zone', '2030-02-28T12:00:00'],
    ['no time', '2030-02-28'],
    ['a number', '1898510400000'],
  ])('is refused where the time is malformed: %s', async (_what, targetTime) => {
    const { id } = await backedUp();
    await expect(restoreToTime(snapshots, caller, { instanceId: id, targetTime })).rejects.toMatchObject({
      kind: 'bad_request',
      code: 'invalid-time',
      details: [{ field: 'targetRestoreTime' }],
    });
  });

  it.each(['+02:00', '-0730', 'Z', 'z'])('is told in any zone: %s', async (zone) => {
    const { id, snapshotId } = await backedUp();
    const minutes = /\d/.test(zone) ? (zone.startsWith('-') ? -450 : 120) : 0;
    const targetTime = `${new Date(clock.now.getTime() + minutes * 60_000).toISOString().slice(0, -1)}${zone}`;
    const { base, target } = await findBase(snapshots, caller, { instanceId: id, targetTime });
    expect([base.id, target]).toEqual([snapshotId, clock.now]);
  });

  it('needs a backup', async () => {
    const id = await world.create(stores, { parameters: { password: 'customer-password' } });
    await world.reach(id, 'RUNNING');
    await expect(restoreToTime(snapshots, caller, { instanceId: id, targetTime: clock.now.toISOString() })).rejects.toMatchObject({
      kind: 'bad_request',
      code: 'no-snapshot',
    });
  });
});

describe('a copy', () => {
  it('keeps the backup beyond the original’s end, restores from it, and removes it with the last record', async () => {
    const { id, snapshotId } = await backedUp(stores, 'triggered');
    await world.alone(id);
    await sql`delete from backup_schedules`.execute(deps.db);
    await expect(copySnapshot(snapshots, caller, { instanceId: id, targetRegion: 'mars-1' })).rejects.toMatchObject({
      code: 'region-not-served',
      details: [{ field: 'targetRegion' }],
    });
    const { region } = await world.snapshotIs(snapshotId, 'COMPLETE');
    const { snapshotId: copy } = await copySnapshot(snapshots, caller, { instanceId: id, targetRegion: region });
    const { snapshotId: second } = await copySnapshot(snapshots, caller, { sourceSnapshotId: copy, targetRegion: region });
    const newer = await world.newerBackup(id);
    clock.advance(3 * DAY);
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await world.atRest(id);
    expect(cluster.find('Removal', snapshotId)).toBeUndefined();
    expect((await world.live(id)).filter((one) => one.id !== newer).map((one) => [one.origin, one.status, one.copiedFrom])).toEqual([
      ['copy', 'COMPLETE', snapshotId],
      ['copy', 'COMPLETE', snapshotId],
    ]);
    const { instanceId } = await restoreSnapshot(snapshots, caller, { snapshotId: copy });
    await world.reach(instanceId, 'RUNNING');
    expect(cluster.find('Store', instanceId)).toMatchObject({ spec: { snapshot: snapshotId, backup: `id-of-${snapshotId}` } });
    await deleteSnapshot(snapshots, caller, copy);
    await world.sweep();
    await world.snapshotIs(copy, 'DELETED');
    expect(cluster.find('Removal', snapshotId)).toBeUndefined();
    await deleteSnapshot(snapshots, caller, second);
    await world.sweep();
    await world.snapshotIs(second, 'DELETED');
    await world.atRest(id);
    expect(cluster.find('Removal', snapshotId)).toBeDefined();
    await sql`delete from snapshots where id = ${newer}`.execute(deps.db);
    await expect(copySnapshot(snapshots, caller, { instanceId: id, targetRegion: region })).rejects.toMatchObject({ code: 'no-snapshot' });
  });

  it('for another region is restored there, reads the same backup, and is no base of a point in time', async () => {
    await sql`update deployment_cells set cloud_provider = 'aws', region = 'us-east-1', places = '[]'`.execute(deps.db);
    await sql`
      insert into deployment_cells (id, key, kind, identity, server, sealed_access, cloud_provider, region, status)
      select 'hc-far', 'far', kind, 'far', server, sealed_access, cloud_provider, 'mars-1', 'RUNNING' from deployment_cells`.execute(
      deps.db,
    );
    const { id, snapshotId } = await backedUp();
    await expect(copySnapshot(snapshots, caller, { sourceSnapshotId: snapshotId, targetRegion: 'venus-1' })).rejects.toMatchObject({
      code: 'region-not-served',
      message: expect.stringContaining('Regions: us-east-1, mars-1.'),
    });
    const { snapshotId: copy } = await copySnapshot(snapshots, caller, { sourceSnapshotId: snapshotId, targetRegion: 'Mars-1' });
    expect(await world.snapshotIs(copy, 'COMPLETE')).toMatchObject({ region: 'mars-1', cellId: 'hc-far', sourceInstanceId: id });
    const base = () => findBase(snapshots, caller, { instanceId: id, targetTime: clock.now.toISOString() });
    expect((await base()).base.id).toBe(snapshotId);
    const { instanceId } = await restoreSnapshot(snapshots, caller, { snapshotId: copy });
    expect(await world.reach(instanceId, 'RUNNING')).toMatchObject({ region: 'mars-1', cellId: 'hc-far' });
    expect(cluster.find('Store', instanceId)).toMatchObject({ spec: { snapshot: snapshotId, backup: `id-of-${snapshotId}` } });
    await deleteSnapshot(snapshots, caller, snapshotId);
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await expect(base()).rejects.toMatchObject({ code: 'no-snapshot' });
    expect(cluster.find('Removal', snapshotId)).toBeUndefined();
    await deleteSnapshot(snapshots, caller, copy);
    await world.sweep();
    await world.snapshotIs(copy, 'DELETED');
    await world.atRest(id);
    expect(cluster.find('Removal', snapshotId)).toMatchObject({ metadata: { namespace: id } });
  });
});
