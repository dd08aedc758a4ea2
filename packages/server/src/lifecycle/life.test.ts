import { readFile } from 'node:fs/promises';
import { MASK } from '@cellplane/plan';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { instanceUser } from '../cells/access.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { setSecret } from '../secrets/secrets.js';
import { beginOperation } from './begin-operation.js';
import { modifyInstance, runVerb } from './requests/change-instance.js';
import { deleteInstance } from './requests/delete-instance.js';
import { everythingStored, openWorld } from './life.testing.js';
import { describeInstance, listInstances } from '../instance-api/read-instance.js';
import { lockInstance } from '../instances/store.js';
import { instanceOnWire } from '../instance-api/wire.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});

cluster.serve('postgresql.cnpg.io/v1', 'Cluster', 'clusters');
/** An operator that makes every Cluster as large as it should be, unless its name is held. */
const held = new Set<string>();
cluster.operator = (object, cell) => {
  const { name, namespace } = object.metadata;
  if (object.kind !== 'Cluster' || held.has(name) || cell.find('Cluster', name) === undefined) return;
  const { instances } = object['spec'] as { instances: number };
  cell.setStatus('Cluster', name, { phase: 'Cluster in healthy state', instances, readyInstances: instances, image: 'postgres:15' });
  if (cell.find('Service', `${name}-rw`) !== undefined) return;
  for (const role of ['rw', 'ro', 'r']) {
    cell.put({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `${name}-${role}`, ...(namespace === undefined ? {} : { namespace }) },
      spec: { type: 'ClusterIP', ports: [{ port: 5432 }] },
    });
  }
};

