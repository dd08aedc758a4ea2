/** What a cell has that the database does not know, and a cell that is another cluster than before. */
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { modifyInstance, runVerb } from '../lifecycle/requests/change-instance.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { serveStores, storePlan } from '../lifecycle/safety.testing.js';
import { reconciliationHandlers } from './handlers.js';
import { openReconciledWorld } from './world.testing.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openReconciledWorld(database);
const { deps, cluster, caller, reconcile, findings, codes, events, gauge, atRest, cellId } = world;
serveStores(cluster);
const plan = await world.offer(storePlan('Stores'));
const running = () => world.running(plan);
const handlers = reconciliationHandlers({ db: deps.db, providerOrgId: caller.orgId });
afterAll(() => world.close());

const namespace = (name: string, labels: Record<string, string>, annotations: Record<string, string> = {}) =>
  cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } });
const managed = { 'app.kubernetes.io/managed-by': 'cellplane' };

describe('a namespace with the labels of an instance that no instance has', () => {
  it('is told on the cell with commands that show and remove it, and is left alone', async () => {
    namespace('instance-stranger', { ...managed, 'cellplane.dev/instance': 'instance-stranger' });
    const passed = await reconcile();
    expect(passed.findings).toMatchObject([
      {
        code: 'unknown-namespace',
        names: ['instance-stranger'],
        count: 1,
        commands: [
          'kubectl get namespaces -l cellplane.dev/instance',
          'kubectl get all -n instance-stranger',
          'kubectl delete namespace instance-stranger',
        ],
      },
    ]);
    expect(await gauge('cellplane_cells_unknown_namespaces')).toBe(1);
    expect(cluster.find('Namespace', 'instance-stranger')).toBeDefined();
    const described = await handlers.describeDeploymentCell({ params: { cell: 'simulated' }, query: {}, body: undefined, caller });
    expect(described.comparison).toMatchObject({ findings: [{ code: 'unknown-namespace' }], counts: { unknownNamespaces: 1 } });
    cluster.vanish('Namespace', 'instance-stranger');
    expect((await reconcile()).findings).toEqual([]);
  });

  it('is not what Cellplane has beside instances, nor that of an instance that is being made or deleted', async () => {
    namespace('operators', managed);
    namespace('somebody-elses', {});
    const id = await running();
    cluster.change('Namespace', id, (one) => ({ ...one, metadata: { ...one.metadata, finalizers: ['test/slow'] } }));
    await deleteInstance(deps, caller, { instanceId: id });
    expect((await reconcile()).findings).toEqual([]);
    cluster.change('Namespace', id, (one) => ({ ...one, metadata: { ...one.metadata, finalizers: [] } }));
    cluster.vanish('Namespace', id);
    await world.reach(id, 'DELETED');
    expect((await reconcile()).findings).toEqual([]);
  });

  it('is that of an instance that was deleted, if somebody has brought it back', async () => {
    const id = await running();
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    namespace(id, { ...managed, 'cellplane.dev/instance': id });
    expect((await reconcile()).findings).toMatchObject([{ code: 'unknown-namespace', names: [id] }]);
    cluster.vanish('Namespace', id);
  });
});

describe('a database that was restored from an older dump', () => {
  it('is told by the workflows that it does not know, on the cell and on the instance, until a workflow has written what it says', async () => {
    const id = await running();
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 3 } });
    await world.reach(id, 'RUNNING');
    await atRest(id);
    await reconcile();
    expect(await findings(id)).toEqual([]);
    // The rows of the modify are younger than the dump.
    await sql`delete from operations where instance_id = ${id} and kind = 'modify'`.execute(deps.db);
    await sql`delete from runs where subject = ${id} and kind = 'modify'`.execute(deps.db);
    const passed = await reconcile();
    expect(passed.findings).toMatchObject([
      { code: 'database-older', count: 1, message: expect.stringContaining('this database is older than the cell') as string },
    ]);
    expect(await findings(id)).toMatchObject([{ code: 'unknown-run', commands: [`cellplane instance modify ${id} --recreate-missing`] }]);
    expect(await gauge('cellplane_cells_unknown_runs')).toBe(1);

    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
    await world.reach(id, 'RUNNING');
    await atRest(id);
    expect((await reconcile()).findings).toEqual([]);
    expect(await findings(id)).toEqual([]);
    expect(await events(id)).toEqual(['CellAgrees', 'CellDiffers']);
    // The product was whole all the time: that is no news for customers.
    const { rows } =
      await sql`select payload from events where subject = ${id} and kind = 'instance-noted' order by payload->>'type'`.execute(deps.db);
    expect(rows).toEqual(['CellAgrees', 'CellDiffers'].map((type) => ({ payload: { type, isLoss: false } })));
  });
});

