/** Instances of plans with several resources: what each operation does with a resource that never began, or is disabled. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { modifyInstance } from './requests/change-instance.js';
import { deleteInstance } from './requests/delete-instance.js';
import { serveThings } from './every-verb.testing.js';
import { openWorld } from './life.testing.js';
import { selectInstance } from '../instances/store.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
const things = serveThings(cluster);
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
afterEach(() => {
  things.held.clear();
  things.broken.clear();
});

/** Makes the Thing of this name. */
const make = (name: string, more = '') => `${more}
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                successCondition: status.phase == ready
                failureCondition: status.phase == broken
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata:
                    name: ${name}`;

/** Deletes the Thing of this name; `what` must be known for it. */
const takeDown = (name: string, what: string) => `
        workflow:
          entrypoint: main
          arguments: {parameters: [{name: what, value: "${what}"}]}
          templates:
            - name: main
              inputs: {parameters: [{name: what}]}
              resource:
                action: delete
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata:
                    name: ${name}
                    labels: {what: "{{inputs.parameters.what}}"}`;

/** An App that needs a Store: each verb makes a Thing of its own; the App's delete needs the Store's output. */
const plan = `
name: App and store
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
services:
  - name: App
    dependsOn: [store]
    apiParameters:
      - {key: withoutStore, type: Boolean, modifiable: true, defaultValue: "false"}
    systemWorkflows:
      create: ${make('app')}
      modify: ${make('app')}
      delete: ${takeDown('app', '{{ $store.out.phase }}')}
  - name: Store
    internal: true
    disable: "{{ $var.withoutStore }}"
    apiParameters:
      - {key: withoutStore, type: Boolean, modifiable: true, defaultValue: "false"}
    systemWorkflows:
      create: ${make('store', '\n        outputParameters: {phase: "$tasks.main.resource.status.phase"}')}
      modify: ${make('store')}
      delete: ${takeDown('store', 'nothing')}
`;
const app = { ...(await world.offer(plan)), resourceKey: 'app' };

async function runs(id: string): Promise<string[]> {
  const { rows } = await sql<{ run: string }>`
    select kind || ' ' || (data->>'resourceKey') || ' ' || phase as run from runs where subject = ${id} order by created_at`.execute(
    deps.db,
  );
  return rows.map(({ run }) => run);
}

const resting = (id: string) =>
  until(async () => {
    const row = await selectInstance(deps.db, id);
    return row !== undefined && ['RUNNING', 'FAILED', 'DELETED'].includes(row.status)
      ? `${row.status} ${row.statusMessage}`.trim()
      : undefined;
  }, `${id} to rest`);

describe('a delete', () => {
  it('asks nothing of a resource that never began: its dependency failed, and its delete would need that one’s output', async () => {
    things.broken.add('store');
    const id = await world.create(app);
    await world.reach(id, 'FAILED');
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await resting(id)).toBe('DELETED');
    expect(await runs(id)).toEqual(['create store Failed', 'delete store Succeeded']);
    expect(cluster.find('Namespace', id)).toBeUndefined();
  });

  it('over a create that has not come to the second resource takes down the first', async () => {
    things.held.add('store');
    const id = await world.create(app);
    await until(() => cluster.find('Thing', 'store', id), 'the store');
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await resting(id)).toBe('DELETED');
    expect(await runs(id)).toEqual(['create store Terminated', 'delete store Succeeded']);
  });

  it('of what failed before its first task asks nothing of the plan', async () => {
    const unresolved = plan
      .replaceAll('{{ $store.out.phase }}', '{{ $secret.NOBODY_SET_IT }}')
      .replace('disable: "{{ $var.withoutStore }}"', 'disable: true')
      .replace('name: app\n', 'name: app\n                    labels: {x: "{{ $secret.NOBODY_SET_IT }}"}\n');
    const id = await world.create({ ...(await world.offer(unresolved)), resourceKey: 'app' });
    expect(await resting(id)).toMatch(/^FAILED create failed: .*NOBODY_SET_IT/);
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await resting(id)).toBe('DELETED');
  });

  it('takes down a resource that was disabled after it had been made', async () => {
    const id = await world.create(app);
    await world.reach(id, 'RUNNING');
    await modifyInstance(deps, caller, { instanceId: id, parameters: { withoutStore: true } });
    await world.reach(id, 'RUNNING');
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await resting(id)).toBe('DELETED');
    expect(await runs(id)).toEqual([
      'create store Succeeded',
      'create app Succeeded',
      'modify app Succeeded',
      'delete app Succeeded',
      'delete store Succeeded',
    ]);
  });
});

describe('a modify', () => {
  it('that enables a resource makes it: its steps are decided by the new values', async () => {
    const id = await world.create(app, { parameters: { withoutStore: true } });
    await world.reach(id, 'RUNNING');
    await modifyInstance(deps, caller, { instanceId: id, parameters: { withoutStore: false } });
    await world.reach(id, 'RUNNING');
    expect(await runs(id)).toEqual(['create app Succeeded', 'create store Succeeded', 'modify app Succeeded']);
    await modifyInstance(deps, caller, { instanceId: id, parameters: { withoutStore: false } });
    await world.reach(id, 'RUNNING');
    expect((await runs(id)).slice(3)).toEqual(['modify store Succeeded', 'modify app Succeeded']);
  });

  it('after a create that failed at the first resource makes the second', async () => {
    things.broken.add('store');
    const id = await world.create(app);
    await world.reach(id, 'FAILED');
    things.broken.clear();
    await things.remove('store', id);
    await modifyInstance(deps, caller, { instanceId: id, parameters: {} });
    await world.reach(id, 'RUNNING');
    expect(await runs(id)).toEqual(['create store Failed', 'modify store Succeeded', 'create app Succeeded']);
  });
});
