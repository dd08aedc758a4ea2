/** When a cell is looked at, by whom, and that a slow one delays nothing else. */
import { afterAll, beforeEach, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { modifyInstance } from '../lifecycle/requests/change-instance.js';
import { serveStores, storePlan } from '../lifecycle/safety.testing.js';
import { silentLogger } from '../log.js';
import { askForLook, claimLooks, prepareLooks, renewLook, selectLook } from './looks-store.js';
import { createReconciler } from './reconciler.js';
import { openLookedAtWorld } from './world.testing.js';

const { deps, cluster, caller, cellId, look, ...world } = await openLookedAtWorld(await testDatabase({ poolSize: 10 }));
const { db } = deps;
serveStores(cluster);
const plan = await world.offer(storePlan('Stores'));
afterAll(() => world.close());

const due = async () => (await claimLooks(db, 'somebody', [])).map((one) => one.cellId);
/** As after a look that ended a while ago, when nothing is due. */
beforeEach(async () => {
  await look();
  await sql`update deployment_cells set back_at = null`.execute(db);
  await sql`update cell_looks set asked_at = null, ended_at = now() - interval '1 minute', begun_at = now() - interval '1 minute', owner = null, lease_until = null`.execute(
    db,
  );
});

it('is due by the clock, on demand, and when the cell came back; not while it is away', async () => {
  expect(await due()).toEqual([]);
  await sql`update cell_looks set next_at = now()`.execute(db);
  await sql`update deployment_cells set status = 'DISCONNECTED'`.execute(db);
  expect(await due()).toEqual([]);
  await sql`update deployment_cells set status = 'RUNNING'`.execute(db);
  expect(await due()).toEqual([cellId]);
  await sql`update cell_looks set next_at = now() + interval '1 hour', owner = null, lease_until = null, begun_at = now() - interval '1 minute'`.execute(
    db,
  );
  expect(await due()).toEqual([]);
  await sql`update deployment_cells set back_at = now()`.execute(db);
  expect(await due()).toEqual([cellId]);
});

it('is due soon after a start, and never later than it was', async () => {
  await prepareLooks(db, 1_000);
  const { nextAt } = (await selectLook(db, cellId)) ?? {};
  await prepareLooks(db, 3_600_000);
  expect((await selectLook(db, cellId))?.nextAt).toEqual(nextAt);
});

it('is due after an operation on an instance of which something is told, and on no other', async () => {
  const id = await world.running(plan);
  expect(await due()).toEqual([]);
  cluster.vanish('Store', id);
  await look();
  expect(await world.codes(id)).toEqual(['object-gone']);
  await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
  await world.atRest(id);
  expect(await due()).toEqual([]);
  await sql`update cell_looks set ended_at = now() - interval '1 minute'`.execute(db);
  expect(await due()).toEqual([cellId]);
});

it('is taken by one copy, and by another one once the first has died', async () => {
  await askForLook(db, cellId);
  const claims = await Promise.all(['one', 'two', 'three'].map(async (owner) => (await claimLooks(db, owner, [])).map(() => owner)));
  const owners = claims.flat();
  expect(owners).toHaveLength(1);
  const [first = ''] = owners;
  expect(await renewLook(db, first, cellId)).toBe(true);
  expect(await renewLook(db, 'another', cellId)).toBe(false);
  await askForLook(db, cellId);
  expect(await due()).toEqual([]);
  await sql`update cell_looks set lease_until = now() - interval '1 second'`.execute(db);
  expect(await due()).toEqual([cellId]);
  expect(await renewLook(db, first, cellId)).toBe(false);
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
  await askForLook(db, cellId);
  const before = (await selectLook(db, cellId))?.lookedAt;
  await reconciler.tick();
  await until(() => (asked > 0 ? true : undefined), 'the cell to be asked');
  await reconciler.tick();
  expect((await selectLook(db, cellId))?.lookedAt).toEqual(before);
  cluster.fault = () => {};
  answer();
  await reconciler.idle();
  expect((await selectLook(db, cellId))?.lookedAt).not.toEqual(before);
  await reconciler.stop();
});
