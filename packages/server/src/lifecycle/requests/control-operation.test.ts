import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { until } from '../../engine/engine.testing.js';
import { deleteSecret, setSecret } from '../../secrets/secrets.js';
import { modifyInstance, updateMetadata } from './change-instance.js';
import { controlOperation } from './control-operation.js';
import { deleteInstance } from './delete-instance.js';
import { openWorld } from '../life.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
cluster.serve('example.com/v1', 'Thing', 'things');

const workflow = (name: string, kind: string, gate: string) => `
        workflow:
          entrypoint: apply
          templates:
            - name: apply
              resource:
                action: apply
                manifest: |
                  apiVersion: ${kind === 'Thing' ? 'example.com/v1' : 'v1'}
                  kind: ${kind}
                  metadata:
                    name: ${name}
                successCondition: ${gate}
                failureCondition: status.phase == broken`;

/** Two resources; whether the first, which the second needs, is disabled hangs on a secret. */
const plan = `
name: Control
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
services:
  - name: App
    dependsOn: [store]
    apiParameters:
      - {key: size, type: String, modifiable: true, defaultValue: "1"}
    systemWorkflows:
      create:${workflow('app', 'ConfigMap', 'metadata.name == app')}
      modify:${workflow('app', 'ConfigMap', 'metadata.name == app')}
  - name: Store
    internal: true
    disable: "$secret.OFF"
    systemWorkflows:
      create:${workflow('store', 'Thing', 'status.phase == ready')}
`;
const off = { orgId: caller.orgId, environmentType: 'DEV', name: 'OFF' };
const give = () => setSecret(deps, { ...off, value: 'false', by: caller.userId });
const offered = { ...(await world.offer(plan)), resourceKey: 'app', resourceId: '' };

/** A create whose first resource is being made. */
async function begin(): Promise<string> {
  await give();
  const id = await world.create(offered);
  await until(() => cluster.find('Thing', 'store', id), 'the store');
  return id;
}

describe('an operation whose plan could not be asked any more', () => {
  it('goes on by the steps that were stored when it began, and the instance can be deleted', async () => {
    const id = await begin();
    await deleteSecret(deps, off);
    cluster.setStatus('Thing', 'store', { phase: 'ready' }, id);
    expect(await world.reach(id, 'RUNNING')).toMatchObject({ statusMessage: '' });
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
  });

  it('is overtaken by a delete all the same', async () => {
    const id = await begin();
    await deleteSecret(deps, off);
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await world.reach(id, 'DELETED')).toMatchObject({ status: 'DELETED' });
  });
});

describe('a run that failed', () => {
  it('is tried again while it is the last one, and refused after that; a protected instance is not deleted so', async () => {
    const id = await begin();
    cluster.setStatus('Thing', 'store', { phase: 'broken' }, id);
    await world.reach(id, 'FAILED');
    const runs = async () =>
      (await sql<{ id: string }>`select id from runs where subject = ${id} order by created_at`.execute(deps.db)).rows.map((row) => row.id);
    const [create = ''] = await runs();
    cluster.setStatus('Thing', 'store', { phase: 'ready' }, id);
    await controlOperation(deps, { runId: create, control: 'retry' });
    await world.reach(id, 'RUNNING');

    /** A delete that cannot take anything down, and is ended. */
    const endedDelete = async (): Promise<string> => {
      cluster.fault = (call) => {
        if (call === 'delete') throw Object.assign(new Error('no'), { retriable: false });
      };
      const before = await runs();
      await deleteInstance(deps, caller, { instanceId: id });
      const removal = await until(async () => (await runs()).find((run) => !before.includes(run)), 'the delete');
      await until(async () => {
        const { rows } = await sql`select 1 from run_stages where run_id = ${removal} and state = 'Waiting'`.execute(deps.db);
        return rows.length > 0 || undefined;
      }, 'the delete to hang');
      await controlOperation(deps, { runId: removal, control: 'terminate' });
      await world.reach(id, 'FAILED');
      cluster.fault = () => {};
      return removal;
    };
    const removal = await endedDelete();
    await updateMetadata(deps, caller, { instanceId: id, deletionProtection: true });
    await expect(controlOperation(deps, { runId: removal, control: 'retry' })).rejects.toMatchObject({ code: 'deletion-protected' });
    await updateMetadata(deps, caller, { instanceId: id, deletionProtection: false });
    // It had come to the removal of what is there: nothing makes that anew.
    await expect(modifyInstance(deps, caller, { instanceId: id, parameters: { size: '2' } })).rejects.toMatchObject({
      code: 'being-taken-down',
    });
    const second = await endedDelete();
    await expect(controlOperation(deps, { runId: removal, control: 'retry' })).rejects.toMatchObject({ code: 'run-is-outdated' });
    await controlOperation(deps, { runId: second, control: 'retry' });
    await world.reach(id, 'DELETED');
  });
});
