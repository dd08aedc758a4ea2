/** The whole server on a simulated cell, over the real wire: a Cluster that somebody has made becomes an instance. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client } from '@cellplane/api';
import { connectKubeconfig, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server } from '../compose.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { createSettled, releasePlan, settledInstance, startWholeServer } from '../whole-server.testing.js';
import { stopSimulatedCellOf } from '../simulated/cell.js';
import { ADOPTING_PLAN, clusterByHand } from './adopting-plan.testing.js';

const { db, url } = await testDatabase();
const folder = await mkdtemp(join(tmpdir(), 'cellplane-adoption-'));

let cluster: KubernetesClient;
let server: Server;
let client: Client;
const plan = { serviceId: '', environmentId: '', planId: '' };

const build = (name: string, spec: string) => releasePlan(client, name, spec);
const settled = (id: string) => settledInstance(client, id);

beforeAll(async () => {
  ({ server, client } = await startWholeServer({ DATABASE_URL: url, CELLPLANE_DATA_DIR: folder }));
  cluster = connectKubeconfig(join(folder, 'simulated-cell', 'kubeconfig'));
  Object.assign(plan, await build('Small', ADOPTING_PLAN));
});
afterAll(async () => {
  await server?.stop();
  await cluster?.close();
  await stopSimulatedCellOf(folder);
  await rm(folder, { recursive: true, force: true });
});

const create = () => createSettled(client, plan.serviceId);

async function byHand(namespace: string, ...names: string[]): Promise<void> {
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { team: 'shop' } } });
  for (const name of names) await cluster.create(clusterByHand(name, namespace));
  await until(async () => (healthy(await get(namespace, names[0] ?? '')) ? true : undefined), 'a healthy cluster');
}
const get = (namespace: string, name: string) => cluster.get({ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', namespace, name });
const healthy = (object: KubernetesObject) => (object['status'] as { phase?: string } | undefined)?.phase === 'Cluster in healthy state';
type Body = Parameters<Client['adoptInstance']>[0]['body'];
const adopt = (namespace: string, name: string, more: Partial<Body> = {}) =>
  client.adoptInstance({
    body: { planId: plan.planId, kind: 'Cluster', namespace, name, requestParams: { maxConnections: 120 }, ...more },
  });
const refused = (code: string) => ({ body: { code } });
const countInstances = async () => (await sql<{ count: number }>`select count(*)::int as count from instances`.execute(db)).rows[0]?.count;

describe('an adoption', () => {
  it('is refused while the operator is not the cell’s own, then told with what it would change, and nothing is touched', async () => {
    const first = await create();
    await byHand('shop-a', 'pg-a');
    const before = await get('shop-a', 'pg-a');
    const { instanceId, refusals, preview } = await adopt('shop-a', 'pg-a', { requestParams: { maxConnections: 300 }, dryRun: true });
    expect(instanceId).toBe('pg-a');
    expect(refusals.map(({ code }) => code)).toEqual(['adoption-changes', 'adoption-restarts']);
    expect(preview.objects[0]?.fields).toContainEqual(
      expect.objectContaining({ path: 'spec.postgresql.parameters.max_connections', before: '120', after: '300' }),
    );
    await expect(adopt('shop-a', 'pg-a', { requestParams: { maxConnections: 300 } })).rejects.toMatchObject(refused('adoption-changes'));
    await expect(adopt('shop-a', 'pg-a', { requestParams: { maxConnections: 300 }, allowChanges: true })).rejects.toMatchObject(
      refused('adoption-restarts'),
    );
    expect((await get('shop-a', 'pg-a')).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(await countInstances()).toBe(1);
    await sql`update chart_releases set status = 'pending'`.execute(db);
    await expect(adopt('shop-a', 'pg-a')).rejects.toMatchObject(refused('operator-not-installed'));
    await sql`update chart_releases set status = 'deployed'`.execute(db);
    expect(first).toMatch(/^instance-/);
  });

  it('leaves the spec as it is, gives outputs, and ends as RUNNING; drift and delete work as for any other', async () => {
    await byHand('shop-b', 'pg-b');
    const before = await get('shop-b', 'pg-b');
    const { instanceId, workflowId } = await adopt('shop-b', 'pg-b');
    expect([instanceId, typeof workflowId]).toEqual(['pg-b', 'string']);
    expect((await settled('pg-b')).status).toBe('RUNNING');
    const after = await get('shop-b', 'pg-b');
    expect(after['spec']).toEqual(before['spec']);
    expect(after.metadata).toMatchObject({
      uid: before.metadata.uid,
      generation: before.metadata.generation,
      labels: { 'cellplane.dev/instance': 'pg-b' },
    });
    const params = { serviceId: plan.serviceId, environmentId: plan.environmentId, instanceId: 'pg-b' };
    expect(await client.describeInstance({ params, query: {} })).toMatchObject({
      adopted: true,
      consumptionResourceInstanceResult: { status: 'RUNNING', result_params: { image: 'ghcr.io/cloudnative-pg/postgresql:15' } },
    });
    expect(await client.checkInstanceDrift({ params: { id: 'pg-b' } })).toMatchObject({ objects: 1, findings: [], troubles: [] });
    // A second time it is an instance's.
    await expect(adopt('shop-b', 'pg-b')).rejects.toMatchObject(refused('namespace-taken'));
    await client.modifyInstance({ params, body: { requestParams: { instances: 2 } } });
    await settled('pg-b');
    expect((await get('shop-b', 'pg-b'))['spec']).toMatchObject({ instances: 2 });
    await client.deleteInstance({ params, body: {} });
    await until(async () => (await get('shop-b', 'pg-b').catch(() => 'gone')) === 'gone' || undefined, 'the cluster to go');
    await until(async () => {
      const { metadata } = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'shop-b' });
      expect(metadata.deletionTimestamp).toBeUndefined();
      return metadata.labels?.['cellplane.dev/instance'] === undefined && metadata.labels?.['team'] === 'shop' ? true : undefined;
    }, 'the namespace to be somebody’s again');
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', namespace: 'shop-b' };
    expect((await cluster.list({ ...rbac, kind: 'Role' })).items).toEqual([]);
  });

  it('is refused by name where namespace, object or plan are in the way', async () => {
    await byHand('shop-c', 'pg-c', 'pg-other');
    await expect(adopt('shop-c', 'pg-c')).rejects.toMatchObject(refused('namespace-shared'));
    await expect(adopt('shop-c', 'pg-none')).rejects.toMatchObject(refused('object-not-found'));
    await expect(adopt('shop-none', 'pg-c')).rejects.toMatchObject(refused('namespace-not-found'));
    for (const namespace of ['kube-system', 'default', 'cellplane-operators'])
      await expect(adopt(namespace, 'pg-c')).rejects.toMatchObject(refused('namespace-forbidden'));
    await expect(adopt('shop-c', 'pg-c', { kind: 'Pooler' })).rejects.toMatchObject(refused('kind-not-in-plan'));
    await expect(adopt('shop-c', 'pg-c', { workflow: 'delete' })).rejects.toMatchObject(refused('invalid-field'));
    await expect(adopt('shop-c', 'pg-c', { workflow: 'modify', requestParams: { none: 1 } })).rejects.toMatchObject({ status: 400 });
    await expect(adopt('shop-c', 'pg-c', { cell: 'none' })).rejects.toMatchObject({ status: 404 });
    await expect(adopt('shop-c', 'pg-c', { planId: 'pt-none' })).rejects.toMatchObject({ status: 404 });
    const renamed = await build(
      'Renamed',
      ADOPTING_PLAN.replaceAll(
        'metadata: {name: "{{workflow.parameters.id}}"}',
        'metadata: {name: "db-{{workflow.parameters.id}}"}',
      ).replace('name: Small', 'name: Renamed'),
    );
    await expect(adopt('shop-c', 'pg-c', { planId: renamed.planId })).rejects.toMatchObject(refused('plan-names-otherwise'));
  });

  it('does not take what says that it is another instance’s, or an id that was one’s', async () => {
    await byHand('shop-d', 'pg-d');
    await cluster.patch({ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', namespace: 'shop-d', name: 'pg-d' }, 'merge', {
      metadata: { labels: { 'cellplane.dev/instance': 'instance-aaaaaaaaa' } },
    });
    await expect(adopt('shop-d', 'pg-d')).rejects.toMatchObject(refused('object-of-instance'));
    await byHand('shop-e', 'pg-b');
    await expect(adopt('shop-e', 'pg-b')).rejects.toMatchObject(refused('name-taken'));
  });

  it('does not take a namespace that says that it is another instance’s, or that holds an operator', async () => {
    await byHand('shop-g', 'pg-g');
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'shop-g' };
    await cluster.patch(namespace, 'merge', { metadata: { labels: { 'cellplane.dev/instance': 'instance-bbbbbbbbb' } } });
    await expect(adopt('shop-g', 'pg-g')).rejects.toMatchObject(refused('namespace-taken'));
    await cluster.patch(namespace, 'merge', { metadata: { labels: { 'cellplane.dev/instance': null } } });
    const { rows } = await sql<{ namespace: string }>`select namespace from chart_releases`.execute(db);
    await sql`update chart_releases set namespace = 'shop-g'`.execute(db);
    await expect(adopt('shop-g', 'pg-g')).rejects.toMatchObject(refused('namespace-taken'));
    await sql`update chart_releases set namespace = ${rows[0]?.namespace ?? ''}`.execute(db);
  });

  it('of one namespace by two at once is one adoption', async () => {
    await byHand('shop-f', 'pg-f');
    const both = await Promise.allSettled([adopt('shop-f', 'pg-f'), adopt('shop-f', 'pg-f')]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const failed = both.find((one) => one.status === 'rejected') as PromiseRejectedResult;
    expect(failed.reason).toMatchObject({ status: 409 });
    expect((await settled('pg-f')).status).toBe('RUNNING');
  });
});

it('is refused in words where another adoption of the namespace is committed during the preview', async () => {
  await byHand('shop-h', 'pg-h');
  const taken = { id: 'pg-h-of-others', namespace: 'shop-h' };
  let preview: Promise<unknown> | undefined;
  await transaction(db, async (tx) => {
    await sql`
      insert into instances select (jsonb_populate_record(null::instances, to_jsonb(i) || ${JSON.stringify(taken)}::jsonb)).*
      from instances i where i.deleted_at is null limit 1`.execute(tx);
    preview = adopt('shop-h', 'pg-h', { dryRun: true }).then(
      () => 'done',
      (error: unknown) => error,
    );
    await until(
      async () =>
        (
          await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into instances%'`.execute(
            db,
          )
        ).rows.length > 0 || undefined,
      'the preview to wait for the other one',
    );
  });
  expect(await preview).toMatchObject({ status: 409, body: { code: 'namespace-taken' } });
});

// The last one: its cell does not come back.
it('says that a cell does not answer', async () => {
  await stopSimulatedCellOf(folder);
  await expect(adopt('shop-c', 'pg-c', { dryRun: true })).rejects.toMatchObject({ status: 503, body: { code: 'cell-away' } });
});
