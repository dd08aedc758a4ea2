/** When a cell is reconciled, by whom, and that a slow one delays nothing else. */
import { afterAll, beforeEach, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { modifyInstance } from '../lifecycle/requests/change-instance.js';
import { serveStores, storePlan } from '../lifecycle/safety.testing.js';
import { silentLogger } from '../log.js';
import { requestPass, claimPasses, schedulePasses, renewPass, selectPass } from './pass-store.js';
import { createReconciler } from './reconciler.js';
import { openReconciledWorld } from './world.testing.js';

const { deps, cluster, caller, cellId, reconcile, ...world } = await openReconciledWorld(await testDatabase({ poolSize: 10 }));
const { db } = deps;
serveStores(cluster);
const plan = await world.offer(storePlan('Stores'));
afterAll(() => world.close());

const due = async () => (await claimPasses(db, 'somebody', [])).map((one) => one.cellId);
/** As after a pass that ended a while ago, when nothing is due. */
beforeEach(async () => {
  await reconcile();
  await sql`update deployment_cells set back_at = null`.execute(db);
  await sql`update cell_comparisons set asked_at = null, ended_at = now() - interval '1 minute', begun_at = now() - interval '1 minute', owner = null, lease_until = null`.execute(
    db,
  );
});

it('is due by the clock, on demand, and when the cell came back; not while it is away', async () => {
  expect(await due()).toEqual([]);
  await sql`update cell_comparisons set next_at = now()`.execute(db);
  await sql`update deployment_cells set status = 'DISCONNECTED'`.execute(db);
  expect(await due()).toEqual([]);
  await sql`update deployment_cells set status = 'RUNNING'`.execute(db);
  expect(await due()).toEqual([cellId]);
  await sql`update cell_comparisons set next_at = now() + interval '1 hour', owner = null, lease_until = null, begun_at = now() - interval '1 minute'`.execute(
    db,
  );
  expect(await due()).toEqual([]);
  await sql`update deployment_cells set back_at = now()`.execute(db);
  expect(await due()).toEqual([cellId]);
});

it('is due soon after a start, and never later than it was', async () => {
  await schedulePasses(db, 1_000);
  const { nextAt } = (await selectPass(db, cellId)) ?? {};
  await schedulePasses(db, 3_600_000);
  expect((await selectPass(db, cellId))?.nextAt).toEqual(nextAt);
});

it('is due after an operation on an instance of which something is told, and on no other', async () => {
  const id = await world.running(plan);
  expect(await due()).toEqual([]);
  cluster.vanish('Store', id);
  await reconcile();
  expect(await world.codes(id)).toEqual(['object-gone']);
  await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
  await world.atRest(id);
  expect(await due()).toEqual([]);
  await sql`update cell_comparisons set ended_at = now() - interval '1 minute'`.execute(db);
  expect(await due()).toEqual([cellId]);
});

it('is taken by one copy, and by another one once the first has died', async () => {
  await requestPass(db, cellId);
  const claims = await Promise.all(['one', 'two', 'three'].map(async (owner) => (await claimPasses(db, owner, [])).map(() => owner)));
  const owners = claims.flat();
  expect(owners).toHaveLength(1);
  const [first = ''] = owners;
  expect(await renewPass(db, first, cellId)).toBe(true);
  expect(await renewPass(db, 'another', cellId)).toBe(false);
  await requestPass(db, cellId);
  expect(await due()).toEqual([]);
  await sql`update cell_comparisons set lease_until = now() - interval '1 second'`.execute(db);
  expect(await due()).toEqual([cellId]);
  expect(await renewPass(db, first, cellId)).toBe(false);
});

it('at a cell that does not answer keeps nobody waiting', async () => {
  let answer = () => {};
  const silence = new Promise<void>((resolve) => (answer = resolve));
  let asked = 0;
  cluster.fault = async (call) => {
    if (call !== 'list') return;
    asked += 1;
    await silence;
  };
  const reconciler = createReconciler({ db, cells: deps.cells, log: silentLogger, intervalMs: 3_600_000 });
  await requestPass(db, cellId);
  const before = (await selectPass(db, cellId))?.comparedAt;
  await reconciler.tick();
  await until(() => (asked > 0 ? true : undefined), 'the cell to be asked');
  await reconciler.tick();
  expect((await selectPass(db, cellId))?.comparedAt).toEqual(before);
  cluster.fault = () => {};
  answer();
  await reconciler.idle();
  expect((await selectPass(db, cellId))?.comparedAt).not.toEqual(before);
  await reconciler.stop();
});
