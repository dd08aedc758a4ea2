/** The whole life of the example plan's instance on the simulated cell, through the API: what `npm start` offers works. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import { until } from '../packages/server/src/engine/engine.testing.js';
import { groupState, killGroup } from '../packages/server/src/exec/process-group.js';
import type { SimulatorProcess } from '../packages/server/src/exec/simulator-process.js';
import { offerPlan } from '../bench/offer.js';
import { firstVersion, secondVersion } from './second-version.testing.js';
import { startServerProcess } from './serve.testing.js';

/** For one operation, on a busy machine. */
const PATIENCE_MS = 180_000;

const spec = await readFile(new URL('../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');
const folder = await mkdtemp('/tmp/cellplane-example-');
await chmod(folder, 0o755);
const database = await testDatabase();
const server = await startServerProcess({ CELLPLANE_DATA_DIR: folder, DATABASE_URL: database.url });
const { client } = server;

afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
  const cell = JSON.parse(await readFile(join(folder, 'simulated-cell/process.json'), 'utf8')) as SimulatorProcess;
  if (groupState(cell.group) === 'alive') killGroup(cell.group.pgid);
  await rm(folder, { recursive: true, force: true });
});

it('lives: scaled, failed over, stopped, backed up, restored elsewhere and into the deleted source, deleted', {
  timeout: 600_000,
}, async () => {
  for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
    await client.setSecret({ params: { environmentType: 'dev', name }, body: { value: 'test' } });
  const plan = await offerPlan(client, spec);
  const place = { serviceId: plan.built.serviceID, environmentId: plan.built.serviceEnvironmentID };
  const of = plan.where;
  const describe = async (id: string) => (await client.describeInstance({ params: of(id), query: {} })).consumptionResourceInstanceResult;
  const reach = async (id: string, status: string) => {
    let seen = '';
    const look = async () => {
      const progress = await client.describeInstanceProgress({ params: { id } });
      if (progress.status === 'FAILED') throw new Error(`${id} FAILED: ${progress.statusDescription}`);
      seen = JSON.stringify(progress.run?.waitingFor ?? progress.status);
      return progress.status === status || undefined;
    };
    await until(look, `${id} to be ${status}`, PATIENCE_MS).catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : ''}: ${seen}`);
    });
  };
  const snapshots = async (id: string) =>
    (await client.listSnapshots({ params: place, query: {} })).snapshots.filter((one) => one.sourceInstanceId === id);
  const complete = (id: string, snapshotId: string) =>
    until(
      async () => {
        const found = (await snapshots(id)).find((one) => one.snapshotId === snapshotId);
        if (found?.status === 'FAILED') throw new Error(`${snapshotId} FAILED: ${found.statusDescription ?? ''}`);
        return found?.status === 'COMPLETE' ? found : undefined;
      },
      `${snapshotId} to be complete`,
      PATIENCE_MS,
    );
  const quiet = (id: string) =>
    until(
      async () => {
        const { workflowExecutions } = await client.listWorkflowExecutions({ params: { ...place, instanceId: id }, query: {} });
        return workflowExecutions.every((one) => one.status === 'SUCCEEDED' || one.status === 'FAILED') || undefined;
      },
      `${id} to be free`,
      PATIENCE_MS,
    );
  const gone = (id: string) =>
    until(
      async () => {
        const found = await client.searchInventory({ body: { query: `resourceinstance:${id}` } });
        return (found.resourceInstanceResults ?? []).length === 0 || undefined;
      },
      `${id} to be gone`,
      PATIENCE_MS,
    );
  const outputs = async (id: string) => (await describe(id)).result_params;

  const id = await plan.create(client);
  await reach(id, 'RUNNING');

  await client.addCapacity({ params: of(id), body: { capacityToBeAdded: 1 } });
  await reach(id, 'RUNNING');
  await client.modifyInstance({ params: of(id), body: { requestParams: { maxConnections: 120 } } });
  await reach(id, 'RUNNING');
  expect(await outputs(id)).toMatchObject({ topology: { instances: { [`${id}-1`]: {}, [`${id}-2`]: {} } } });

  for (const [failed, action] of [
    [`${id}-1`, 'FAILOVER_ONLY'],
    [`${id}-2`, 'FAILOVER_AND_RECREATE'],
  ]) {
    await client.failoverInstance({ params: of(id), body: { failedReplicaID: failed, failedReplicaAction: action } });
    await reach(id, 'RUNNING');
  }
  const { workflowExecutions } = await client.listWorkflowExecutions({ params: { ...place, instanceId: id }, query: { verb: 'failover' } });
  const promoted = await Promise.all(
    workflowExecutions.map(
      async ({ executionId }) =>
        (await client.describeWorkflowExecution({ params: { ...place, instanceId: id, executionId } })).outputs?.['primary'],
    ),
  );
  expect(promoted).toEqual([`${id}-1`, `${id}-2`]);
  await client.removeCapacity({ params: of(id), body: { capacityToBeRemoved: 1 } });
  await reach(id, 'RUNNING');
  await client.restartInstance({ params: of(id), body: {} });
  await reach(id, 'RUNNING');

  const createDatabase = (requestParams: Record<string, unknown>) =>
    client.executeWorkflowVerb({
      params: { ...place, instanceId: id, verb: 'createDatabase' },
      body: { requestParams, waitForCompletionSeconds: 30 },
    });
  expect(await createDatabase({ name: 'shop' })).toMatchObject({ status: 'SUCCEEDED', outputs: { database: 'shop', owner: 'app' } });
  const refused = await createDatabase({ name: 'bad', owner: 'nobody' });
  expect(refused.status).toBe('FAILED');
  expect(refused.failureMessage).toContain('role "nobody" does not exist');
  expect(await createDatabase({ name: 'bad', owner: 'app' })).toMatchObject({ status: 'SUCCEEDED' });

  await client.stopInstance({ params: of(id), body: {} });
  await reach(id, 'STOPPED');
  const { snapshotId } = await client.createInstanceSnapshot({ params: of(id), body: {} });
  expect(await complete(id, snapshotId)).toMatchObject({ snapshotMetadata: { serverName: id } });
  await quiet(id);
  expect((await describe(id)).status).toBe('STOPPED');

  const { id: copy } = await client.restoreSnapshot({ params: { ...place, snapshotId }, body: {} });
  const { id: earlier } = await client.restoreInstanceToTime({
    params: of(id),
    body: { targetRestoreTime: new Date().toISOString() },
  });
  for (const restored of [copy, earlier]) await reach(restored, 'RUNNING');
  await client.deleteInstance({ params: of(earlier), body: { skipFinalSnapshot: true } });
  await client.deleteInstance({ params: of(copy), body: {} });
  await gone(copy);
  const [last] = await snapshots(copy);
  expect(last).toMatchObject({ origin: 'final', status: 'COMPLETE' });
  // Twice: each time it archives under a new name.
  for (const skipFinalSnapshot of [true, true]) {
    await client.restoreSnapshot({ params: { ...place, snapshotId: last?.snapshotId ?? '' }, body: { restoreToSourceInstance: true } });
    await reach(copy, 'RUNNING');
    const again = await client.createInstanceSnapshot({ params: of(copy), body: {} });
    await complete(copy, again.snapshotId);
    await quiet(copy);
    await client.deleteInstance({ params: of(copy), body: { skipFinalSnapshot } });
    await gone(copy);
  }

  // Asleep, it is woken for its last snapshot.
  await client.deleteInstance({ params: of(id), body: {} });
  await gone(id);
  expect((await snapshots(id)).map((one) => one.origin)).toEqual(['final', 'manual']);
});

it('comes to a second version of its plan, and goes back', { timeout: 600_000 }, async () => {
  for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
    await client.setSecret({ params: { environmentType: 'dev', name }, body: { value: 'test' } });
  const plan = await offerPlan(client, firstVersion, 'Upgraded');
  const id = await plan.create(client);
  const params = plan.where(id);
  const runs = async (tierVersion: string) => {
    await until(
      async () => {
        const instance = await client.describeInstance({ params, query: {} });
        const { status } = instance.consumptionResourceInstanceResult;
        if (status === 'FAILED') throw new Error(`${id} FAILED: ${instance.statusDescription ?? ''}`);
        return (status === 'RUNNING' && instance.tierVersion === tierVersion) || undefined;
      },
      `${id} to run version ${tierVersion}`,
      PATIENCE_MS,
    );
    const { operations } = await client.listInstanceOperations({ params: { id }, query: {} });
    return operations[0];
  };
  await runs('1.0');
  await offerPlan(client, secondVersion(), 'Upgraded');
  await client.upgradeInstance({ params, body: { targetTierVersion: '2.0' } });
  const upgrade = await runs('2.0');
  expect(upgrade).toMatchObject({ kind: 'upgrade', status: 'SUCCEEDED', fromVersion: '1.0', toVersion: '2.0' });
  expect(upgrade?.runs.map((run) => `${run.verb} ${run.resourceKey}`)).toEqual(['create limits', 'modify CNPG', 'checkServing CNPG']);
  await client.upgradeInstance({ params, body: { targetTierVersion: '1.0' } });
  const back = await runs('1.0');
  expect(back?.runs.map((run) => `${run.verb} ${run.resourceKey}`)).toEqual(['modify CNPG', 'delete limits']);
  await client.deleteInstance({ params, body: { skipFinalSnapshot: true } });
});