const minimal = await readFile(new URL('../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

/** A plan with all the verbs of this room, a password, a secret and a limit. */
const whole = `
name: Whole
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
maxNumberOfInstancesAllowed: 3
services:
  - name: Database
    apiParameters:
      - {key: size, type: Int32, modifiable: true, defaultValue: "1", limits: {min: 1, max: 5}}
      - {key: fixed, type: String, defaultValue: "x"}
      - {key: adminPassword, type: Password, required: true, modifiable: true}
    systemWorkflows:
      create: &apply
        outputParameters:
          phase: "$tasks.cluster.resource.status.phase"
          login: "$tasks.login.resource.data.password"
        workflow:
          entrypoint: main
          arguments:
            parameters:
              - {name: id, value: "{{ $sys.instanceId }}"}
              - {name: size, value: "{{ $var.size }}"}
              - {name: password, value: "{{ $var.adminPassword }}"}
              - {name: token, value: "{{ $secret.TOKEN }}"}
              - {name: made, value: "{{ $func.random(string, 12) }}"}
          templates:
            - name: main
              inputs: {parameters: [{name: id}, {name: size}, {name: password}, {name: token}, {name: made}]}
              dag:
                tasks:
                  - name: login
                    template: login
                    arguments: {parameters: [{name: id, value: "{{inputs.parameters.id}}"}, {name: password, value: "{{inputs.parameters.password}}"}, {name: token, value: "{{inputs.parameters.token}}"}, {name: made, value: "{{inputs.parameters.made}}"}]}
                  - name: cluster
                    template: cluster
                    dependencies: [login]
                    arguments: {parameters: [{name: id, value: "{{inputs.parameters.id}}"}, {name: size, value: "{{inputs.parameters.size}}"}]}
            - name: login
              inputs: {parameters: [{name: id}, {name: password}, {name: token}, {name: made}]}
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: Secret
                  metadata:
                    name: "{{inputs.parameters.id}}-login"
                  stringData:
                    password: "{{inputs.parameters.password}}"
                    token: "{{inputs.parameters.token}}"
                    made: "{{inputs.parameters.made}}"
            - name: cluster
              inputs: {parameters: [{name: id}, {name: size}]}
              resource:
                action: apply
                successCondition: status.readyInstances == {{inputs.parameters.size}}
                manifest: |
                  apiVersion: postgresql.cnpg.io/v1
                  kind: Cluster
                  metadata:
                    name: "{{inputs.parameters.id}}"
                  spec:
                    instances: {{inputs.parameters.size}}
      modify: *apply
      stop: &touch
        workflow:
          entrypoint: touch
          arguments: {parameters: [{name: id, value: "{{ $sys.instanceId }}"}]}
          templates:
            - name: touch
              inputs: {parameters: [{name: id}]}
              resource:
                action: patch
                mergeStrategy: merge
                manifest: |
                  apiVersion: postgresql.cnpg.io/v1
                  kind: Cluster
                  metadata:
                    name: "{{inputs.parameters.id}}"
                    annotations:
                      cnpg.io/hibernation: "on"
      start: *touch
      delete:
        workflow:
          entrypoint: gone
          arguments: {parameters: [{name: id, value: "{{ $sys.instanceId }}"}]}
          templates:
            - name: gone
              inputs: {parameters: [{name: id}]}
              resource:
                action: delete
                flags: ["--ignore-not-found=true"]
                manifest: |
                  apiVersion: postgresql.cnpg.io/v1
                  kind: Cluster
                  metadata:
                    name: "{{inputs.parameters.id}}"
`;
await setSecret(deps, { orgId: caller.orgId, environmentType: 'DEV', name: 'TOKEN', value: 'provider-token', by: caller.userId });
const wholePlan = await world.offer(whole);
const given = { adminPassword: 'customer-password' };

describe('the reference page’s minimal plan', () => {
  it('creates: charts in order, namespace, access, Cluster, endpoints, outputs; deletes what it made', async () => {
    const plan = await world.offer(minimal);
    const id = await world.create(plan);
    const instance = await world.reach(id, 'RUNNING');
    expect(world.installed).toEqual(['cloudnative-pg 0.28.2', 'plugin-barman-cloud 0.6.0']);
    expect(cluster.find('Namespace', id)?.metadata.labels).toMatchObject({ 'cellplane.dev/instance': id });
    expect(cluster.find('Role', 'cellplane-run')).toMatchObject({
      rules: [{ apiGroups: ['postgresql.cnpg.io'], resources: ['clusters'] }],
    });
    expect(cluster.find('Cluster', id)).toMatchObject({ metadata: { namespace: id }, spec: { instances: 1, storage: { size: '20Gi' } } });
    const writes = cluster.calls.filter((call) => call.key.kind === 'Cluster' && call.call === 'apply');
    expect(new Set(writes.map((call) => call.impersonate))).toEqual(new Set([instanceUser(id)]));

    const facts = await describeInstance(deps, caller, id);
    const wire = instanceOnWire(facts, 'FLEET').consumptionResourceInstanceResult;
    expect(wire.result_params).toMatchObject({ status: 'Cluster in healthy state', postgresContainerImage: 'postgres:15', topology: null });
    const topology = wire.detailedNetworkTopology?.[instance.resourceId];
    const host = `${instance.resourceId}.${id}.simulated.cells.test`;
    expect(topology).toMatchObject({
      clusterEndpoint: host,
      additionalEndpoints: {
        writer: { endpoint: host, primary: true, openPorts: [5432], healthStatus: 'UNKNOWN' },
        reader: { endpoint: `reader-${host}`, primary: false },
      },
      inClusterEndpoints: { writer: `${id}-rw.${id}.svc.cluster.local`, reader: `${id}-ro.${id}.svc.cluster.local` },
    });
    expect(wire.supportedOperations?.map((operation) => operation.verb)).toEqual(['DELETE']);

    await expect(modifyInstance(deps, caller, { instanceId: id, parameters: { numberOfInstances: 2 } })).rejects.toMatchObject({
      kind: 'invalid_state',
      code: 'operation-not-offered',
    });
    const second = await world.create(plan);
    await world.reach(second, 'RUNNING');
    expect(world.installed).toHaveLength(2);

    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(cluster.find('Cluster', id)).toBeUndefined();
    expect(cluster.find('Namespace', id)).toBeUndefined();
    expect(cluster.find('Cluster', second)).toBeDefined();
    await expect(describeInstance(deps, caller, id)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('fails at once, in Helm’s words, when a chart cannot be had, and runs when it can', async () => {
    world.charts.failure = { message: 'chart "other" version "1" not found in repository', retriable: false };
    const spec = minimal.replaceAll('cloudnative-pg\n', 'other\n');
    const plan = await world.offer(spec);
    const id = await world.create(plan);
    expect((await world.reach(id, 'FAILED')).statusMessage).toMatch(
      /create failed: chart other 0\.28\.2 of .* could not be installed: chart "other" version "1" not found/,
    );
    expect(cluster.find('Namespace', id)).toBeUndefined();
    delete world.charts.failure;
    await world.reach(await world.create(plan), 'RUNNING');
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
  });

  it('waits for a kind that is not served yet, and says so', async () => {
    cluster.unserve('postgresql.cnpg.io/v1', 'Cluster');
    const id = await world.create(await world.offer(minimal));
    await expect
      .poll(
        async () =>
          (
            await sql<{
              message: string;
            }>`select s.message from run_stages s join runs r on r.id = s.run_id where r.subject = ${id} and s.state = 'Waiting'`.execute(
              deps.db,
            )
          ).rows,
      )
      .toEqual([{ message: expect.stringContaining('kind Cluster of postgresql.cnpg.io/v1 is not served by cell simulated') as string }]);
    cluster.serve('postgresql.cnpg.io/v1', 'Cluster', 'clusters');
    await world.reach(id, 'RUNNING');
  });

  it('gives up on a kind that is still not served at the deadline of the workflow', async () => {
    const hasty = minimal.replace(/^( *)entrypoint:/m, '$1activeDeadlineSeconds: 1\n$1entrypoint:');
    cluster.unserve('postgresql.cnpg.io/v1', 'Cluster');
    const id = await world.create(await world.offer(hasty));
    expect((await world.reach(id, 'FAILED')).statusMessage).toContain(
      'waited 1 s: kind Cluster of postgresql.cnpg.io/v1 is not served by cell simulated',
    );
    cluster.serve('postgresql.cnpg.io/v1', 'Cluster', 'clusters');
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
  });
});

describe('operations', () => {
  it('modify waits for the new size, keeps random values, and masks secrets everywhere', async () => {
    const id = await world.create(wholePlan, { parameters: given });
    await world.reach(id, 'RUNNING');
    const secret = () => cluster.find('Secret', `${id}-login`)?.['data'] as Record<string, string>;
    const decoded = (key: string) => Buffer.from(secret()[key] ?? '', 'base64').toString();
    expect([decoded('password'), decoded('token'), decoded('made')]).toEqual([
      'customer-password',
      'provider-token',
      expect.stringMatching(/^\w{12}$/),
    ]);
    const made = decoded('made');

    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 3, adminPassword: 'second-password' } });
    await world.reach(id, 'RUNNING');
    expect(cluster.find('Cluster', id)).toMatchObject({ spec: { instances: 3 }, status: { readyInstances: 3 } });
    expect([decoded('password'), decoded('made')]).toEqual(['second-password', made]);

    const wire = instanceOnWire(await describeInstance(deps, caller, id), 'FLEET');
    expect(wire.input_params).toEqual({ size: 3, fixed: 'x', adminPassword: MASK });
    expect(wire.launch_input_params).toMatchObject({ size: 1 });
    expect(wire.consumptionResourceInstanceResult.result_params).toMatchObject({ login: MASK, phase: 'Cluster in healthy state' });
    const stored = `${await everythingStored(database)} ${JSON.stringify(wire)}`;
    for (const word of ['customer-password', 'second-password', 'provider-token', made]) {
      expect(stored).not.toContain(word);
      expect(stored).not.toContain(Buffer.from(word).toString('base64'));
    }
  });

  it('refuses wrong parameters, naming each, and a change of what cannot change; nothing runs', async () => {
    await expect(world.create(wholePlan, { parameters: { size: 9, nonsense: 1 } })).rejects.toMatchObject({
      kind: 'bad_request',
      details: [{ field: 'nonsense' }, { field: 'size' }, { field: 'adminPassword' }],
    });
    const [first] = (await listInstances(deps, caller, { planId: wholePlan.place.planId })).found;
    const instanceId = first?.instance.id ?? '';
    await expect(modifyInstance(deps, caller, { instanceId, parameters: { fixed: 'y' } })).rejects.toMatchObject({
      details: [{ field: 'fixed' }],
    });
    await expect(modifyInstance(deps, caller, { instanceId, parameters: {}, networkType: 'not a name' })).rejects.toMatchObject({
      code: 'network-type-not-served',
      details: [{ field: 'network_type' }],
    });
    expect((await describeInstance(deps, caller, instanceId)).instance.status).toBe('RUNNING');
  });

  it('lets one operation act at a time, and a delete overtake a create that hangs', async () => {
    const before = cluster.operator;
    cluster.operator = () => {};
    onTestFinished(() => void (cluster.operator = before));
    const id = await world.create(wholePlan, { parameters: given });
    await expect.poll(() => cluster.find('Cluster', id)).toBeDefined();
    await expect(modifyInstance(deps, caller, { instanceId: id, parameters: { size: 2 } })).rejects.toThrow(
      /conflicting operation is already in progress/,
    );
    await Promise.all([1, 2, 3].map(() => deleteInstance(deps, caller, { instanceId: id })));
    await world.reach(id, 'DELETED');
    const { rows } = await sql<{
      kind: string;
      status: string;
    }>`select kind, status from operations where instance_id = ${id} order by created_at`.execute(deps.db);
    expect(rows).toEqual([
      { kind: 'create', status: 'cancelled' },
      { kind: 'delete', status: 'succeeded' },
    ]);
    expect(cluster.find('Cluster', id)).toBeUndefined();
    expect(cluster.find('Namespace', id)).toBeUndefined();
  });

  it('stops and starts, and refuses what the status does not allow', async () => {
    const id = await world.create(wholePlan, { parameters: given });
    await world.reach(id, 'RUNNING');
    await expect(runVerb(deps, caller, { instanceId: id, kind: 'start' })).rejects.toMatchObject({ code: 'wrong-status' });
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    await runVerb(deps, caller, { instanceId: id, kind: 'start' });
    await world.reach(id, 'RUNNING');
    await expect(
      transaction(deps.db, async (tx) => {
        const instance = await lockInstance(tx, id);
        if (instance === undefined) throw new Error('it is gone');
        return beginOperation(deps, tx, { instance, kind: 'backup', by: caller.userId });
      }),
    ).rejects.toMatchObject({ code: 'operation-not-offered' });
  });

  it('holds the limit of a plan, whoever asks at once', async () => {
    const live = (await listInstances(deps, caller, { planId: wholePlan.place.planId })).found.length;
    const tries = await Promise.allSettled([1, 2, 3].map(() => world.create(wholePlan, { parameters: given })));
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(3 - live);
    expect(tries.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'instance-limit-reached' } });
  });

  it('shows and gives nothing to strangers', async () => {
    const stranger = { ...caller, orgId: 'org-stranger' };
    const [first] = (await listInstances(deps, caller, {})).found;
    const instanceId = first?.instance.id ?? '';
    expect(await listInstances(deps, stranger, {})).toEqual({ found: [] });
    for (const attempt of [
      () => describeInstance(deps, stranger, instanceId),
      () => deleteInstance(deps, stranger, { instanceId }),
      () => modifyInstance(deps, stranger, { instanceId, parameters: { size: 2 } }),
      () => runVerb(deps, stranger, { instanceId, kind: 'stop' }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ kind: 'not_found', code: 'instance-not-found' });
    }
  });
});

