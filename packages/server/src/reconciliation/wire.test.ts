/** The whole server on a simulated cell, over the real wire: what others do to the cell behind its back, and a database from an older dump. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client } from '@cellplane/api';
import { connect, loadKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server } from '../compose.js';
import { type Database, sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { createSettled, releasePlan, settledInstance, startWholeServer } from '../whole-server.testing.js';
import { SETTINGS_PLAN } from './settings-plan.testing.js';

const { db, url } = await testDatabase();
const folder = await mkdtemp(join(tmpdir(), 'cellplane-reconciliation-'));
const simulated = await startSimulator({ log: () => {} });
const cluster = connect(loadKubeconfig({ text: simulated.kubeconfig }));
const kubeconfig = join(folder, 'kubeconfig');
await writeFile(kubeconfig, simulated.kubeconfig);

let server: Server | undefined;
let client: Client;
const place = { serviceId: '', environmentId: '' };

async function start(): Promise<void> {
  ({ server, client } = await startWholeServer({ DATABASE_URL: url, CELLPLANE_DATA_DIR: folder, CELLPLANE_KUBECONFIG: kubeconfig }));
}

beforeAll(async () => {
  await start();
  Object.assign(place, await releasePlan(client, 'Settings', SETTINGS_PLAN));
});
afterAll(async () => {
  await server?.stop();
  await cluster.close();
  await simulated.stop();
  await rm(folder, { recursive: true, force: true });
});

const describeOf = async (instanceId: string) =>
  (await client.describeInstance({ params: { ...place, instanceId }, query: {} })).consumptionResourceInstanceResult;
const settled = (id: string) => settledInstance(client, id);
const create = () => createSettled(client, place.serviceId);

async function reconcile() {
  const { comparison: asked } = await client.compareDeploymentCell({ params: { cell: 'default' } });
  return until(async () => {
    const described = await client.describeDeploymentCell({ params: { cell: 'default' } });
    return (described.comparison.comparedAt ?? '') >= (asked.askedAt ?? '') ? described.comparison : undefined;
  }, 'the pass to end');
}

async function recreate(instanceId: string): Promise<void> {
  await client.modifyInstance({ params: { ...place, instanceId }, body: { recreateMissing: true } });
  await settled(instanceId);
}

describe('what others do to the cell', () => {
  it('to an object is told, and mended by the command that is told', async () => {
    const id = await create();
    expect(await reconcile()).toMatchObject({ findings: [], counts: { objects: 2, missingObjects: 0 } });
    await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace: id });
    expect((await reconcile()).counts).toMatchObject({ missingObjects: 1, instancesThatDiffer: 1 });
    const told = await describeOf(id);
    expect(told).toMatchObject({
      status: 'RUNNING',
      active: false,
      findings: [{ code: 'object-gone', objects: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }] }],
    });
    expect(told.findings?.[0]?.commands?.[0]).toBe(`cellplane instance modify ${id} --recreate-missing`);
    const { resourceInstances } = await client.listInstances({ params: place, query: {} });
    expect(resourceInstances[0]).toMatchObject({
      statusDescription: expect.stringContaining('Warning: cell: ConfigMap/settings is gone') as string,
    });
    const metrics = await (await fetch(`${server?.url}/metrics`)).text();
    expect(metrics).toContain('cellplane_cells_missing_objects{cell="default"} 1');
    await recreate(id);
    await reconcile();
    expect(await describeOf(id)).not.toHaveProperty('findings');
  });

  it('to the namespace is told, and mended likewise', async () => {
    const id = await create();
    await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: id });
    await until(
      async () => (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: id }).catch(() => 'gone')) === 'gone' || undefined,
      'no namespace',
    );
    await reconcile();
    expect((await describeOf(id)).findings).toMatchObject([
      { code: 'namespace-gone', commands: [`cellplane instance modify ${id} --recreate-missing`, `cellplane instance delete ${id}`] },
    ]);
    await recreate(id);
    await reconcile();
    expect(await describeOf(id)).not.toHaveProperty('findings');
  });

  it('is read as metadata alone', async () => {
    const id = await create();
    const { items } = await cluster.list({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: id,
      labelSelector: `cellplane.dev/instance=${id}`,
      metadataOnly: true,
    });
    expect(items).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }]);
    expect(items[0]).not.toHaveProperty('data');
  });
});

describe('a database that was restored from an older dump', () => {
  it('tells what the cell has from after it, and what it has lost since', async () => {
    const [changed, gone] = [await create(), await create()];
    await reconcile();
    const dump = await dumpOf(db);
    await client.modifyInstance({ params: { ...place, instanceId: changed }, body: { requestParams: { size: 7 } } });
    await settled(changed);
    await client.deleteInstance({ params: { ...place, instanceId: gone }, body: {} });
    await until(
      async () => (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: gone }).catch(() => 'gone')) === 'gone' || undefined,
      'the delete',
    );
    const younger = await create();

    await server?.stop();
    await dump.restore();
    await start();
    const { findings } = await reconcile();
    expect(findings).toMatchObject([
      { code: 'unknown-namespace', names: [younger] },
      { code: 'database-older', count: 1 },
    ]);
    expect((await describeOf(changed)).findings).toMatchObject([{ code: 'unknown-run' }]);
    expect((await describeOf(gone)).findings).toMatchObject([{ code: 'namespace-gone' }]);

    await recreate(changed);
    await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: younger });
    await client.deleteInstance({ params: { ...place, instanceId: gone }, body: {} });
    await until(async () => ((await reconcile()).findings.length === 0 ? true : undefined), 'everything to be mended');
    expect(await describeOf(changed)).not.toHaveProperty('findings');
  });
});

/** All rows as they are now, kept beside, to be put back. */
async function dumpOf(of: Database): Promise<{ restore: () => Promise<void> }> {
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(of);
  await sql`create schema dump`.execute(of);
  for (const { name } of rows) await sql`create table ${sql.id('dump', name)} as table ${sql.id('public', name)}`.execute(of);
  return {
    restore: () =>
      transaction(of, async (tx) => {
        // No foreign keys and triggers meanwhile, as in a restore of a dump.
        await sql`set local session_replication_role = replica`.execute(tx);
        for (const { name } of rows) await sql`delete from ${sql.id('public', name)}`.execute(tx);
        for (const { name } of rows)
          await sql`insert into ${sql.id('public', name)} overriding system value table ${sql.id('dump', name)}`.execute(tx);
      }),
  };
}
