import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BuiltPlan,
  type ControlPlane,
  buildPlan,
  createInstance,
  instanceParams,
  startControlPlane,
  until,
  untilSettled,
  untilStatus,
} from './control-plane.testing.js';
import { clusterEnvironment, DELETED_MS, helm, kubectl, kubectlSucceeds, withoutOperators } from './real-cluster.testing.js';

// One journey, told in order: every test needs what those before it left.
describe('the example plan on a real cluster with the real operator', () => {
  let plane: ControlPlane;
  let plan: BuiltPlan;
  let id = '';

  const parameters = { storageSize: '1Gi', backupEndpoint: 'http://10.96.0.90:9000', databaseName: 'orders' };
  const inPod = (pod: string, sql: string) =>
    kubectl('-n', id, 'exec', pod, '-c', 'postgres', '--', 'psql', '-Atq', '-d', 'orders', '-c', sql);
  const cluster = (path: string) => kubectl('-n', id, 'get', `clusters.postgresql.cnpg.io/${id}`, '-o', `jsonpath=${path}`);

  beforeAll(async () => {
    await withoutOperators();
    plane = await startControlPlane(clusterEnvironment());
    for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
      await plane.client.setSecret({ params: { environmentType: 'dev', name }, body: { value: 'test' } });
  });
  afterAll(async () => {
    if (plane === undefined) return;
    if (id !== '') await kubectl('delete', 'namespace', id, '--ignore-not-found', '--wait=false');
    await plane.stop();
  });

  it('builds, and builds again without a new version', async () => {
    plan = await buildPlan(plane.client, 'Postgres', { file: 'examples/postgres-operator/spec.yaml' });
    expect(plan.version).toBe('1.0');
    expect((await buildPlan(plane.client, 'Postgres', { file: 'examples/postgres-operator/spec.yaml' })).version).toBe('1.0');
  });

  it('creates: charts, namespace, Cluster, and RUNNING only when the operator says so', async () => {
    id = await createInstance(plane.client, plan, parameters);
    expect(await plane.client.describeInstance({ params: instanceParams(plan, id), query: {} })).toMatchObject({
      consumptionResourceInstanceResult: { status: 'DEPLOYING' },
    });
    await untilStatus(plane.client, id, 'RUNNING', 300_000);
    expect(await cluster('{.status.phase}/{.status.readyInstances}')).toBe('Cluster in healthy state/1');
    const releases = JSON.parse(await helm('list', '-n', 'cellplane-operators', '-o', 'json')) as { chart: string; status: string }[];
    expect(releases.map(({ chart, status }) => `${chart} ${status}`).toSorted()).toEqual([
      'cloudnative-pg-0.28.2 deployed',
      'plugin-barman-cloud-0.6.0 deployed',
    ]);
  });

  it('shows endpoints and outputs, and no secret', async () => {
    const instance = await plane.client.describeInstance({ params: instanceParams(plan, id), query: {} });
    const topology = Object.values(instance.consumptionResourceInstanceResult.detailedNetworkTopology ?? {})[0];
    expect(Object.keys(topology?.additionalEndpoints ?? {}).toSorted()).toEqual(['reader', 'writer']);
    expect(topology?.additionalEndpoints?.['reader']?.endpoint).toBe(`reader-${topology?.clusterEndpoint}`);
    expect(instance.consumptionResourceInstanceResult.result_params).toMatchObject({
      status: 'Cluster in healthy state',
      postgresContainerImage: 'ghcr.io/cloudnative-pg/postgresql:15',
      topology: { nodesUsed: 1 },
    });
    const password = Buffer.from(
      await kubectl('-n', id, 'get', 'secret', `${id}-database`, '-o', 'jsonpath={.data.password}'),
      'base64',
    ).toString();
    expect(password).toMatch(/^\w{24}$/);
    const { workflows } = await plane.client.listWorkflows({ params: plan, query: { instanceId: id } });
    const runId = workflows[0]?.id ?? '';
    const shown = JSON.stringify([
      instance,
      await plane.client.describeWorkflow({ params: { ...plan, id: runId } }),
      await plane.client.listWorkflowEvents({ params: { ...plan, id: runId } }),
      plane.log(),
    ]);
    expect(shown).not.toContain(password);
  });

  it('keeps rows', async () => {
    await inPod(`${id}-1`, 'create table journey as select generate_series(1, 1234) as row');
    expect(await inPod(`${id}-1`, 'select count(*) from journey')).toBe('1234');
  });

  it('lets a task reach nothing of another instance', async () => {
    const user = `system:serviceaccount:${id}:${await kubectl('-n', id, 'get', 'serviceaccounts', '-l', 'app.kubernetes.io/managed-by=cellplane', '-o', 'jsonpath={.items[0].metadata.name}')}`;
    const may = (namespace: string, resource: string) =>
      kubectlSucceeds('auth', 'can-i', 'patch', resource, '-n', namespace, '--as', user, '-q');
    expect(await may(id, 'clusters.postgresql.cnpg.io')).toBe(true);
    expect(await may('kube-system', 'secrets')).toBe(false);
    expect(await may('default', 'clusters.postgresql.cnpg.io')).toBe(false);
    expect(await may(id, 'deployments.apps')).toBe(false);
  });

  const modify = async (requestParams: Record<string, unknown>) => {
    await plane.client.modifyInstance({ params: instanceParams(plan, id), body: { requestParams } });
    await untilStatus(plane.client, id, 'RUNNING', 300_000);
  };

  it('scales 1 → 2 and waits for the second', async () => {
    await modify({ numberOfInstances: 2 });
    expect(await cluster('{.status.phase}/{.status.readyInstances}')).toBe('Cluster in healthy state/2');
    expect(await inPod(`${id}-2`, 'select count(*) from journey')).toBe('1234');
  });

  it('changes a PostgreSQL parameter and waits until it is in force', async () => {
    await modify({ maxConnections: 150 });
    expect(await inPod(await cluster('{.status.currentPrimary}'), 'show max_connections')).toBe('150');
  });

  it('scales 2 → 1 and waits until the operator has taken the second away', async () => {
    await modify({ numberOfInstances: 1 });
    expect(await cluster('{.status.instances}/{.status.readyInstances}')).toBe('1/1');
    const pods = JSON.parse(await kubectl('-n', id, 'get', 'pods', '-l', `cnpg.io/cluster=${id}`, '-o', 'json')) as {
      items: { metadata: { name: string; deletionTimestamp?: string } }[];
    };
    // The kubelet may still be ending the second one's processes; for the operator it is gone.
    expect(pods.items.filter((pod) => pod.metadata.deletionTimestamp === undefined).map((pod) => pod.metadata.name)).toEqual([`${id}-1`]);
  });

  it('survives a kill -9 in the middle of a modify', async () => {
    await plane.client.modifyInstance({ params: instanceParams(plan, id), body: { requestParams: { maxConnections: 160 } } });
    await until('the Cluster is patched', async () => (await cluster('{.spec.postgresql.parameters.max_connections}')) === '160', 60_000);
    await plane.crashAndRestart();
    await untilStatus(plane.client, id, 'RUNNING', 300_000);
    expect(await inPod(await cluster('{.status.currentPrimary}'), 'show max_connections')).toBe('160');
  });

  it('deletes and leaves nothing behind', async () => {
    await plane.client.deleteInstance({
      params: instanceParams(plan, id),
      body: { resourceId: plan.productTierId, skipFinalSnapshot: true },
    });
    await untilSettled(plane.client, id, DELETED_MS);
    const search = await plane.client.searchInventory({ body: { query: `resourceinstance:${id}` } });
    expect(search.resourceInstanceResults ?? []).toEqual([]);
    expect(await kubectlSucceeds('get', 'namespace', id)).toBe(false);
    expect(await kubectl('get', 'clusters.postgresql.cnpg.io', '-A', '-o', 'name')).toBe('');
  });

  it('ends a create whose image does not exist as FAILED, in the words of the kubelet', async () => {
    // Time for the operator's job, its Pod and the kubelet's first try on a busy machine.
    const text = await specWithDeadline(60);
    const failing = await buildPlan(plane.client, 'Postgres that fails', { text });
    const failed = await createInstance(plane.client, failing, { ...parameters, postgresVersion: '15.99' });
    const ended = await untilSettled(plane.client, failed, 240_000);
    expect(ended?.status).toBe('FAILED');
    const said = `${ended?.statusDescription} ${JSON.stringify(ended?.run)}`;
    expect(said).toMatch(/ImagePullBackOff|ErrImagePull|ErrImageNeverPull|failed to pull/i);
    await plane.client.deleteInstance({ params: instanceParams(failing, failed), body: { skipFinalSnapshot: true } });
    await untilSettled(plane.client, failed, DELETED_MS);
    expect(await kubectlSucceeds('get', 'namespace', failed)).toBe(false);
  });

  it('fails clearly and quickly where a chart cannot be installed', async () => {
    const text = (await specWithDeadline(600))
      .replace('chartVersion: 0.28.2', 'chartVersion: 99.0.0')
      .replace('chartName: cloudnative-pg', 'chartName: no-such-chart');
    const failing = await buildPlan(plane.client, 'Postgres without its chart', { text });
    const failed = await createInstance(plane.client, failing, parameters);
    // Long before the deadline of its workflow.
    const ended = await untilSettled(plane.client, failed, 240_000);
    expect(ended?.status).toBe('FAILED');
    expect(ended?.statusDescription).toMatch(/no-such-chart.*not found/);
  });

  async function specWithDeadline(seconds: number): Promise<string> {
    const { readFile } = await import('node:fs/promises');
    const text = await readFile(new URL('../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');
    return text.replace('activeDeadlineSeconds: 1800', `activeDeadlineSeconds: ${seconds}`);
  }
});

describe("the reference page's own plan on a real cluster", () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane(clusterEnvironment());
  });
  afterAll(() => plane?.stop());

  it('builds as printed, creates, refuses a modify it has no workflow for, and is deleted in reverse order', async () => {
    // As printed it names no image: the operator's default was set by the example plan's chart values, above.
    const plan = await buildPlan(plane.client, 'The reference page', { file: 'packages/plan/src/fixtures/reference-minimal.yaml' });
    const id = await createInstance(plane.client, plan, { storageSize: '1Gi' });
    await untilStatus(plane.client, id, 'RUNNING', 300_000);
    expect(await kubectl('-n', id, 'get', `clusters.postgresql.cnpg.io/${id}`, '-o', 'jsonpath={.status.readyInstances}')).toBe('1');
    await expect(
      plane.client.modifyInstance({ params: instanceParams(plan, id), body: { requestParams: { numberOfInstances: 2 } } }),
    ).rejects.toMatchObject({ status: 409 });
    await plane.client.deleteInstance({ params: instanceParams(plan, id), body: {} });
    await untilSettled(plane.client, id, DELETED_MS);
    expect(await kubectlSucceeds('get', 'namespace', id)).toBe(false);
  });
});
