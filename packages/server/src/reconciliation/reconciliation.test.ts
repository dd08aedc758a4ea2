/** What a cell has lost is told on its instances, and the commands that are told mend it. */
import { ApiError } from '@cellplane/kubernetes';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { modifyInstance, runVerb } from '../lifecycle/requests/change-instance.js';
import { controlOperation } from '../lifecycle/requests/control-operation.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { describeInstance } from '../instance-api/read-instance.js';
import { serveStores, storePlan } from '../lifecycle/safety.testing.js';
import { consumptionOnWire, instanceOnWire } from '../instance-api/wire.js';
import { openReconciledWorld } from './world.testing.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openReconciledWorld(database);
const { deps, cluster, caller, reconcile, findings, codes, events, gauge, atRest } = world;
serveStores(cluster);
const plan = await world.offer(storePlan('Stores'));
const running = () => world.running(plan);
afterAll(() => world.close());

describe('what is as it should be', () => {
  it('is not told of', async () => {
    const id = await running();
    const passed = await reconcile();
    expect(await findings(id)).toEqual([]);
    expect(await events(id)).toEqual([]);
    expect(passed).toMatchObject({
      message: '',
      findings: [],
      counts: { missingObjects: 0, missingNamespaces: 0, instancesThatDiffer: 0 },
    });
    expect(passed?.counts.objects).toBeGreaterThan(0);
  });
});

describe('an object that somebody has deleted in the cell', () => {
  it('is told with what mends it, once as an event, until that has mended it', async () => {
    const id = await running();
    await reconcile();
    cluster.vanish('Store', id);
    await reconcile();
    expect(await findings(id)).toEqual([
      {
        code: 'object-gone',
        message: `Store/${id} is gone from namespace ${id}: its workflows wrote it and none of them deleted it`,
        since: expect.stringMatching(/^\d{4}-/) as string,
        objects: [{ apiVersion: 'stores.test/v1', kind: 'Store', name: id }],
        count: 1,
        commands: [`cellplane instance modify ${id} --recreate-missing`, `cellplane instance delete ${id}`],
      },
    ]);
    const [{ since } = { since: '' }] = await findings(id);
    await reconcile();
    expect((await findings(id))[0]?.since).toBe(since);
    expect(await events(id)).toEqual(['CellDiffers']);
    expect(await gauge('cellplane_cells_missing_objects')).toBe(1);
    expect(await gauge('cellplane_cells_instances_that_differ')).toBe(1);

    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
    await world.reach(id, 'RUNNING');
    await atRest(id);
    await reconcile();
    expect(await findings(id)).toEqual([]);
    expect(await events(id)).toEqual(['CellAgrees', 'MadeAnew', 'CellDiffers']);
    expect(await gauge('cellplane_cells_missing_objects')).toBe(0);
  });

  it('shows on the wire that the instance is not simply RUNNING', async () => {
    const id = await running();
    cluster.vanish('Store', id);
    await reconcile();
    const facts = await describeInstance(deps, caller, id);
    const fleet = instanceOnWire(facts, 'FLEET');
    expect(fleet.statusDescription).toContain(`Warning: cell: Store/${id} is gone from namespace ${id}`);
    expect(fleet.consumptionResourceInstanceResult).toMatchObject({
      status: 'RUNNING',
      active: false,
      findings: [{ code: 'object-gone' }],
    });
    const own = consumptionOnWire(facts, 'END_CUSTOMER');
    expect(own.findings?.[0]).toMatchObject({ code: 'object-gone' });
    expect(own.findings?.[0]).not.toHaveProperty('commands');
  });

  it('of a stopped instance is made anew by a start', async () => {
    const id = await running();
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    await atRest(id);
    cluster.vanish('Store', id);
    await reconcile();
    expect((await findings(id))[0]?.commands).toContain(`cellplane instance start ${id} --recreate-missing`);
    await runVerb(deps, caller, { instanceId: id, kind: 'start', recreateMissing: true });
    await world.reach(id, 'RUNNING');
    await atRest(id);
    await reconcile();
    expect(await findings(id)).toEqual([]);
  });

  it('and made again by hand is another one, which does not hold what that one held', async () => {
    const id = await running();
    const store = cluster.find('Store', id);
    if (store === undefined) throw new Error('there is no store');
    cluster.vanish('Store', id);
    cluster.put({ apiVersion: store.apiVersion, kind: 'Store', metadata: { name: id, namespace: id }, spec: {} });
    await reconcile();
    expect(await codes(id)).toEqual(['object-replaced']);
    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
    await world.reach(id, 'RUNNING');
    await atRest(id);
    await reconcile();
    expect(await codes(id)).toEqual([]);
  });
});

