/** How PostgreSQL finds what retention reads and removes, among 200 instances with 60 runs each: by an index, whoever's the rest is. */
import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { databaseTime } from '../packages/server/src/database/clock.js';
import { sentDuring } from '../packages/server/src/database/sent.testing.js';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import { until } from '../packages/server/src/engine/engine.testing.js';
import { selectAging } from '../packages/server/src/instances/past-instance-store.js';
import { modifyInstance } from '../packages/server/src/lifecycle/requests/change-instance.js';
import { callCustomWorkflow } from '../packages/server/src/lifecycle/requests/custom-workflow.js';
import { openWorld } from '../packages/server/src/lifecycle/life.testing.js';
import { serveStores, storePlan } from '../packages/server/src/lifecycle/safety.testing.js';
import { pruneInstance } from '../packages/server/src/retention/prune-instance.js';
import { retentionOf } from '../packages/server/src/retention/retention.testing.js';

const INSTANCES = 200;
const RUNS = 60;

const database = await testDatabase({ statementTimeoutMs: 0 });
const world = await openWorld(database);
const { deps, caller, cluster } = world;
serveStores(cluster);
const offered = await world.offer(storePlan('Stores'));
afterAll(() => deps.charts.stop());

const id = await world.create(offered);
await world.reach(id, 'RUNNING');
await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 2 } });
await world.reach(id, 'RUNNING');
await callCustomWorkflow(deps, caller, { instanceId: id, workflow: { verb: 'repaint' }, audience: () => 'FLEET' as const, parameters: {} });
await until(async () => {
  const { rows } = await database.pool.query(`select 1 from operations where status in ('running', 'waiting')`);
  return rows.length === 0 ? true : undefined;
}, 'the operations to end');
await world.engine.stop();
await database.pool.query(await readFile(new URL('../bench/past-runs.sql', import.meta.url), 'utf8'), [id, INSTANCES, RUNS]);
await database.pool.query(`
  insert into instance_events (instance_id, at, type, message)
  select id, now() - n * interval '1 day', 'CellDiffers', '' from instances, generate_series(1, 100) n`);
await database.pool.query(`
  insert into snapshots (id, provider_org_id, org_id, subscription_id, service_id, environment_id, plan_id, plan_version, resource_id, resource_key, cell_id,
    cloud_provider, region, network_type, source_instance_id, origin, status, taken_at, parameters, sealed_parameters, created_by, deleted_at)
  select 'snapshot-' || id || n, provider_org_id, org_id, subscription_id, service_id, environment_id, plan_id, plan_version, resource_id, resource_key, cell_id,
    cloud_provider, region, network_type, id, 'periodic', 'DELETED', now() - n * interval '1 day', '{}', '', 'cellplane', now() - n * interval '1 day'
  from instances, generate_series(1, 100) n`);
await database.pool.query('vacuum analyze');

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

/** Tables that grow with history. */
const GROWING = new Set(['runs', 'run_tasks', 'run_stages', 'run_events', 'operations', 'instance_events', 'snapshots', 'instances']);

function scannedWhole(node: PlanNode): string[] {
  const mine = node['Node Type'] === 'Seq Scan' && GROWING.has(node['Relation Name'] ?? '') ? [node['Relation Name'] ?? ''] : [];
  return [...mine, ...(node.Plans ?? []).flatMap(scannedWhole)];
}

it('reads and removes by indexes, and leaves the few runs that an instance stands on', async () => {
  const { db } = database;
  const [instance] = await selectAging(db, { after: 'instance-past000099', limit: 1 });
  if (instance === undefined) throw new Error('there is no such instance');
  const now = await databaseTime(db);
  // What it sends is planned as it was sent, before it removes anything.
  const rehearsal = await sentDuring(database, () =>
    pruneInstance(retentionOf(db, { history: { usual: 14, of: {} } }), instance, now, new AbortController().signal),
  );
  const statements = rehearsal.filter(({ text }) => /\b(runs|run_tasks|operations|instance_events|snapshots|instances)\b/.test(text));
  expect(statements.length).toBeGreaterThan(8);
  const faults: string[] = [];
  for (const { text, values } of statements) {
    const { rows } = await database.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (format json) ${text}`, values);
    for (const table of rows.flatMap((row) => scannedWhole(row['QUERY PLAN'][0].Plan))) faults.push(`all of ${table} is read by ${text}`);
  }
  expect(faults).toEqual([]);
  const left = await database.pool.query(`select kind from runs where subject = $1 and finished_at < now() - interval '14 days'`, [
    instance.id,
  ]);
  expect(left.rows.length).toBeGreaterThan(0);
  expect(left.rows.length).toBeLessThan(10);
});
