import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { controlOperation } from '../lifecycle/requests/control-operation.js';
import { deleteSnapshot } from './delete-snapshot.js';
import { backupPlan, openSnapshotWorld } from './snapshots.testing.js';
import { selectSnapshot } from './store.js';
import { requestSnapshot } from './take-snapshot.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openSnapshotWorld(database);
const { deps, caller, snapshots, behaviour, cluster } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
const offered = await world.offer(backupPlan());

/** A backup that failed, and its run. */
async function failedBackup(plan = offered): Promise<{ id: string; snapshotId: string; runId: string }> {
  const id = await world.create(plan, { parameters: { password: 'secret-of-the-test' } });
  await world.reach(id, 'RUNNING');
  behaviour.backup = 'fail';
  const { snapshotId } = await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' });
  await world.snapshotIs(snapshotId, 'FAILED');
  await world.atRest(id);
  const { rows } = await sql<{ id: string }>`select id from runs where subject = ${id} and kind = 'backup'`.execute(deps.db);
  return { id, snapshotId, runId: rows[0]?.id ?? '' };
}

describe('the backup of a run that is tried again', () => {
  it('is RUNNING again, and COMPLETE when it has succeeded', async () => {
    const { id, snapshotId, runId } = await failedBackup();
    behaviour.backup = 'hang';
    cluster.setStatus('Backup', snapshotId, {});
    await controlOperation(deps, { runId, control: 'retry' });
    expect(await selectSnapshot(deps.db, snapshotId)).toMatchObject({ status: 'RUNNING', message: '' });
    await world.finishBackup(snapshotId);
    expect(await world.snapshotIs(snapshotId, 'COMPLETE')).toMatchObject({ metadata: { backupId: { value: `id-of-${snapshotId}` } } });
    await world.reach(id, 'RUNNING');
  });

  it('has the time of its workflow again, however long that is', async () => {
    const long = await world.offer(backupPlan({ name: 'Long', backupSeconds: 20_000 }));
    const { id, runId } = await failedBackup(long);
    behaviour.backup = 'hang';
    await controlOperation(deps, { runId, control: 'retry' });
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from deadline_at - now())::float8 as seconds from runs where id = ${runId}`.execute(deps.db);
    expect(rows[0]?.seconds).toBeGreaterThan(20_000);
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.atRest(id);
  });

  it('is not made again once its removal was asked for', async () => {
    const { snapshotId, runId } = await failedBackup();
    await deleteSnapshot(snapshots, caller, snapshotId);
    await expect(controlOperation(deps, { runId, control: 'retry' })).rejects.toMatchObject({ code: 'snapshot-not-failed' });
    await world.sweep();
    await world.snapshotIs(snapshotId, 'DELETED');
    await expect(controlOperation(deps, { runId, control: 'retry' })).rejects.toMatchObject({ code: 'run-is-outdated' });
  });
});
