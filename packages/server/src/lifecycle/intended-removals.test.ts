/** What a plan takes away and makes again is its own will, and what belongs to an operator is the operator's: neither is refused. */
import { ApiError } from '@cellplane/kubernetes';
import { afterAll, describe, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { beginOperation } from './begin-operation.js';
import { modifyInstance, runVerb } from './requests/change-instance.js';
import { openWorld } from './life.testing.js';
import { lockInstance, selectInstance } from '../instances/store.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
cluster.serve('stores.test/v1', 'Store', 'stores');
cluster.serve('apps/v1', 'StatefulSet', 'statefulsets');
// The operator makes a set of each store.
cluster.operator = ({ kind, metadata: { name, namespace = '' } }, cell) => {
  if (
    kind !== 'Store' ||
    cell.find('Store', name, namespace) === undefined ||
    cell.find('StatefulSet', `${name}-set`, namespace) !== undefined
  )
    return;
  cell.put({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: `${name}-set`, namespace }, spec: {} });
};
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});

interface Task {
  action: string;
  manifest: string;
}

const STORE = 'apiVersion: stores.test/v1\nkind: Store\nmetadata: {name: "{{workflow.parameters.id}}"}';
const SET = 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: "{{workflow.parameters.id}}-set"}';
const SPEC = '\nspec: {size: {{workflow.parameters.size}}}';
const apply: Task = { action: 'apply', manifest: `${STORE}${SPEC}` };
const remove: Task = { action: 'delete', manifest: STORE };
const patchSet: Task = { action: 'patch', manifest: `${SET}${SPEC}` };
const applySet: Task = { action: 'apply', manifest: `${SET}${SPEC}` };

/** Tasks of a verb run one after the other. */
function planOf(name: string, verbs: Record<string, Task[]>): string {
  const lines = Object.entries(verbs).flatMap(([verb, tasks]) => [
    `      ${verb}:`,
    '        workflow:',
    '          entrypoint: main',
    '          activeDeadlineSeconds: 20',
    '          settleSeconds: 0',
    '          arguments: {parameters: [{name: id, value: "{{ $sys.instanceId }}"}, {name: size, value: "{{ $var.size }}"}]}',
    '          templates:',
    '            - name: main',
    '              steps:',
    ...tasks.map((_, at) => `                - [{name: t${at}, template: t${at}}]`),
    ...tasks.flatMap(({ action, manifest }, at) => [
      `            - name: t${at}`,
      '              resource:',
      `                action: ${action}`,
      ...(action === 'delete' ? ['                flags: ["--ignore-not-found=true"]'] : []),
      ...(action === 'patch' ? ['                mergeStrategy: merge'] : []),
      '                manifest: |',
      ...manifest.split('\n').map((line) => `                  ${line}`),
    ]),
  ]);
  return `name: ${name}
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
services:
  - name: Store
    apiParameters:
      - {key: size, type: Int32, modifiable: true, defaultValue: "1"}
    systemWorkflows:
${lines.join('\n')}
`;
}

async function running(name: string, verbs: Record<string, Task[]>): Promise<string> {
  const id = await world.create(await world.offer(planOf(name, { create: [apply], delete: [remove], ...verbs })));
  await world.reach(id, 'RUNNING');
  return id;
}

const uidOf = (kind: string, name: string) => cluster.find(kind, name)?.metadata.uid;
async function atRest(id: string): Promise<void> {
  await until(async () => {
    const { rows } = await sql`select 1 from operations where instance_id = ${id} and status in ('running', 'waiting')`.execute(deps.db);
    return rows.length === 0 ? true : undefined;
  }, `${id} to be at rest`);
}

async function modify(id: string, size: number): Promise<void> {
  await modifyInstance(deps, caller, { instanceId: id, parameters: { size } });
  await atRest(id);
  expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'RUNNING', statusMessage: '' });
}

