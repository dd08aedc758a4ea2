/** What may not happen to a backup that somebody else still needs, whatever is tried again meanwhile. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openCells } from '../cells/cell.js';
import { openDatabase, sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { controlOperation } from '../lifecycle/requests/control-operation.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { silentLogger } from '../log.js';
import { copySnapshot } from './copy-snapshot.js';
import { deleteSnapshot } from './delete-snapshot.js';
import { sweepDueWork } from './due-work.js';
import { restoreSnapshot } from './restore.js';
import { backupPlan, DAY, openSnapshotWorld } from './snapshots.testing.js';
import { selectSnapshot } from './store.js';
import { requestSnapshot } from './take-snapshot.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openSnapshotWorld(database);
const { deps, caller, snapshots, behaviour, cluster, clock } = world;
const operator = cluster.operator;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
afterEach(() => {
  behaviour.removal = 'succeed';
  cluster.operator = operator;
});
const offered = await world.offer(backupPlan({ policy: { retention: 30 } }));

async function running(plan = offered): Promise<string> {
  const id = await world.create(plan, { parameters: { password: 'secret-of-the-test' } });
  await world.reach(id, 'RUNNING');
  return id;
}

async function taken(instanceId: string, origin: 'manual' | 'triggered'): Promise<string> {
  const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId, origin });
  await world.snapshotIs(snapshotId, 'COMPLETE');
  await world.atRest(instanceId);
  clock.advance(1_000);
  return snapshotId;
}

/** Removals of a snapshot's backup that were begun. */
async function removalsOf(snapshotId: string): Promise<number> {
  const { rows } = await sql`
    select 1 from runs where kind = 'deleteBackup' and data->'step'->>'snapshotId' = ${snapshotId}`.execute(deps.db);
  return rows.length;
}

async function lastRun(instanceId: string): Promise<string> {
  const { rows } = await sql<{
    id: string;
  }>`select run_id as id from operations where instance_id = ${instanceId} order by created_at desc limit 1`.execute(deps.db);
  return rows[0]?.id ?? '';
}

/** A delete that failed at the newer of two automated snapshots; the older one is what it was. */
async function failedDelete(): Promise<{ id: string; older: string; newer: string }> {
  const id = await running();
  const older = await taken(id, 'triggered');
  const newer = await taken(id, 'triggered');
  behaviour.removal = 'fail';
  await deleteInstance(deps, caller, { instanceId: id });
  await world.reach(id, 'FAILED');
  expect(await selectSnapshot(deps.db, older)).toMatchObject({ status: 'COMPLETE' });
  behaviour.removal = 'succeed';
  cluster.setStatus('Removal', newer, { phase: 'done' }, id);
  return { id, older, newer };
}

describe('a delete that is tried again', () => {
  it('leaves a backup that has been copied since', async () => {
    const { id, older, newer } = await failedDelete();
    const { region } = await world.snapshotIs(older, 'COMPLETE');
    const { snapshotId: copy } = await copySnapshot(snapshots, caller, { sourceSnapshotId: older, targetRegion: region });
    await controlOperation(deps, { runId: await lastRun(id), control: 'retry' });
    await world.reach(id, 'DELETED');
    expect(await selectSnapshot(deps.db, newer)).toMatchObject({ status: 'DELETED' });
    expect(await selectSnapshot(deps.db, older)).toMatchObject({ status: 'DELETED' });
    expect(await selectSnapshot(deps.db, copy)).toMatchObject({ status: 'COMPLETE' });
    expect(await removalsOf(older)).toBe(0);
  });

  it('does not remove again what has expired since', async () => {
    const { id, older } = await failedDelete();
    const { region } = await world.snapshotIs(older, 'COMPLETE');
    const { snapshotId: copy } = await copySnapshot(snapshots, caller, { sourceSnapshotId: older, targetRegion: region });
    await sql`update snapshots set expires_at = ${clock.now} where id = ${older}`.execute(deps.db);
    await sql`update snapshots set delete_wanted_at = null, delete_attempts = 1 where source_instance_id = ${id} and status = 'DELETING'`.execute(
      deps.db,
    );
    await world.newerBackup(id);
    await world.sweep();
    await world.snapshotIs(older, 'DELETED');
    await controlOperation(deps, { runId: await lastRun(id), control: 'retry' });
    await world.reach(id, 'DELETED');
    expect(await removalsOf(older)).toBe(0);
    expect(await selectSnapshot(deps.db, copy)).toMatchObject({ status: 'COMPLETE' });
  });

  it('goes round a backup that is being restored; it is removed after', async () => {
    const { id, older } = await failedDelete();
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Store') operator?.(object, cell);
    };
    const { instanceId: target, runId } = await restoreSnapshot(snapshots, caller, { snapshotId: older });
    await controlOperation(deps, { runId: await lastRun(id), control: 'retry' });
    await world.reach(id, 'DELETED');
    expect(await removalsOf(older)).toBe(0);
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.reach(target, 'FAILED');
    await world.sweep();
    await world.snapshotIs(older, 'DELETED');
    expect(await removalsOf(older)).toBe(1);
    await world.atRest(id);
  });
});