describe('a plan of two resources', () => {
  const two = `
name: Two
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
services:
  - name: App
    dependsOn: [store]
    apiParameters:
      - {key: color, type: String, defaultValue: "red", parameterDependencyMap: {store: paint}}
    systemWorkflows:
      create: &app
        workflow:
          entrypoint: apply
          arguments: {parameters: [{name: from, value: "{{ $store.out.paint }}"}, {name: made, value: "{{ $func.random(string, 8) }}"}]}
          templates:
            - name: apply
              inputs: {parameters: [{name: from}, {name: made}]}
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: app
                  data:
                    from: "{{inputs.parameters.from}}"
                    made: "{{inputs.parameters.made}}"
      modify: *app
      delete:
        workflow:
          entrypoint: gone
          templates:
            - name: gone
              resource:
                action: delete
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: app
  - name: Store
    internal: true
    apiParameters:
      - {key: paint, type: String, defaultValue: "none"}
    systemWorkflows:
      create:
        outputParameters:
          paint: "$tasks.apply.resource.data.paint"
        workflow:
          entrypoint: main
          arguments: {parameters: [{name: paint, value: "{{ $var.paint }}"}, {name: made, value: "{{ $func.random(string, 8) }}"}]}
          templates:
            - name: main
              inputs: {parameters: [{name: paint}, {name: made}]}
              dag:
                tasks:
                  - name: apply
                    template: apply
                    arguments: {parameters: [{name: paint, value: "{{inputs.parameters.paint}}"}, {name: made, value: "{{inputs.parameters.made}}"}]}
            - name: apply
              inputs: {parameters: [{name: paint}, {name: made}]}
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: store
                  data:
                    paint: "{{inputs.parameters.paint}}"
                    made: "{{inputs.parameters.made}}"
`;

  it('brings the dependency up first, threads its outputs, and takes all down', async () => {
    const plan = await world.offer(two);
    const app = { ...plan, resourceKey: 'app', resourceId: '' };
    await expect(world.create({ ...plan, resourceKey: 'store' })).rejects.toMatchObject({ kind: 'not_found' });
    const id = await world.create(app, { parameters: { color: 'blue' } });
    await world.reach(id, 'RUNNING');
    const data = (name: string) =>
      [...cluster.objects.values()].find(({ object }) => object.metadata.name === name && object.metadata.namespace === id)?.object['data'];
    expect(data('store')).toMatchObject({ paint: 'blue' });
    expect(data('app')).toMatchObject({ from: 'blue' });
    expect((data('app') as { made: string }).made).not.toBe((data('store') as { made: string }).made);
    await modifyInstance(deps, caller, { instanceId: id, parameters: {}, networkType: 'INTERNAL' });
    await world.reach(id, 'RUNNING');
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    expect(data('store')).toBeUndefined();
    expect(cluster.find('Namespace', id)).toBeUndefined();
    const { rows } = await sql<{ kind: string; resource: string }>`
      select kind, data->>'resourceKey' as resource from runs where subject = ${id} order by created_at`.execute(deps.db);
    expect(rows).toEqual([
      { kind: 'create', resource: 'store' },
      { kind: 'create', resource: 'app' },
      { kind: 'modify', resource: 'app' },
      { kind: 'delete', resource: 'app' },
    ]);
  });
});