describe('a namespace that is gone', () => {
  it('is told instead of everything that was in it, and is mended', async () => {
    const id = await running();
    cluster.vanish('Store', id);
    cluster.vanish('Namespace', id);
    await reconcile();
    expect(await findings(id)).toMatchObject([
      { code: 'namespace-gone', count: 0, message: expect.stringContaining(`namespace ${id} is gone from its cell`) as string },
    ]);
    expect(await gauge('cellplane_cells_missing_namespaces')).toBe(1);
    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
    await world.reach(id, 'RUNNING');
    await atRest(id);
    await reconcile();
    expect(await findings(id)).toEqual([]);
  });
});

describe('no wolf is cried', () => {
  it('while an operation goes on, and on what a delete has begun to take down', async () => {
    const id = await running();
    cluster.change('Store', id, (store) => ({ ...store, metadata: { ...store.metadata, finalizers: ['stores.test/slow'] } }));
    await deleteInstance(deps, caller, { instanceId: id });
    await until(() => cluster.find('Store', id)?.metadata.deletionTimestamp, 'the store to be deleted');
    await reconcile();
    expect(await findings(id)).toEqual([]);
    await world.reach(id, 'FAILED');
    cluster.vanish('Store', id);
    await reconcile();
    expect(await findings(id)).toEqual([]);
    const { rows } = await sql<{ id: string }>`select id from runs where subject = ${id} order by created_at desc limit 1`.execute(deps.db);
    await controlOperation(deps, { runId: rows[0]?.id ?? '', control: 'retry' });
    await world.reach(id, 'DELETED');
    await reconcile();
    expect(await findings(id)).toEqual([]);
  });

  it('about what is there and has lost its labels', async () => {
    const id = await running();
    cluster.change('Store', id, (store) => ({ ...store, metadata: { ...store.metadata, labels: {} } }));
    cluster.change('Namespace', id, (namespace) => ({ ...namespace, metadata: { ...namespace.metadata, labels: {} } }));
    await reconcile();
    expect(await findings(id)).toEqual([]);
  });

  it('about what the API server refuses to show: the cell says so', async () => {
    const id = await running();
    cluster.fault = (call, key, done) => {
      if (call === 'list' && key.kind === 'Store' && !done) throw new ApiError('stores is forbidden', 403, 'Forbidden', 'permanent');
    };
    cluster.vanish('Store', id);
    const passed = await reconcile();
    cluster.fault = () => {};
    expect(await findings(id)).toEqual([]);
    expect(passed?.findings).toMatchObject([{ code: 'unread-kind', names: ['stores.test/Store'] }]);
    await reconcile();
    expect(await codes(id)).toEqual(['object-gone']);
  });

  it('by a cell that does not answer: nothing is told or taken back, and the pass is told to have failed', async () => {
    const id = await running();
    cluster.fault = (call) => {
      if (call === 'list') throw new ApiError('no answer', 0, 'NetworkError', 'transient');
    };
    const passed = await reconcile();
    cluster.fault = () => {};
    expect(await findings(id)).toEqual([]);
    expect(passed).toMatchObject({ message: 'no answer' });
    expect(await reconcile()).toMatchObject({ message: '' });
  });
});
