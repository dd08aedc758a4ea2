import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { becomeHealthy } from './healthy-cluster.testing.js';
import { openWorld } from './life.testing.js';
import { deleteInstance } from './requests/delete-instance.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
cluster.serve('postgresql.cnpg.io/v1', 'Cluster', 'clusters');
const spec = await readFile(new URL('../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

interface Fact {
  kind: string;
  payload: Record<string, unknown>;
}

async function factsOf(subject: string): Promise<Fact[]> {
  return (await sql<Fact>`select kind, payload from events where subject = ${subject} order by id`.execute(deps.db)).rows;
}

it('a life is told as facts, each in the transaction that makes it true', async () => {
  const offered = await world.offer(spec);
  const id = await world.create(offered);
  // With the answer of the create everything about its begin can be read.
  expect((await factsOf(id)).slice(0, 3)).toMatchObject([
    { kind: 'instance-created', payload: { orgId: caller.orgId, planVersion: '1.0' } },
    { kind: 'operation-started', payload: { operation: 'create', by: caller.userId } },
    { kind: 'step-started', payload: { verb: 'create' } },
  ]);
  await world.reach(id, 'DEPLOYING');
  await becomeHealthy(cluster, id);
  await world.reach(id, 'RUNNING');
  const lived = await factsOf(id);
  expect(lived.slice(3).map(({ kind }) => kind)).toEqual(['step-ended', 'operation-ended', 'instance-status-changed']);
  expect(lived.slice(3)).toMatchObject([
    { payload: { outcome: 'Succeeded' } },
    { payload: { operation: 'create', outcome: 'succeeded' } },
    { payload: { status: 'RUNNING', before: 'DEPLOYING' } },
  ]);
  const operations = lived.flatMap(({ payload }) => payload['operationId'] ?? []);
  expect(new Set(operations).size).toBe(1);

  await deleteInstance(deps, caller, { instanceId: id });
  await world.reach(id, 'DELETED');
  expect((await factsOf(id)).slice(lived.length).map(({ kind }) => kind)).toEqual([
    'operation-started',
    'step-started',
    'instance-status-changed',
    'step-ended',
    'operation-ended',
    'instance-status-changed',
    'instance-deleted',
  ]);
  const { rows } = await sql<Fact & { subject: string }>`
    select kind, subject, payload from events where kind in ('plan-version-released', 'subscription-made') order by id`.execute(deps.db);
  expect(rows).toMatchObject([
    { kind: 'plan-version-released', payload: { version: '1.0' } },
    { kind: 'subscription-made', payload: { orgId: caller.orgId } },
  ]);
});
