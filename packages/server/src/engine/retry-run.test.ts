import type { CompiledWorkflow } from '@cellplane/plan';
import { afterEach, describe, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { describeRun } from './describe-run.js';
import {
  Bench,
  CONFIG,
  DATABASE,
  fakeCell,
  HEALTHY,
  newRun,
  PASSWORD,
  SEALER,
  SECRET,
  template,
  until,
  workflow,
} from './engine.testing.js';
import type { NewRun, Stage } from './model.js';
import { retryRun } from './retry-run.js';

const database = await testDatabase({ poolSize: 20 });
const { db } = database;
let bench = new Bench(database, fakeCell(false));

afterEach(async () => {
  await bench.stop();
  bench = new Bench(database, fakeCell(false));
});

const BROKEN = 'status.phase == broken';
const gated = { successCondition: HEALTHY, failureCondition: BROKEN };
const steps = (more: Partial<Parameters<typeof template>[2]> = {}): CompiledWorkflow =>
  workflow([template('secret', SECRET), template('cluster', DATABASE, { ...gated, ...more }), template('settings', CONFIG)]);

/** What the domain renders when it is asked: another password each time. */
let asked = 0;
const values: Stage = {
  name: 'values',
  title: 'Values',
  run: () => {
    const value = `${PASSWORD} ${++asked}`;
    const rendered = { value, type: 'Password' as const, secret: true as const, source: '$var.password' };
    return Promise.resolve({ done: true, values: { 'templates.secret.manifest#0': rendered, 'templates.cluster.manifest#0': rendered } });
  },
};

async function begin(more: Partial<NewRun> = {}): Promise<NewRun> {
  await bench.start({ stages: [values] });
  return bench.insert(newRun({ workflow: steps(), before: ['values'], ...more }));
}

async function retry(id: string, seconds = 60): Promise<void> {
  await transaction(db, (tx) => retryRun(tx, id, { stageSeconds: 0, workflowSeconds: seconds }));
  bench.engines.at(-1)?.wake(id);
}

const cluster = (run: NewRun) => until(() => bench.cluster.find('Cluster', 'db', run.namespace), 'the cluster');
/** As an operator does that cannot, then can. */
const says = (run: NewRun, phase: string) => bench.cluster.setStatus('Cluster', 'db', { phase }, run.namespace);
const password = (run: NewRun) =>
  (bench.cluster.find('Secret', 'access', run.namespace) as unknown as { data: { password: string } }).data.password;
const sent = (kind: string) => bench.cluster.calls.filter(({ call, key }) => call === 'apply' && key.kind === kind).length;

/** The operator fails after the write of this try: what it said before does not count against a try. */
async function breaks(run: NewRun, nodeId = 'main.cluster'): Promise<void> {
  await until(async () => {
    const task = (await describeRun({ db, sealer: SEALER }, run.id))?.tasks.find((one) => one.nodeId === nodeId);
    return task?.state === 'AwaitingCondition' ? true : undefined;
  }, `${nodeId} to wait`);
  says(run, 'trying');
  says(run, 'broken');
}

async function fail(run: NewRun, ...attempts: string[]): Promise<void> {
  for (const attempt of attempts.length === 0 ? ['main.cluster'] : attempts) await breaks(run, attempt);
  expect(await bench.end(run.id)).toMatchObject({ phase: 'Failed', code: 'failure-condition' });
}

describe('a run that has failed, tried again', () => {
  it('goes on at the failed task with the values of before; what succeeded is not done again', async () => {
    const secret = DATABASE.replace('instances: 1', "instances: 1\n  note: '{{ $var.password }}'");
    const own = workflow([template('secret', SECRET), template('cluster', secret, gated), template('settings', CONFIG)], {
      expressions: [
        { place: 'templates.secret.manifest#0', text: '$var.password' },
        { place: 'templates.cluster.manifest#0', text: '$var.password' },
      ],
    });
    const run = await begin({ workflow: own });
    await fail(run);
    const before = {
      password: password(run),
      note: ((await cluster(run)) as unknown as { spec: { note: string } }).spec.note,
      asked,
      secrets: sent('Secret'),
      clusters: sent('Cluster'),
    };
    expect(Buffer.from(before.password, 'base64').toString()).toBe(before.note);
    says(run, 'Cluster in healthy state');
    await retry(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded', message: '', code: '' });
    expect({ asked, secrets: sent('Secret'), clusters: sent('Cluster') }).toEqual({
      asked: before.asked,
      secrets: before.secrets,
      clusters: before.clusters + 1,
    });
    const after = (await cluster(run)) as unknown as { spec: { note: string } };
    expect({ note: after.spec.note, password: password(run) }).toEqual({ note: before.note, password: before.password });
    expect(bench.cluster.creations.get('Cluster/db')).toBe(1);
    expect(bench.ended.map((ended) => ended.outcome)).toEqual(['Failed', 'Succeeded']);
  });

  it('puts right what was changed in the cell at the failed task, makes again what was deleted there, and leaves what had succeeded', async () => {
    const run = await begin();
    await fail(run);
    bench.cluster.vanish('Secret', 'access');
    bench.cluster.change('Cluster', 'db', (object) => ({ ...object, spec: { instances: 7 } }));
    await retry(run.id);
    await until(() => {
      const spec = bench.cluster.find('Cluster', 'db', run.namespace)?.spec as { instances: number } | undefined;
      return spec?.instances === 1 ? true : undefined;
    }, 'the change to be put right');
    await fail(run);
    bench.cluster.vanish('Cluster', 'db');
    await retry(run.id);
    await cluster(run);
    says(run, 'Cluster in healthy state');
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.creations.get('Cluster/db')).toBe(2);
    expect(bench.cluster.find('Secret', 'access', run.namespace)).toBeUndefined();
  });

  it('takes what its own create has made for its own', async () => {
    const run = await begin({ workflow: steps({ action: 'create' }) });
    await fail(run);
    says(run, 'Cluster in healthy state');
    await retry(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.creations.get('Cluster/db')).toBe(1);
  });

  it('has a deadline of its own, counted from now', async () => {
    const run = await begin({ deadlineSeconds: 1 });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Failed', message: expect.stringContaining('DeadlineExceeded') as string });
    await retry(run.id, 30);
    says(run, 'Cluster in healthy state');
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('asks a failed stage again, and not those before it', async () => {
    let refuses = true;
    const check: Stage = {
      name: 'check',
      title: 'Check',
      run: () => Promise.resolve(refuses ? { failed: { code: 'no', message: 'not yet' } } : { done: true }),
    };
    const before = asked;
    await bench.start({ stages: [values, check] });
    const { workflow: _workflow, ...plain } = newRun();
    const run = await bench.insert({ ...plain, before: ['values', 'check'] });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Failed', message: 'not yet' });
    refuses = false;
    await retry(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(asked).toBe(before + 1);
  });

  it('begins what the failure kept from running, and counts attempts anew', async () => {
    const limited = workflow([
      template('secret', SECRET),
      template('cluster', DATABASE, { ...gated, retryStrategy: { limit: 1, retryPolicy: 'OnFailure' } }),
      template('settings', CONFIG),
    ]);
    const run = await begin({ workflow: limited });
    await fail(run, 'main.cluster(0)', 'main.cluster(1)');
    expect((await describeRun({ db, sealer: SEALER }, run.id))?.tasks.map(({ nodeId, phase }) => [nodeId, phase])).toEqual(
      expect.arrayContaining([
        ['main.cluster(0)', 'Failed'],
        ['main.cluster(1)', 'Failed'],
        ['main.settings', 'Omitted'],
      ]),
    );
    says(run, 'Cluster in healthy state');
    await retry(run.id);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect((await describeRun({ db, sealer: SEALER }, run.id))?.tasks.map(({ nodeId, phase }) => `${nodeId} ${phase}`).toSorted()).toEqual([
      'main Succeeded',
      'main.cluster Succeeded',
      'main.cluster(0) Succeeded',
      'main.secret Succeeded',
      'main.settings Succeeded',
    ]);
  });

  it('is taken over like any other when its process dies', async () => {
    const run = await begin();
    await fail(run);
    says(run, 'working');
    await retry(run.id);
    await until(
      async () => ((await describeRun({ db, sealer: SEALER }, run.id))?.waitingFor === undefined ? undefined : true),
      'the second try to wait',
    );
    await bench.engines.at(-1)?.kill();
    await sql`update runs set lease_until = now() - interval '1 second', due_at = now() where owner is not null`.execute(db);
    await sql`update cell_watchers set lease_until = now() - interval '1 second'`.execute(db);
    await bench.start({ stages: [values], processName: 'heir' });
    says(run, 'Cluster in healthy state');
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.creations.get('Cluster/db')).toBe(1);
  });

  it('is refused while it goes on, and after it has succeeded', async () => {
    const run = await begin();
    await cluster(run);
    await expect(retry(run.id)).rejects.toMatchObject({ code: 'run-not-failed' });
    says(run, 'Cluster in healthy state');
    await bench.end(run.id);
    await expect(retry(run.id)).rejects.toMatchObject({ code: 'run-not-failed' });
  });
});
