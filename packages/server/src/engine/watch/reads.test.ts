import { ApiError } from '@cellplane/kubernetes';
import { afterEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../database/test-database.testing.js';
import { describeRun } from '../describe-run.js';
import {
  Bench,
  CONFIG,
  DATABASE,
  fakeCell,
  HEALTHY,
  newRun,
  PASSWORD,
  SECRET,
  SEALER,
  template,
  until,
  workflow,
} from '../engine.testing.js';

const database = await testDatabase({ poolSize: 20 });
let bench = new Bench(database, fakeCell());

afterEach(async () => {
  await bench.stop();
  bench = new Bench(database, fakeCell());
});

const deps = { db: database.db, sealer: SEALER };
const AWAY = new ApiError('connect ECONNREFUSED', 0, 'ConnectionRefused', 'transient', []);

describe('reads', () => {
  it('an attempt that found no client of its cell is tried again', async () => {
    let refusals = 3;
    await bench.start({
      cells: {
        client: () => (refusals-- > 0 ? Promise.reject(new Error('the cell could not be read')) : Promise.resolve(bench.cluster.client())),
      },
    });
    const run = await bench.insert(newRun({ workflow: workflow([template('settings', CONFIG)]) }));
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('a settle time does not end on what a watch that is cut off has seen; reads that fail back off', async () => {
    await bench.start();
    const first = await bench.insert(newRun({ workflow: workflow([template('cluster', DATABASE, { successCondition: HEALTHY })]) }));
    expect(await bench.end(first.id)).toMatchObject({ phase: 'Succeeded' });
    bench.cluster.operator = () => {};
    const grow = template('cluster', DATABASE.replace('instances: 1', 'instances: 2'), { successCondition: HEALTHY, settleSeconds: 1 });
    const run = await bench.insert(newRun({ namespace: first.namespace, workflow: workflow([grow]) }));
    await until(async () => (await describeRun(deps, run.id))?.waitingFor?.reason.includes('settling') || undefined, 'the settling');
    bench.cluster.disconnect(AWAY);
    const before = bench.cluster.calls.length;
    const reads = () => bench.cluster.calls.slice(before).filter(({ call, key }) => call === 'get' && key.kind === 'Cluster').length;
    const began = Date.now();
    await until(() => reads() >= 3 || undefined, 'reads of the cell that is away');
    expect(Date.now() - began).toBeGreaterThan(500);
    expect(await bench.row(run.id)).toMatchObject({ phase: 'Running' });
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Setting up primary' });
    bench.cluster.disconnect(undefined);
    await until(async () => (await describeRun(deps, run.id))?.waitingFor?.reason.includes('Setting up') || undefined, 'what is there now');
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('an object that goes while its wait is being explained is not overlooked', async () => {
    let ahead = 0;
    const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() };
    await bench.start({ clock });
    const first = await bench.insert(newRun({ workflow: workflow([template('cluster', DATABASE, { successCondition: HEALTHY })]) }));
    expect(await bench.end(first.id)).toMatchObject({ phase: 'Succeeded' });
    const touch = (finalizer: string) =>
      bench.cluster.change('Cluster', 'db', (object) => ({ ...object, metadata: { ...object.metadata, finalizers: [finalizer] } }));
    touch('example.com/hold');
    bench.cluster.operator = () => {};
    // Seen by the same watch, in order: once its change is shown, what came before it has been seen too.
    const other = template('other', DATABASE.replace('name: db', 'name: other'), { successCondition: HEALTHY });
    const remove = template('remove', DATABASE, { action: 'delete' });
    const run = await bench.insert(newRun({ namespace: first.namespace, workflow: workflow([remove, other], { parallel: true }) }));
    const task = async (name: string) => (await describeRun(deps, run.id))?.tasks.find((one) => one.task === name);
    await until(async () => (await task('remove'))?.waitingFor?.reason.includes('example.com/hold') || undefined, 'the wait');
    await until(async () => (await task('other'))?.waitingFor?.gate, 'the other wait');
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let explaining = 0;
    bench.cluster.fault = async (call, key, done) => {
      if (call !== 'list' || key.kind !== 'Pod' || done) return;
      explaining++;
      await held;
    };
    ahead = 11_000;
    touch('example.com/other');
    await until(() => explaining > 1 || undefined, 'the explanations');
    const gets = bench.cluster.calls.length;
    bench.cluster.vanish('Cluster', 'db');
    bench.cluster.setStatus('Cluster', 'other', { phase: 'Setting up primary' });
    await until(async () => (await task('other'))?.waitingFor?.reason.includes('Setting up') || undefined, 'the other change');
    release();
    await until(async () => (await task('remove'))?.phase === 'Succeeded' || undefined, 'the delete to be done', 5_000);
    bench.cluster.setStatus('Cluster', 'other', { phase: 'Cluster in healthy state' });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.calls.slice(gets).some(({ call, key }) => call === 'get' && key.kind === 'Cluster')).toBe(true);
  });
});

describe('explanations', () => {
  it('hide the secrets of the run, also when they are read just now', async () => {
    bench.cluster.operator = () => {};
    await bench.start();
    const run = await bench.insert(
      newRun({ workflow: workflow([template('secret', SECRET), template('cluster', DATABASE, { successCondition: HEALTHY })]) }),
    );
    await until(async () => (await describeRun(deps, run.id))?.waitingFor?.gate, 'the gate to be waited for');
    bench.cluster.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'db-1', namespace: run.namespace },
      status: {
        phase: 'Pending',
        containerStatuses: [
          { name: 'x', ready: false, state: { waiting: { reason: 'CreateContainerError', message: `bad: ${PASSWORD}` } } },
        ],
      },
    });
    const cells = { client: () => Promise.resolve(bench.cluster.client()) };
    const shown = (await describeRun({ ...deps, cells }, run.id))?.waitingFor?.explanation;
    expect(shown).toContain('CreateContainerError');
    expect(shown).not.toContain(PASSWORD);
  });
});
