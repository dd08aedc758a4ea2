/** What a database of an older program says of deletes that failed is brought forward without stopping what is in use. */
import { ApiError } from '@cellplane/kubernetes';
import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { readMigrations } from '../database/migrate.js';
import { testDatabase } from '../database/test-database.testing.js';
import { runVerb } from './requests/change-instance.js';
import { deleteInstance } from './requests/delete-instance.js';
import { openWorld } from './life.testing.js';
import { serveStores, storePlan } from './safety.testing.js';
import { selectInstance } from '../instances/store.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
serveStores(cluster);
const plan = await world.offer(storePlan('Stores'));
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});

/** A delete of it has failed at a call to the cell. */
async function deleteFails(at: { call: string; kind: string }): Promise<string> {
  const id = await world.create(plan);
  await world.reach(id, 'RUNNING');
  cluster.fault = (call, key, done) => {
    if (call === at.call && key.kind === at.kind && key.name === id && !done) throw new ApiError('no', 422, 'Invalid', 'permanent');
  };
  await deleteInstance(deps, caller, { instanceId: id });
  await world.reach(id, 'FAILED');
  cluster.fault = () => {};
  return id;
}

it('a delete that began nothing, or after which something else has succeeded, holds nothing up', async () => {
  const used = await deleteFails({ call: 'delete', kind: 'Store' });
  await runVerb(deps, caller, { instanceId: used, kind: 'restart' });
  await world.reach(used, 'RUNNING');
  const untouched = await deleteFails({ call: 'apply', kind: 'Namespace' });
  const goingDown = await deleteFails({ call: 'delete', kind: 'Namespace' });
  // As 0044 brought them forward: by the deletes that failed alone.
  await sql`update instances set taking_down = true where id = any(${[used, untouched, goingDown]})`.execute(deps.db);
  const migration = (await readMigrations()).find(({ name }) => name === 'taking-down');
  await sql`drop index run_tasks_by_object`.execute(deps.db);
  await sql.raw(migration?.text ?? '').execute(deps.db);
  expect(await selectInstance(deps.db, used)).toMatchObject({ status: 'RUNNING', takingDown: false });
  expect(await selectInstance(deps.db, untouched)).toMatchObject({ status: 'FAILED', takingDown: false });
  expect(await selectInstance(deps.db, goingDown)).toMatchObject({ status: 'FAILED', takingDown: true });
});
