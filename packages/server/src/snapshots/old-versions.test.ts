/** Snapshots that an older version of the plan has made, of instances that have gone on: it still removes and restores them. */
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { openParameters } from '../instances/expression-context.js';
import { selectInstance } from '../instances/store.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { upgradeInstance } from '../lifecycle/requests/upgrade-instance.js';
import { deleteSnapshot } from './delete-snapshot.js';
import { restoreSnapshot } from './restore.js';
import { backupPlan, openSnapshotWorld } from './snapshots.testing.js';
import { requestSnapshot } from './take-snapshot.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openSnapshotWorld(database);
const { deps, cluster, caller, snapshots } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});

/** Its removal puts the parameter `size` into the Removal. */
function firstVersion(name: string): string {
  const removal = 'kind: Removal\n                  metadata:\n                    name: "{{inputs.parameters.snapshot}}"';
  const spec = backupPlan({ name, removalReads: '$var.size' });
  expect(spec).toContain(removal);
  return spec.replace(removal, `${removal}\n                  spec: {size: "{{inputs.parameters.backup}}"}`);
}

/** It knows no `size`, and its own removal would fail. */
function secondVersion(name: string): string {
  return backupPlan({ name, removalReads: '$sys.snapshot.metadata.nothing' })
    .replace(/ *- \{key: size.*\n/, '')
    .replaceAll('"{{ $var.size }}"', '"1"');
}

async function upgraded(name: string, origins: ('manual' | 'triggered')[]): Promise<{ id: string; taken: string[] }> {
  const offered = await world.offer(firstVersion(name));
  const id = await world.create(offered, { parameters: { password: 'customer-password', size: 3 } });
  await world.reach(id, 'RUNNING');
  const taken: string[] = [];
  for (const origin of origins) {
    const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId: id, origin });
    await world.snapshotIs(snapshotId, 'COMPLETE');
    await world.atRest(id);
    taken.push(snapshotId);
  }
  await world.offerNext(offered, secondVersion(name));
  await upgradeInstance(deps, caller, { instanceId: id, target: '2.0', parameters: { password: 'another-password' } });
  await world.reach(id, 'RUNNING');
  expect(await selectInstance(deps.db, id)).toMatchObject({ planVersion: '2.0', parameters: {} });
  return { id, taken };
}

const planVersionsOf = async (id: string, kind: string) => {
  const { rows } = await sql<{ version: string }>`
    select data->>'planVersion' as version from runs where subject = ${id} and kind = ${kind} order by created_at`.execute(deps.db);
  return rows.map((row) => row.version);
};

describe('a snapshot of an older version', () => {
  it('is removed by that version, with the values that it was taken with where the instance has none any more', async () => {
    const { id, taken } = await upgraded('Removed', ['manual']);
    const [snapshotId = ''] = taken;
    await deleteSnapshot(snapshots, caller, snapshotId);
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    expect(await planVersionsOf(id, 'deleteBackup')).toEqual(['1.0']);
    expect(cluster.find('Removal', snapshotId, id)?.['spec']).toEqual({ size: '3' });
    await world.atRest(id);
    expect(await selectInstance(deps.db, id)).toMatchObject({ planVersion: '2.0', status: 'RUNNING' });
  });

  it('is restored by that version, with its values', async () => {
    const { taken } = await upgraded('Restored', ['manual']);
    const { instanceId } = await restoreSnapshot(snapshots, caller, { snapshotId: taken[0] ?? '' });
    const target = await world.reach(instanceId, 'RUNNING');
    expect(target).toMatchObject({ planVersion: '1.0', parameters: { size: 3 } });
    expect(openParameters(deps.sealer, target).secret).toEqual({ password: 'customer-password' });
  });

  it('is removed by that version when its instance is deleted', async () => {
    const { id, taken } = await upgraded('Cleaned up', ['triggered']);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(await planVersionsOf(id, 'deleteBackup')).toEqual(['1.0']);
    await world.snapshotIs(taken[0] ?? '', 'DELETED');
  });

  it('is removed by the version of the instance where the older one could not remove it', async () => {
    const name = 'Late';
    const offered = await world.offer(backupPlan({ name, policy: null, deleteBackup: false }));
    const id = await world.create(offered, { parameters: { password: 'customer-password' } });
    await world.reach(id, 'RUNNING');
    const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
    await world.snapshotIs(snapshotId, 'COMPLETE');
    await world.atRest(id);
    await expect(deleteSnapshot(snapshots, caller, snapshotId)).rejects.toMatchObject({ code: 'operation-not-offered' });
    await world.offerNext(offered, backupPlan({ name, policy: null }));
    await upgradeInstance(deps, caller, { instanceId: id, target: '2.0' });
    await world.reach(id, 'RUNNING');
    await deleteSnapshot(snapshots, caller, snapshotId);
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    expect(await planVersionsOf(id, 'deleteBackup')).toEqual(['2.0']);
  });
});