describe('a cell whose address leads to another cluster', () => {
  const kubeSystem = (uid: string) => {
    cluster.vanish('Namespace', 'kube-system');
    cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
    const made = cluster.find('Namespace', 'kube-system');
    if (made === undefined) throw new Error('there is no kube-system');
    cluster.change('Namespace', 'kube-system', (one) => ({ ...one, metadata: { ...one.metadata, uid } }));
  };

  it('is told, nothing is begun there, and it goes on where the address leads back', async () => {
    kubeSystem('first');
    const id = await running();
    await reconcile();
    kubeSystem('second');
    const passed = await reconcile();
    expect(passed.findings).toMatchObject([
      { code: 'another-cluster', names: ['second'], commands: ['cellplane deployment-cell accept-cluster simulated --uid second'] },
    ]);
    expect(await codes(id)).toEqual(['another-cluster']);
    expect(await deps.cells.find(cellId)).toMatchObject({ status: 'FAILED', otherClusterUid: 'second' });
    const refused = { kind: 'invalid_state', code: 'another-cluster' };
    await expect(runVerb(deps, caller, { instanceId: id, kind: 'restart' })).rejects.toMatchObject(refused);
    await expect(deleteInstance(deps, caller, { instanceId: id })).rejects.toMatchObject(refused);
    await reconcile();
    expect(await events(id)).toEqual(['CellDiffers']);

    kubeSystem('first');
    expect((await reconcile()).findings).toEqual([]);
    expect(await findings(id)).toEqual([]);
    expect(await deps.cells.find(cellId)).toMatchObject({ status: 'RUNNING', otherClusterUid: '' });
    await runVerb(deps, caller, { instanceId: id, kind: 'restart' });
    await world.reach(id, 'RUNNING');
    await atRest(id);
  });

  it('takes its place once somebody says so, by its uid; then it is told what is missing there', async () => {
    const id = await running();
    kubeSystem('second');
    await reconcile();
    const accept = (clusterUid: string) =>
      handlers.acceptDeploymentCellCluster({ params: { cell: 'simulated' }, query: {}, body: { clusterUid }, caller });
    await expect(accept('third')).rejects.toMatchObject({ kind: 'invalid_state', code: 'not-another-cluster' });
    await accept('second');
    cluster.vanish('Store', id);
    cluster.vanish('Namespace', id);
    await reconcile();
    expect(await codes(id)).toEqual(['namespace-gone']);
    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
    await world.reach(id, 'RUNNING');
    await atRest(id);
    await reconcile();
    expect(await findings(id)).toEqual([]);
  });

  it('is the provider’s to see and to accept', async () => {
    const stranger = { ...caller, orgId: 'org-stranger' };
    const request = { params: { cell: 'simulated' }, query: {}, body: undefined, caller: stranger };
    const notFound = { kind: 'not_found' };
    await expect(handlers.describeDeploymentCell(request)).rejects.toMatchObject(notFound);
    await expect(handlers.compareDeploymentCell(request)).rejects.toMatchObject(notFound);
    await expect(handlers.acceptDeploymentCellCluster({ ...request, body: { clusterUid: 'x' } })).rejects.toMatchObject(notFound);
  });
});
