/** Nothing brings back an empty database: what was made once is found again, or is made anew on purpose. */
import { ApiError } from '@cellplane/kubernetes';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { scaleInstance } from './requests/capacity.js';
import { modifyInstance, runVerb } from './requests/change-instance.js';
import { controlOperation } from './requests/control-operation.js';
import { callCustomWorkflow } from './requests/custom-workflow.js';
import { deleteInstance } from './requests/delete-instance.js';
import { failOver } from './requests/failover.js';
import { selectInstanceEvents } from '../instances/instance-event-store.js';
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

async function running(): Promise<string> {
  const id = await world.create(plan);
  await world.reach(id, 'RUNNING');
  return id;
}

const uidOf = (id: string) => cluster.find('Store', id)?.metadata.uid;
async function lastRun(id: string): Promise<{ id: string; code: string; message: string }> {
  const { rows } = await sql<{ id: string; code: string; message: string }>`
    select r.id, r.code, r.message from runs r where r.subject = ${id} order by r.created_at desc limit 1`.execute(deps.db);
  if (rows[0] === undefined) throw new Error(`${id} has no run`);
  return rows[0];
}
const atRest = (id: string) =>
  until(async () => {
    const { rows } = await sql`select 1 from operations where instance_id = ${id} and status in ('running', 'waiting')`.execute(deps.db);
    return rows.length === 0 ? true : undefined;
  }, `${id} to be at rest`);

describe('a delete that has begun to take the instance down and failed', () => {
  it('leaves only deletes and retries: all else is refused with the cure', async () => {
    const id = await running();
    cluster.change('Store', id, (store) => ({ ...store, metadata: { ...store.metadata, finalizers: ['stores.test/slow'] } }));
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'FAILED');
    cluster.vanish('Store', id);
    const refused = { kind: 'invalid_state', code: 'being-taken-down', message: expect.stringContaining('Delete it again') as string };
    await expect(runVerb(deps, caller, { instanceId: id, kind: 'start' })).rejects.toMatchObject(refused);
    await expect(runVerb(deps, caller, { instanceId: id, kind: 'stop' })).rejects.toMatchObject(refused);
    await expect(modifyInstance(deps, caller, { instanceId: id, parameters: { size: 2 } })).rejects.toMatchObject(refused);
    await expect(scaleInstance(deps, caller, { instanceId: id, kind: 'addCapacity', by: 1 })).rejects.toMatchObject(refused);
    await expect(failOver(deps, caller, { instanceId: id, failedReplicaId: 'x', failedReplicaAction: '' })).rejects.toMatchObject(refused);
    const custom = { instanceId: id, workflow: { verb: 'repaint' }, audience: () => 'FLEET' as const, parameters: {} };
    await expect(callCustomWorkflow(deps, caller, custom)).rejects.toMatchObject(refused);
    expect(cluster.find('Store', id)).toBeUndefined();
    await controlOperation(deps, { runId: (await lastRun(id)).id, control: 'retry' });
    await world.reach(id, 'DELETED');
  });

  it('but one that was refused before anything went leaves the instance as it was to be used', async () => {
    const id = await running();
    cluster.fault = (call, key, done) => {
      if (call === 'delete' && key.name === id && !done) throw new ApiError('the policy says no', 422, 'Invalid', 'permanent');
    };
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await world.reach(id, 'FAILED')).toMatchObject({ takingDown: false });
    cluster.fault = () => {};
    await runVerb(deps, caller, { instanceId: id, kind: 'restart' });
    await world.reach(id, 'RUNNING');
  });
});

