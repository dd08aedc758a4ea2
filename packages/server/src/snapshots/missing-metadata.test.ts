/** What a backup did not give: nobody restores or removes by half a name, and nothing is held up for ever. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { deleteSnapshot } from './delete-snapshot.js';
import { restoreSnapshot } from './restore.js';
import { backupPlan, DAY, openSnapshotWorld } from './snapshots.testing.js';
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
});

async function running(spec: string): Promise<string> {
  const id = await world.create(await world.offer(spec), { parameters: { password: 'customer-password' } });
  await world.reach(id, 'RUNNING');
  await sql`delete from backup_schedules`.execute(deps.db);
  return id;
}

async function taken(instanceId: string, origin: 'manual' | 'triggered'): Promise<string> {
  const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId, origin });
  await world.snapshotIs(snapshotId, 'COMPLETE', 'FAILED');
  await world.atRest(instanceId);
  return snapshotId;
}

const hollow = '\n          nothing: "$tasks.it.resource.status.nothing.here"';

describe('an output that was not there', () => {
  it('has no value in a restore, which fails before it applies anything', async () => {
    const restoreSpec = 'path: "s3://backups/{{ $sys.restore.metadata.nothing }}"';
    const id = await running(backupPlan({ name: 'Hollow', policy: null, outputs: hollow, restoreSpec }));
    const { instanceId } = await restoreSnapshot(snapshots, caller, { snapshotId: await taken(id, 'manual') });
    const failed = await world.reach(instanceId, 'FAILED');
    expect(failed.statusMessage).toContain('unresolved workflow input parameters: [$sys.restore.metadata.nothing]');
    expect(cluster.find('Store', instanceId)).toBeUndefined();
  });

  it('may be done without on purpose', async () => {
    const restoreSpec = 'path: "s3://backups/{{ $func.default($sys.restore.metadata.nothing, $sys.restore.snapshotId) }}"';
    const id = await running(backupPlan({ name: 'Optional', policy: null, outputs: hollow, restoreSpec }));
    const snapshotId = await taken(id, 'manual');
    const { instanceId } = await restoreSnapshot(snapshots, caller, { snapshotId });
    await world.reach(instanceId, 'RUNNING');
    expect(cluster.find('Store', instanceId)).toMatchObject({ spec: { path: `s3://backups/${snapshotId}` } });
  });

  it('has none in the removal of a backup that succeeded: it is not carried out', async () => {
    const removalReads = '$sys.snapshot.metadata.nothing';
    const id = await running(backupPlan({ name: 'Unnamed', policy: null, outputs: hollow, removalReads }));
    const snapshotId = await taken(id, 'manual');
    await deleteSnapshot(snapshots, caller, snapshotId);
    await world.sweep();
    await world.atRest(id);
    expect(await world.snapshotIs(snapshotId, 'DELETING')).toMatchObject({
      deleteAttempts: 1,
      message: expect.stringContaining('$sys.snapshot.metadata.nothing') as string,
    });
    expect(cluster.find('Removal', snapshotId)).toBeUndefined();
  });
});

describe('a backup that failed, of a plan whose removal reads metadata', () => {
  const removalReads = '$sys.snapshot.metadata.backupId';

  it('holds up neither its own end nor the delete of its instance', async () => {
    const id = await running(backupPlan({ name: 'Reading', removalReads }));
    behaviour.backup = 'fail';
    const [manual, expiring] = [await taken(id, 'manual'), await taken(id, 'triggered')];
    await deleteSnapshot(snapshots, caller, manual);
    await world.sweep();
    await world.snapshotIs(manual, 'DELETED');
    clock.advance(DAY);
    await world.sweep();
    await world.snapshotIs(expiring, 'DELETED');
    const left = await taken(id, 'triggered');
    behaviour.backup = 'succeed';
    const good = await taken(id, 'triggered');
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    await world.snapshotIs(left, 'DELETED');
    await world.snapshotIs(good, 'DELETED');
    // Only of the one that has metadata was there anything that the plan could name.
    const { rows } = await sql<{ snapshot: string }>`
      select data->'step'->>'snapshotId' as snapshot from runs where subject = ${id} and kind = 'deleteBackup'`.execute(deps.db);
    expect(rows).toEqual([{ snapshot: good }]);
  });

  it('is removed by the plan where that can do without', async () => {
    const id = await running(
      backupPlan({ name: 'Prepared', removalReads: '$func.default($sys.snapshot.metadata.backupId, $sys.snapshot.id)' }),
    );
    behaviour.backup = 'fail';
    const snapshotId = await taken(id, 'manual');
    await deleteSnapshot(snapshots, caller, snapshotId);
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    expect(cluster.find('Removal', snapshotId)).toBeDefined();
    await world.atRest(id);
  });
});
