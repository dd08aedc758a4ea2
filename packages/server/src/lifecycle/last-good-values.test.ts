/** What was refused is not the truth: values count when their workflow has succeeded, and what changed nothing leaves the status. */
import { ApiError } from '@cellplane/kubernetes';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { scaleInstance } from './requests/capacity.js';
import { modifyInstance, runVerb } from './requests/change-instance.js';
import { controlOperation } from './requests/control-operation.js';
import { callCustomWorkflow } from './requests/custom-workflow.js';
import { openParameters } from '../instances/expression-context.js';
import { failOver } from './requests/failover.js';
import { instanceHistory } from '../instance-api/history.js';
import { openWorld } from './life.testing.js';
import { describeInstance } from '../instance-api/read-instance.js';
import { serveStores, storePlan } from './safety.testing.js';
import { selectInstance } from '../instances/store.js';
import { consumptionOnWire } from '../instance-api/wire.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
serveStores(cluster);
const plan = await world.offer(storePlan('Stores'));
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
afterEach(() => {
  cluster.fault = () => {};
});

async function running(parameters: Record<string, unknown> = {}): Promise<string> {
  const id = await world.create(plan, { parameters });
  await world.reach(id, 'RUNNING');
  return id;
}

/** The API server refuses stores of this size. */
function refuseSize(size: number): void {
  const { mutate } = cluster;
  cluster.mutate = (object) => {
    const spec = object['spec'] as { size?: number } | undefined;
    if (object.kind === 'Store' && spec?.size === size)
      throw new ApiError(`Store "${object.metadata.name}" is invalid: spec.size: ${size} is not offered`, 422, 'Invalid', 'permanent');
    return mutate(object);
  };
}
refuseSize(13);

const row = async (id: string) => {
  const instance = await selectInstance(deps.db, id);
  if (instance === undefined) throw new Error(`no ${id}`);
  return instance;
};
const shown = async (id: string) => consumptionOnWire(await describeInstance(deps, caller, id), 'FLEET');
const atRest = (id: string) =>
  until(async () => {
    const { rows } = await sql`select 1 from operations where instance_id = ${id} and status in ('running', 'waiting')`.execute(deps.db);
    return rows.length === 0 ? true : undefined;
  }, `${id} to be at rest`);
async function lastOperation(id: string) {
  const [operation] = (await instanceHistory(deps.db, caller, { instanceId: id })).operations;
  if (operation === undefined) throw new Error(`${id} has no operations`);
  return operation;
}
const storeOf = (id: string) => cluster.find('Store', id)?.['spec'] as { size: number; color: string; paused?: boolean };

describe('a modify that is refused', () => {
  it('leaves the values that count: reads, the next modify, start and scaling have them; the requested ones are shown beside', async () => {
    const id = await running({ color: 'blue' });
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 13, password: 'second-password' } });
    const failed = await world.reach(id, 'FAILED');
    expect(failed.parameters).toMatchObject({ size: 1, color: 'blue' });
    expect(openParameters(deps.sealer, failed).secret).toEqual({ password: 'first-password' });
    expect(failed.statusMessage).toContain('spec.size: 13 is not offered');
    expect(failed.statusMessage).toContain(
      'Nothing was changed. The values from before count; retry the workflow to go on with the new ones.',
    );
    const { runs } = await lastOperation(id);
    expect(await shown(id)).toMatchObject({
      result_params: { size: 1, color: 'blue' },
      requestedChange: { workflowId: runs[0]?.id, status: 'FAILED', requestParams: { size: 13, password: '***' } },
    });

    await modifyInstance(deps, caller, { instanceId: id, parameters: { color: 'green' } });
    expect((await world.reach(id, 'RUNNING')).parameters).toMatchObject({ size: 1, color: 'green' });
    expect(storeOf(id)).toEqual({ size: 1, color: 'green' });
    expect(await shown(id)).not.toHaveProperty('requestedChange');
  });

  it('is gone on with by its retry, with what it asked for', async () => {
    const id = await running();
    let refuse = true;
    cluster.fault = (call, key) => {
      if (refuse && call === 'apply' && key.kind === 'Store') throw new ApiError('not now', 422, 'Invalid', 'permanent');
    };
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 7 } });
    expect((await world.reach(id, 'FAILED')).parameters).toMatchObject({ size: 1 });
    refuse = false;
    await controlOperation(deps, { runId: (await lastOperation(id)).runs[0]?.id ?? '', control: 'retry' });
    expect((await world.reach(id, 'RUNNING')).parameters).toMatchObject({ size: 7 });
    expect(storeOf(id)).toMatchObject({ size: 7 });
  });

  it('does not keep a start of what runs from running, with the values that count', async () => {
    const id = await running();
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 13 } });
    await world.reach(id, 'FAILED');
    await runVerb(deps, caller, { instanceId: id, kind: 'start' });
    expect(await world.reach(id, 'RUNNING')).toMatchObject({ statusMessage: '', parameters: { size: 1 } });
  });

  it('of an instance that has never run leaves what was asked for last: there are no good values', async () => {
    const id = await world.create(plan, { parameters: { size: 13, color: 'blue' } });
    await world.reach(id, 'FAILED');
    await modifyInstance(deps, caller, { instanceId: id, parameters: { color: 'green' } });
    await world.reach(id, 'FAILED');
    expect((await row(id)).parameters).toMatchObject({ size: 13, color: 'green' });
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 2 } });
    expect((await world.reach(id, 'RUNNING')).parameters).toMatchObject({ size: 2, color: 'green' });
  });
});