describe('what somebody has deleted in the cell', () => {
  it.each(['modify', 'restart', 'custom'] as const)('is not made anew by a %s, which fails and says so', async (kind) => {
    const id = await running();
    const uid = uidOf(id);
    cluster.vanish('Store', id);
    if (kind === 'modify') await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 2 } });
    else if (kind === 'restart') await runVerb(deps, caller, { instanceId: id, kind });
    else await callCustomWorkflow(deps, caller, { instanceId: id, workflow: { verb: 'repaint' }, audience: () => 'FLEET', parameters: {} });
    await atRest(id);
    expect(cluster.find('Store', id)).toBeUndefined();
    const { message } = await lastRun(id);
    expect(message).toContain(`Store/${id} is gone: it was there (uid ${uid}`);
    expect(message).toContain('--recreate-missing');
    // A custom workflow leaves the status alone; a restart that changed nothing does, too.
    const status = kind === 'modify' ? 'FAILED' : 'RUNNING';
    expect(await selectInstance(deps.db, id)).toMatchObject({ status });
  });

  it('is not waited for by a patch of it', async () => {
    const id = await running();
    cluster.vanish('Store', id);
    await scaleInstance(deps, caller, { instanceId: id, kind: 'addCapacity', by: 1 });
    await atRest(id);
    expect((await lastRun(id)).message).toContain(`Store/${id} is gone`);
  });

  it('is not taken for what was there when somebody has made another one', async () => {
    const id = await running();
    const store = cluster.find('Store', id);
    cluster.vanish('Store', id);
    if (store !== undefined) cluster.put({ apiVersion: store.apiVersion, kind: 'Store', metadata: { name: id, namespace: id }, spec: {} });
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 2 } });
    await world.reach(id, 'FAILED');
    expect((await lastRun(id)).message).toContain(`Store/${id} is another one than the one that was there`);
  });

  it('with its whole namespace fails before anything is made', async () => {
    const id = await running();
    cluster.vanish('Store', id);
    cluster.vanish('Namespace', id);
    await runVerb(deps, caller, { instanceId: id, kind: 'restart' });
    await atRest(id);
    expect(await lastRun(id)).toMatchObject({
      code: 'namespace-gone',
      message: expect.stringContaining(`namespace ${id} is gone`) as string,
    });
    expect(cluster.find('Namespace', id)).toBeUndefined();
  });

  it('is made anew on purpose, which is told for good, and is then what has to be there', async () => {
    const id = await running();
    cluster.vanish('Store', id);
    cluster.vanish('Namespace', id);
    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
    await world.reach(id, 'RUNNING');
    expect(uidOf(id)).toBeDefined();
    expect(await selectInstanceEvents(deps.db, id, 5)).toMatchObject([
      { type: 'MadeAnew', message: `Store/${id} had gone and was made anew by modify, as was asked for: what it held before is not in it` },
    ]);
    await runVerb(deps, caller, { instanceId: id, kind: 'restart' });
    await world.reach(id, 'RUNNING');
    cluster.vanish('Store', id);
    await runVerb(deps, caller, { instanceId: id, kind: 'restart' });
    await atRest(id);
    expect((await lastRun(id)).message).toContain('is gone');
  });

  it('is told to be made anew by a change that failed after that: the next one finds it', async () => {
    const id = await running();
    cluster.vanish('Store', id);
    const { operator } = cluster;
    cluster.operator = () => {};
    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
    const { id: runId } = await lastRun(id);
    await until(async () => {
      const { rows } = await sql`select 1 from run_events where run_id = ${runId} and details->>'madeAnew' is not null`.execute(deps.db);
      return rows[0];
    }, 'the store to be made anew');
    await controlOperation(deps, { runId, control: 'terminate' });
    await world.reach(id, 'FAILED');
    cluster.operator = operator;
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 2 } });
    await world.reach(id, 'RUNNING');
    expect(await selectInstanceEvents(deps.db, id, 5)).toMatchObject([{ type: 'MadeAnew' }]);
  });

  it('is told to be made anew when the answer of the first attempt was lost, too', async () => {
    const id = await running();
    cluster.vanish('Store', id);
    let lost = 0;
    cluster.fault = (call, key, done) => {
      if (call === 'apply' && key.kind === 'Store' && key.name === id && done && lost++ === 0)
        throw new ApiError('no answer', 0, 'NetworkError', 'transient');
    };
    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, recreateMissing: true });
    await world.reach(id, 'RUNNING');
    cluster.fault = () => {};
    expect(lost).toBeGreaterThan(0);
    expect(await selectInstanceEvents(deps.db, id, 5)).toMatchObject([{ type: 'MadeAnew' }]);
  });
});

describe('what may be made again', () => {
  it('a create that failed and is tried again, whatever was cleaned up meanwhile', async () => {
    const { operator } = cluster;
    cluster.operator = (object, cell) => {
      if (object.kind === 'Store') cell.setStatus('Store', object.metadata.name, { phase: 'busy' }, object.metadata.namespace);
    };
    const id = await world.create(plan);
    await until(() => (cluster.find('Store', id) === undefined ? undefined : true), 'the store');
    await controlOperation(deps, { runId: (await lastRun(id)).id, control: 'terminate' });
    await world.reach(id, 'FAILED');
    cluster.vanish('Store', id);
    cluster.vanish('Namespace', id);
    cluster.operator = operator;
    await controlOperation(deps, { runId: (await lastRun(id)).id, control: 'retry' });
    await world.reach(id, 'RUNNING');
    expect(uidOf(id)).toBeDefined();
  });
});
