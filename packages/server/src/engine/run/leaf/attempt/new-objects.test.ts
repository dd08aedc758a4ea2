/** Runs that expect none of their objects to be there: a gated apply is sent without a read before it. */
import { afterEach, expect, it } from 'vitest';
import { testDatabase } from '../../../../database/test-database.testing.js';
import { transaction } from '../../../../database/database.js';
import { Bench, createWorkflow, DATABASE, fakeCell, HEALTHY, newRun, template, workflow } from '../../../engine.testing.js';
import type { NewRun } from '../../../model.js';
import { retryRun } from '../../../retry-run.js';

const database = await testDatabase({ poolSize: 20 });
let bench = new Bench(database, fakeCell());

afterEach(async () => {
  await bench.stop();
  bench = new Bench(database, fakeCell());
});

/** Tells the calls of a run from those of the watcher, which may read an object as soon as it is waited for. */
const ACCOUNT = 'system:serviceaccount:ns:run';

/** A run that expects none of its objects to be there. */
const makingRun = (more: Partial<NewRun> = {}) => newRun({ impersonate: ACCOUNT, objectsAreNew: true, ...more });

/** What a run read before it applied the Cluster. */
function readsBeforeApply(): string[] {
  const calls = bench.cluster.calls.filter(({ impersonate }) => impersonate === ACCOUNT);
  const applied = calls.findIndex(({ call, key }) => call === 'apply' && key.kind === 'Cluster');
  expect(applied).toBeGreaterThanOrEqual(0);
  return calls
    .slice(0, applied)
    .filter(({ call }) => call === 'get')
    .map(({ key }) => `${key.kind}/${key.name}`);
}

/** A worker that lost its lease on a busy machine hands the run to the next claim, which reads before it writes again: once for each such claim. */
async function expectNoNeedlessRead(runId: string): Promise<void> {
  const { fence } = await bench.row(runId);
  expect(readsBeforeApply().length).toBeLessThan(fence);
}

it('reads no object that it makes', async () => {
  await bench.start();
  const run = await bench.insert(makingRun({ workflow: createWorkflow() }));
  expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  expect(bench.cluster.creations.get('Cluster/db')).toBe(1);
  await expectNoNeedlessRead(run.id);
});

it('reads the object before a gated apply where the run does not say so', async () => {
  await bench.start();
  const run = await bench.insert(newRun({ impersonate: ACCOUNT, workflow: createWorkflow() }));
  expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  expect(readsBeforeApply()).toEqual(['Cluster/db']);
});

const SETTLE_SECONDS = 1;

it.each([
  ['success', 'Cluster in healthy state', { phase: 'Succeeded' }],
  ['failure', 'broken', { phase: 'Failed', code: 'failure-condition' }],
])('believes a %s on an object that was there after all only once the object is quiet', async (_, phase, outcome) => {
  const namespace = 'ns-there';
  bench.cluster.operator = () => {};
  bench.cluster.put({ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'db', namespace }, status: { phase } });
  await bench.start();
  const gates = { successCondition: HEALTHY, failureCondition: 'status.phase == broken', settleSeconds: SETTLE_SECONDS };
  const began = Date.now();
  const run = await bench.insert(makingRun({ namespace, workflow: workflow([template('cluster', DATABASE, gates)]) }));
  expect(await bench.end(run.id)).toMatchObject(outcome);
  expect(Date.now() - began).toBeGreaterThanOrEqual(SETTLE_SECONDS * 1_000);
});

it('reads again once the run is retried', async () => {
  const failing = template('cluster', DATABASE, {
    successCondition: HEALTHY,
    failureCondition: 'status.phase == broken',
    settleSeconds: 0,
  });
  bench.cluster.operator = (object, cell) => object.kind === 'Cluster' && cell.setStatus('Cluster', 'db', { phase: 'broken' });
  await bench.start();
  const run = await bench.insert(makingRun({ workflow: workflow([failing]) }));
  expect(await bench.end(run.id)).toMatchObject({ phase: 'Failed' });
  await expectNoNeedlessRead(run.id);
  bench.cluster.calls.length = 0;
  bench.cluster.operator = () => {};
  bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
  await transaction(database.db, (tx) => retryRun(tx, run.id, { stageSeconds: 60, workflowSeconds: 60 }));
  expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  expect(readsBeforeApply()[0]).toBe('Cluster/db');
});