describe('a delete that fails', () => {
  it('leaves a backup that was being restored what it was', async () => {
    const id = await running();
    const restored = await taken(id, 'triggered');
    const newer = await taken(id, 'triggered');
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Store') operator?.(object, cell);
    };
    const { instanceId: target, runId } = await restoreSnapshot(snapshots, caller, { snapshotId: restored });
    behaviour.removal = 'fail';
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'FAILED');
    await world.atRest(id);
    expect(await selectSnapshot(deps.db, restored)).toMatchObject({ status: 'COMPLETE', deleteWantedAt: null });
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.reach(target, 'FAILED');
    behaviour.removal = 'succeed';
    cluster.vanish('Removal', newer);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(await world.live(id)).toEqual([]);
  });
});

describe('a restore', () => {
  it('is not tried again once its backup is going or gone', async () => {
    const id = await running();
    const snapshotId = await taken(id, 'manual');
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Store') operator?.(object, cell);
    };
    const { instanceId, runId } = await restoreSnapshot(snapshots, caller, { snapshotId });
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.reach(instanceId, 'FAILED');
    await deleteSnapshot(snapshots, caller, snapshotId);
    await expect(controlOperation(deps, { runId, control: 'retry' })).rejects.toMatchObject({ code: 'snapshot-gone' });
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await expect(controlOperation(deps, { runId, control: 'retry' })).rejects.toMatchObject({ code: 'snapshot-gone' });
    expect(await world.reach(instanceId, 'FAILED')).toMatchObject({ id: instanceId });
    await world.atRest(id);
  });

  it('is not tried again either where what comes before it had failed', async () => {
    const spec = `${backupPlan({ name: 'Leaning', policy: null }).trimEnd().replace('  - name: Store', '  - name: Store\n    dependsOn: [Ground]')}
  - name: Ground
    internal: true
    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          templates:
            - {name: main, dag: {tasks: [{name: it, template: it}]}}
            - name: it
              resource:
                action: apply
                successCondition: status.phase == ready
                manifest: |
                  apiVersion: stores.test/v1
                  kind: Store
                  metadata:
                    name: ground
`;
    const id = await running(await world.offer(spec));
    const snapshotId = await taken(id, 'manual');
    cluster.operator = () => undefined;
    const { instanceId, runId } = await restoreSnapshot(snapshots, caller, { snapshotId });
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.reach(instanceId, 'FAILED');
    cluster.operator = operator;
    await deleteSnapshot(snapshots, caller, snapshotId);
    await expect(controlOperation(deps, { runId, control: 'retry' })).rejects.toMatchObject({ code: 'snapshot-gone' });
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await world.atRest(id);
  });

  it('is tried again from a backup that another record still has', async () => {
    const id = await running();
    const snapshotId = await taken(id, 'manual');
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Store') operator?.(object, cell);
    };
    const { instanceId, runId } = await restoreSnapshot(snapshots, caller, { snapshotId });
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.reach(instanceId, 'FAILED');
    const { region } = await world.snapshotIs(snapshotId, 'COMPLETE');
    await copySnapshot(snapshots, caller, { sourceSnapshotId: snapshotId, targetRegion: region });
    await deleteSnapshot(snapshots, caller, snapshotId);
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    cluster.operator = operator;
    await controlOperation(deps, { runId, control: 'retry' });
    expect(await world.reach(instanceId, 'RUNNING')).toMatchObject({ restoredFrom: snapshotId });
  });

  it('takes one connection: many at once do not wait for each other', async () => {
    const id = await running();
    const snapshotId = await taken(id, 'manual');
    const one = await openDatabase({ url: database.url }, { log: silentLogger, poolSize: 1 });
    const cells = openCells({ db: one.db, sealer: deps.sealer, log: silentLogger });
    const narrow = { ...snapshots, instances: { ...deps, db: one.db, cells } };
    try {
      const { instanceId } = await restoreSnapshot(narrow, caller, { snapshotId });
      expect(await world.reach(instanceId, 'RUNNING')).toMatchObject({ restoredFrom: snapshotId });
    } finally {
      await one.close();
    }
  });
});

describe('removals', () => {
  it('of backups that are being restored do not take the places of others', async () => {
    const [first, second] = [await running(), await running()];
    const read = await taken(first, 'manual');
    const other = await taken(second, 'manual');
    cluster.operator = (object, cell) => {
      if (object.kind !== 'Store') operator?.(object, cell);
    };
    const { instanceId, runId } = await restoreSnapshot(snapshots, caller, { snapshotId: read });
    await sql`update snapshots set origin = 'triggered', expires_at = ${clock.now} where id = ${read}`.execute(deps.db);
    await world.newerBackup(first);
    clock.advance(DAY);
    await deleteSnapshot(snapshots, caller, other);
    expect(await sweepWith(1)).toMatchObject({ removals: 1 });
    await world.snapshotIs(other, 'DELETED');
    expect(await selectSnapshot(deps.db, read)).toMatchObject({ status: 'COMPLETE' });
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.reach(instanceId, 'FAILED');
    await world.atRest(second);
    await sweepWith(1);
    await world.snapshotIs(read, 'DELETED');
    await world.atRest(first);
  });
});

async function sweepWith(backupsPerCell: number) {
  // Instances of this file have hourly schedules; they are not what is looked at here.
  await sql`delete from backup_schedules`.execute(deps.db);
  return sweepDueWork({ ...snapshots, backupsPerCell });
}