it('a modify that is ended half way says what may be in place', async () => {
  const id = await running();
  const { operator } = cluster;
  cluster.operator = () => {};
  cluster.setStatus('Store', id, { phase: 'busy' });
  await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 5 } });
  await until(() => (storeOf(id).size === 5 ? true : undefined), 'the store to be written');
  expect((await row(id)).parameters).toMatchObject({ size: 1 });
  expect(await shown(id)).toMatchObject({ requestedChange: { status: 'RUNNING', requestParams: { size: 5 } } });
  await controlOperation(deps, { runId: (await lastOperation(id)).runs[0]?.id ?? '', control: 'terminate' });
  const said = `values: some of a modify that failed may be in place (Store/${id}), until another one succeeds`;
  expect(await world.reach(id, 'FAILED')).toMatchObject({
    parameters: { size: 1 },
    statusMessage: expect.stringContaining('The values from before count') as string,
    warnings: [said],
  });
  cluster.operator = operator;
  await runVerb(deps, caller, { instanceId: id, kind: 'start' });
  cluster.setStatus('Store', id, { phase: 'ready' });
  // Whether the start has written all of them, only its plan knows.
  expect(await world.reach(id, 'RUNNING')).toMatchObject({ warnings: [said] });
  expect(storeOf(id)).toMatchObject({ size: 1 });
  expect(await shown(id)).toMatchObject({ requestedChange: { status: 'CANCELLED' } });
  await modifyInstance(deps, caller, { instanceId: id, parameters: {} });
  expect(await world.reach(id, 'RUNNING')).toMatchObject({ warnings: [] });
});

describe('what changed nothing leaves the status as it was', () => {
  it('a failover of an unknown replica', async () => {
    const id = await running();
    await failOver(deps, caller, { instanceId: id, failedReplicaId: 'nobody', failedReplicaAction: '' });
    await atRest(id);
    expect(await row(id)).toMatchObject({ status: 'RUNNING', statusMessage: '' });
    expect(await lastOperation(id)).toMatchObject({ kind: 'failover', status: 'FAILED' });
  });

  it('a failover that a person ends while it looks for the replica', async () => {
    const id = await running();
    const { runId } = await failOver(deps, caller, { instanceId: id, failedReplicaId: 'nobody', failedReplicaAction: '' });
    await controlOperation(deps, { runId, control: 'terminate' });
    await atRest(id);
    expect(await row(id)).toMatchObject({ status: 'RUNNING' });
  });

  it('a scaling that is refused, whose retry then counts', async () => {
    const id = await running();
    let refuse = true;
    cluster.fault = (call, key) => {
      if (refuse && call === 'patch' && key.kind === 'Store') throw new ApiError('too many', 422, 'Invalid', 'permanent');
    };
    await scaleInstance(deps, caller, { instanceId: id, kind: 'addCapacity', by: 1 });
    await atRest(id);
    expect(await row(id)).toMatchObject({ status: 'RUNNING', parameters: { replicaCount: 1 } });
    refuse = false;
    await controlOperation(deps, { runId: (await lastOperation(id)).runs[0]?.id ?? '', control: 'retry' });
    await atRest(id);
    expect(await row(id)).toMatchObject({ status: 'RUNNING', parameters: { replicaCount: 2 } });
  });

  it('a stop that is refused, and a start of what is stopped', async () => {
    const id = await running();
    cluster.fault = (call, key) => {
      if ((call === 'patch' || call === 'apply') && key.kind === 'Store') throw new ApiError('no', 422, 'Invalid', 'permanent');
    };
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await atRest(id);
    expect(await row(id)).toMatchObject({ status: 'RUNNING' });
    cluster.fault = () => {};
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    cluster.fault = (call, key) => {
      if (call === 'apply' && key.kind === 'Store') throw new ApiError('no', 422, 'Invalid', 'permanent');
    };
    await runVerb(deps, caller, { instanceId: id, kind: 'start' });
    await atRest(id);
    expect(await row(id)).toMatchObject({ status: 'STOPPED' });
  });

  it('but not what may have changed something: an answer that never came', async () => {
    const id = await running();
    let asked = 0;
    cluster.fault = (call, key, done) => {
      if (call !== 'patch' || key.kind !== 'Store') return;
      if (!done) asked++;
      if (asked === 1 && done) throw new ApiError('reset', 0, 'ConnectionLost', 'unknown');
      if (asked > 1 && !done) throw new ApiError('too many', 422, 'Invalid', 'permanent');
    };
    await scaleInstance(deps, caller, { instanceId: id, kind: 'addCapacity', by: 1 });
    await world.reach(id, 'FAILED');
    // It failed with a change: what is tried after it does not make that undone.
    cluster.fault = () => {};
    await failOver(deps, caller, { instanceId: id, failedReplicaId: 'nobody', failedReplicaAction: '' });
    await atRest(id);
    expect(await row(id)).toMatchObject({ status: 'FAILED', statusMessage: expect.stringContaining('addCapacity failed') as string });
  });

  it('and a custom workflow runs on what is FAILED while its product is well', async () => {
    const id = await running();
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 13 } });
    await world.reach(id, 'FAILED');
    await callCustomWorkflow(deps, caller, { instanceId: id, workflow: { verb: 'repaint' }, audience: () => 'FLEET', parameters: {} });
    await atRest(id);
    expect(await lastOperation(id)).toMatchObject({ kind: 'custom', status: 'SUCCEEDED' });
    expect(storeOf(id)).toMatchObject({ size: 1 });
  });
});