/** Somebody takes an object away and puts another one in its place. */
function putAnew(kind: string, name: string, namespace: string, ownerReferences?: unknown): void {
  cluster.vanish(kind, name);
  cluster.put({
    apiVersion: kind === 'Store' ? 'stores.test/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace, ...(ownerReferences === undefined ? {} : { ownerReferences }) },
    spec: {},
  } as Parameters<typeof cluster.put>[0]);
}

describe('taken away and made again by the plan', () => {
  it('a stop that deletes, and the start after it, more than once', async () => {
    const id = await running('Resting', { stop: [remove], start: [apply] });
    for (let round = 0; round < 2; round++) {
      await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
      await world.reach(id, 'STOPPED');
      expect(uidOf('Store', id)).toBeUndefined();
      await runVerb(deps, caller, { instanceId: id, kind: 'start' });
      await world.reach(id, 'RUNNING');
    }
    expect(uidOf('Store', id)).toBeDefined();
  });

  it('a stop whose delete was never answered, and the start after it', async () => {
    const id = await running('Unanswered', { stop: [remove], start: [apply] });
    cluster.fault = (call, key, done) => {
      if (call === 'delete' && key.kind === 'Store' && key.name === id && done)
        throw new ApiError('lost', 500, 'InternalError', 'permanent');
    };
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'FAILED');
    cluster.fault = () => {};
    expect(uidOf('Store', id)).toBeUndefined();
    await runVerb(deps, caller, { instanceId: id, kind: 'start' });
    await atRest(id);
    expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'RUNNING', statusMessage: '' });
  });

  it('an object that has a time to live', async () => {
    const request: Task = {
      action: 'apply',
      manifest: `${STORE.replace('id}}', 'id}}-request')}\nspec: {size: {{workflow.parameters.size}}, ttlSecondsAfterFinished: 60}`,
    };
    const id = await running('Asking', { create: [apply, request], modify: [apply, request] });
    cluster.vanish('Store', `${id}-request`);
    await modify(id, 2);
    expect(uidOf('Store', `${id}-request`)).toBeDefined();
  });

  it('a modify that deletes and applies, since a field cannot be changed', async () => {
    const id = await running('Replacing', { modify: [remove, apply] });
    const before = uidOf('Store', id);
    await modify(id, 2);
    await modify(id, 3);
    expect(uidOf('Store', id)).not.toBe(before);
  });

  it('a backup that rests what it backs up, and the modify after it', async () => {
    const id = await running('Cold', { modify: [apply], backup: [remove, apply], restore: [apply], deleteBackup: [remove] });
    const before = uidOf('Store', id);
    const begun = await transaction(deps.db, async (tx) => {
      const instance = await lockInstance(tx, id);
      if (instance === undefined) throw new Error(id);
      return beginOperation(deps, tx, { instance, kind: 'backup', by: caller.userId });
    });
    deps.wake(begun.runId);
    await atRest(id);
    const { rows } = await sql<{ phase: string; message: string }>`select phase, message from runs where id = ${begun.runId}`.execute(
      deps.db,
    );
    expect(rows[0]).toEqual({ phase: 'Succeeded', message: '' });
    expect(uidOf('Store', id)).toBeDefined();
    expect(uidOf('Store', id)).not.toBe(before);
    await modify(id, 2);
  });
});

describe('of an operator', () => {
  it('an object that the plan only patches', async () => {
    const id = await running('Patching', { create: [apply, patchSet], modify: [apply, patchSet] });
    await modify(id, 2);
    putAnew('StatefulSet', `${id}-set`, id);
    await modify(id, 3);
    expect(cluster.find('StatefulSet', `${id}-set`)).toMatchObject({ spec: { size: 3 } });
  });

  it('an object that the plan applies to, and that belongs to another one', async () => {
    const id = await running('Joining', { create: [apply, applySet], modify: [apply, applySet] });
    await modify(id, 2);
    putAnew('StatefulSet', `${id}-set`, id, [
      { apiVersion: 'stores.test/v1', kind: 'Store', name: id, uid: uidOf('Store', id), controller: true },
    ]);
    await modify(id, 3);
    expect(cluster.find('StatefulSet', `${id}-set`)).toMatchObject({ spec: { size: 3 } });
  });
});
