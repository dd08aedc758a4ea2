/** `create` in a task with a `retryStrategy`: an attempt adopts what an earlier one of the same task has made, and nothing else. */
import { afterEach, expect, it } from 'vitest';
import { testDatabase } from '../../../database/test-database.testing.js';
import { describeRun } from '../../describe-run.js';
import { Bench, CONFIG, DATABASE, fakeCell, HEALTHY, newRun, SEALER, template, until, workflow } from '../../engine.testing.js';

const database = await testDatabase({ poolSize: 20 });
let bench = new Bench(database, fakeCell(false));

afterEach(async () => {
  await bench.stop();
  bench = new Bench(database, fakeCell(false));
});

const RETRY = { retryStrategy: { retryPolicy: 'Always' as const, limit: 5 } };
const cluster = template('cluster', DATABASE, { action: 'create', successCondition: HEALTHY, activeDeadlineSeconds: 1 });

async function begun(runId: string, attempt: string) {
  await until(async () => {
    const run = await describeRun({ db: database.db, sealer: SEALER }, runId);
    return run?.tasks.find((task) => task.nodeId === attempt && task.state === 'AwaitingCondition');
  }, attempt);
}

it('a later attempt waits for the object of the first', async () => {
  await bench.start();
  const run = await bench.insert(newRun({ workflow: workflow([{ ...cluster, ...RETRY }]) }));
  await begun(run.id, 'main.cluster(1)');
  bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
  expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  expect(bench.cluster.creations.get('Cluster/db')).toBe(1);
});

it('so does one in a template that is tried again as a whole, with what was there left as it is', async () => {
  await bench.start();
  const of = workflow([template('settings', CONFIG, { action: 'create' }), cluster]);
  const templates = of.templates.map((one) => (one.name === 'main' ? { ...one, ...RETRY } : one));
  const run = await bench.insert(newRun({ workflow: { ...of, templates } }));
  await begun(run.id, 'main(0).cluster');
  bench.cluster.change('ConfigMap', 'settings', (object) => ({ ...object, data: { mode: 'slow' } }));
  await begun(run.id, 'main(1).cluster');
  bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
  expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  expect(bench.cluster.creations.get('Cluster/db')).toBe(1);
  expect(bench.cluster.find('ConfigMap', 'settings')).toMatchObject({ data: { mode: 'slow' } });
});

it('what another task of the run has made is none of its own', async () => {
  await bench.start();
  const other = template('other', DATABASE, { action: 'create', ...RETRY, retryStrategy: { retryPolicy: 'Always', limit: 1 } });
  const run = await bench.insert(newRun({ workflow: workflow([template('cluster', DATABASE, { action: 'create' }), other]) }));
  const ended = await bench.end(run.id);
  expect(ended).toMatchObject({ phase: 'Failed', code: 'already-exists' });
  expect(ended.message).toContain('already exists and was not made by this task');
});

it('an object on its way out is waited for and made anew', async () => {
  await bench.start();
  const run = await bench.insert(newRun({ workflow: workflow([{ ...cluster, ...RETRY }]) }));
  await begun(run.id, 'main.cluster(0)');
  bench.cluster.change('Cluster', 'db', (object) => ({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/wait'] },
  }));
  await until(async () => {
    const seen = await describeRun({ db: database.db, sealer: SEALER }, run.id);
    return seen?.tasks.find((task) => task.lastError?.code === 'being-deleted' && task.nodeId !== 'main.cluster(0)');
  }, 'an attempt to wait for its end');
  bench.cluster.operator = (object, cell) => {
    const { name, namespace } = object.metadata;
    if (object.kind === 'Cluster' && cell.find('Cluster', name, namespace) !== undefined)
      cell.setStatus('Cluster', name, { phase: 'Cluster in healthy state' }, namespace);
  };
  bench.cluster.change('Cluster', 'db', (object) => ({ ...object, metadata: { ...object.metadata, finalizers: [] } }));
  expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  expect(bench.cluster.creations.get('Cluster/db')).toBe(2);
});
