import { ApiError } from '@cellplane/kubernetes';
import { afterEach, describe, expect, it } from 'vitest';
import { transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { pauseRun, resumeRun, terminateRun } from './control-run.js';
import { describeRun } from './describe-run.js';
import { Bench, CLUSTER, CONFIG, DATABASE, fakeCell, HEALTHY, newRun, SEALER, template, until, workflow } from './engine.testing.js';
import { retryRun } from './retry-run.js';
import { runEvents } from './run-events.js';

const database = await testDatabase({ poolSize: 20 });
let bench = new Bench(database, fakeCell());

afterEach(async () => {
  await bench.stop();
  bench = new Bench(database, fakeCell());
});

const deps = { db: database.db, sealer: SEALER };

/** Runs one template as a workflow and answers the run's end. */
async function runOne(one: ReturnType<typeof template>, more: Parameters<typeof newRun>[0] = {}) {
  if (bench.engines.length === 0) await bench.start();
  const run = await bench.insert(newRun({ workflow: workflow([one]), ...more }));
  return { run, ...(await bench.end(run.id)) };
}

function refuse(
  status: number,
  reason: string,
  message: string,
  outcome: 'permanent' | 'transient' | 'unknown',
  causes: ApiError['causes'] = [],
) {
  return new ApiError(message, status, reason, outcome, causes);
}

describe('answers of the API server', () => {
  it.each([
    ['422', refuse(422, 'Invalid', 'spec.instances: Invalid value: -1', 'permanent'), 'invalid'],
    ['400', refuse(400, 'BadRequest', 'strict decoding error: unknown field', 'permanent'), 'refused'],
    ['a denial', refuse(403, 'Forbidden', 'admission webhook "x" denied the request: no', 'permanent'), 'denied'],
  ])('%s fails at once, in its own words', async (_name, error, code) => {
    bench.cluster.fault = (call) => {
      if (call === 'apply') throw error;
    };
    const ended = await runOne(template('settings', CONFIG));
    expect(ended).toMatchObject({ phase: 'Failed', code });
    expect(ended.message).toContain(error.message);
    expect(bench.cluster.calls.filter(({ call }) => call === 'apply')).toHaveLength(1);
  });

  it.each([
    ['403', refuse(403, 'Forbidden', 'configmaps is forbidden: no right', 'transient')],
    ['quota', refuse(403, 'Forbidden', 'exceeded quota: small', 'transient')],
    ['409', refuse(409, 'Conflict', 'busy', 'transient')],
    ['429', new ApiError('slow down', 429, 'TooManyRequests', 'transient', [], 30)],
    ['500', refuse(500, 'InternalError', 'failed calling webhook "x"', 'transient')],
    ['a refused connection', refuse(0, 'ConnectionRefused', 'connect ECONNREFUSED', 'transient')],
  ])('%s is tried again until it works, and is shown as what is waited for', async (_name, error) => {
    let left = 2;
    let shown: string | undefined;
    await bench.start();
    bench.cluster.fault = async (call) => {
      if (call !== 'apply') return;
      if (left-- > 0) throw error;
      shown = (await describeRun(deps, run.id))?.tasks.find((task) => task.task === 'settings')?.lastError?.message;
    };
    const run = await bench.insert(newRun({ workflow: workflow([template('settings', CONFIG)]) }));
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(shown).toContain(error.message);
  });

  it('a time-out after the write took effect is read back: the object is made once', async () => {
    let first = true;
    bench.cluster.fault = (call, _key, done) => {
      if (call !== 'create' || !done || !first) return;
      first = false;
      throw refuse(0, 'Timeout', 'no answer', 'unknown');
    };
    expect(await runOne(template('settings', CONFIG, { action: 'create' }))).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.creations.get('ConfigMap/settings')).toBe(1);
    expect(bench.cluster.calls.filter(({ call }) => call === 'create')).toHaveLength(1);
  });

  it('a kind that is not served is waited for until the deadline, and then named', async () => {
    bench.cluster.unserve(CLUSTER.apiVersion, CLUSTER.kind);
    const ended = await runOne(template('cluster', DATABASE, { activeDeadlineSeconds: 1 }));
    expect(ended).toMatchObject({ phase: 'Failed', code: 'kind-not-served' });
    expect(ended.message).toContain('kind Cluster of postgresql.cnpg.io/v1 is not served by cell cell-1');
  });

  it('a kind that comes late is found', async () => {
    bench.cluster.unserve(CLUSTER.apiVersion, CLUSTER.kind);
    await bench.start();
    const run = await bench.insert(newRun());
    await until(
      async () => (await describeRun(deps, run.id))?.waitingFor?.reason.includes('not served') || undefined,
      'the wait to be shown',
    );
    bench.cluster.serve(CLUSTER.apiVersion, CLUSTER.kind, 'clusters');
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });
});

describe('apply', () => {
  it('takes fields of other managers by force, and records it', async () => {
    bench.cluster.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'ns-x' },
      data: { mode: 'slow' },
    });
    const { run, phase } = await runOne(template('settings', CONFIG), { namespace: 'ns-x' });
    expect(phase).toBe('Succeeded');
    expect(bench.cluster.find('ConfigMap', 'settings')?.data).toEqual({ mode: 'fast' });
    const events = await runEvents(database.db, { runId: run.id });
    expect(events.map((event) => event.message)).toContainEqual(
      expect.stringContaining('took fields from other managers: .data.mode: conflict with "somebody"'),
    );
  });

  it('waits until an object that is being deleted is gone, and makes it anew', async () => {
    bench.cluster.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'ns-y', finalizers: ['example.com/hold'], deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
    await bench.start();
    const run = await bench.insert(newRun({ namespace: 'ns-y', workflow: workflow([template('settings', CONFIG)]) }));
    const wait = await until(async () => (await describeRun(deps, run.id))?.waitingFor, 'the wait to be shown');
    expect(wait.reason).toContain('is being deleted (finalizers: example.com/hold)');
    bench.cluster.vanish('ConfigMap', 'settings');
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.find('ConfigMap', 'settings')?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('ends with DriftMismatch and the path when a field is pruned', async () => {
    bench.cluster.mutate = (object) => {
      const { mode: _mode, ...data } = (object.data ?? {}) as Record<string, string>;
      return object.kind === 'ConfigMap' ? { ...object, data } : object;
    };
    const ended = await runOne(template('settings', CONFIG));
    expect(ended).toMatchObject({ phase: 'Failed', code: 'drift-mismatch' });
    expect(ended.message).toContain('data.mode');
  });

  it('makes a finished Job anew, and no other', async () => {
    const job = (image: string) => `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: work\nspec:\n  image: ${image}\n`;
    await runOne(template('job', job('one')), { namespace: 'ns-j' });
    bench.cluster.mutate = (object) => {
      const there = bench.cluster.find('Job', 'work');
      if (object.kind === 'Job' && there !== undefined && JSON.stringify(there.spec) !== JSON.stringify(object.spec))
        throw refuse(422, 'Invalid', 'field is immutable', 'permanent');
      return object;
    };
    expect(await runOne(template('job', job('two')), { namespace: 'ns-j' })).toMatchObject({ phase: 'Failed', code: 'invalid' });
    bench.cluster.setStatus('Job', 'work', { conditions: [{ type: 'Complete', status: 'True' }] });
    expect(await runOne(template('job', job('two')), { namespace: 'ns-j' })).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.creations.get('Job/work')).toBe(2);
  });

  it('refuses a manifest for another namespace', async () => {
    const ended = await runOne(template('settings', CONFIG.replace('name: settings', 'name: settings\n  namespace: kube-system')));
    expect(ended).toMatchObject({ phase: 'Failed', code: 'foreign-namespace' });
    expect(bench.cluster.creations.size).toBe(0);
  });

  it('writes as the run, and watches as the cell', async () => {
    await runOne(template('settings', CONFIG), { impersonate: 'system:serviceaccount:ns:run' });
    expect(
      bench.cluster.calls.filter(({ call }) => call === 'apply').every(({ impersonate }) => impersonate === 'system:serviceaccount:ns:run'),
    ).toBe(true);
  });
});

describe('other actions', () => {
  const patch = DATABASE.replace('instances: 1', 'instances: 3');

  it('patch waits for its object, and merges into a custom resource', async () => {
    await bench.start();
    const run = await bench.insert(
      newRun({
        namespace: 'ns-p',
        workflow: workflow([template('grow', patch, { action: 'patch', successCondition: 'spec.instances == 3' })]),
      }),
    );
    const wait = await until(async () => (await describeRun(deps, run.id))?.waitingFor, 'the wait to be shown');
    expect(wait.reason).toContain('Cluster/db does not exist yet');
    bench.cluster.put({ ...CLUSTER, metadata: { name: 'db', namespace: 'ns-p' }, spec: { instances: 1, image: 'x' } });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.find('Cluster', 'db')).toMatchObject({ spec: { instances: 3, image: 'x' } });
    expect(bench.cluster.find('Cluster', 'db')?.metadata.labels).toBeUndefined();
  });

  it('get waits for an object that somebody else makes, by name', async () => {
    await bench.start();
    const run = await bench.insert(
      newRun({ namespace: 'ns-g', workflow: workflow([template('see', DATABASE, { action: 'get', successCondition: HEALTHY })]) }),
    );
    await until(async () => (await describeRun(deps, run.id))?.waitingFor, 'the wait to be shown');
    bench.cluster.put({ ...CLUSTER, metadata: { name: 'db', namespace: 'ns-g' }, spec: { instances: 1 } });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('delete ends only when the object is gone, finalizers included', async () => {
    await runOne(template('cluster', DATABASE), { namespace: 'ns-d' });
    bench.cluster.change('Cluster', 'db', (object) => ({ ...object, metadata: { ...object.metadata, finalizers: ['example.com/hold'] } }));
    const run = await bench.insert(newRun({ namespace: 'ns-d', workflow: workflow([template('remove', DATABASE, { action: 'delete' })]) }));
    const wait = await until(async () => (await describeRun(deps, run.id))?.waitingFor, 'the wait to be shown');
    expect(wait.reason).toContain('example.com/hold');
    bench.cluster.vanish('Cluster', 'db');
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('delete of what is not there, and of a kind that is not served, succeeds', async () => {
    expect(await runOne(template('remove', DATABASE, { action: 'delete' }))).toMatchObject({ phase: 'Succeeded' });
    bench.cluster.unserve(CLUSTER.apiVersion, CLUSTER.kind);
    expect(await runOne(template('remove', DATABASE, { action: 'delete' }))).toMatchObject({ phase: 'Succeeded' });
  });
});

describe('waits', () => {
  it('shows the gate with live values, and ends at the deadline naming them and what the pods say', async () => {
    bench.cluster.operator = () => {};
    await bench.start();
    const run = await bench.insert(
      newRun({ workflow: workflow([template('cluster', DATABASE, { successCondition: HEALTHY, activeDeadlineSeconds: 3 })]) }),
    );
    await until(() => bench.cluster.find('Cluster', 'db'), 'the cluster');
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Setting up primary' });
    bench.cluster.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'db-1', namespace: run.namespace },
      status: {
        phase: 'Pending',
        containerStatuses: [
          { name: 'postgres', ready: false, state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
        ],
      },
    });
    const wait = await until(async () => {
      const shown = (await describeRun(deps, run.id))?.waitingFor;
      return shown?.reason.includes('Setting up primary') ? shown : undefined;
    }, 'the live value to be shown');
    expect(wait).toMatchObject({ gate: HEALTHY, object: { kind: 'Cluster', name: 'db' }, success: { value: false } });
    const ended = await bench.end(run.id);
    expect(ended).toMatchObject({ phase: 'Failed' });
    expect(ended.message).toMatch(/DeadlineExceeded.*Setting up primary/);
    expect(ended.message).toContain('ImagePullBackOff');
  });

  it('a failure condition ends the run at once, with the value seen', async () => {
    bench.cluster.operator = (object, cell) => object.kind === 'Cluster' && cell.setStatus('Cluster', 'db', { phase: 'broken' });
    const ended = await runOne(template('cluster', DATABASE, { successCondition: HEALTHY, failureCondition: 'status.phase == broken' }));
    expect(ended).toMatchObject({ phase: 'Failed', code: 'failure-condition' });
    expect(ended.message).toContain("failure condition 'status.phase == broken' evaluated true");
  });

  it('does not believe a status from before the write: a changed object must be quiet first', async () => {
    await runOne(template('cluster', DATABASE, { successCondition: HEALTHY }), { namespace: 'ns-f' });
    bench.cluster.operator = () => {};
    const began = Date.now();
    const ended = await runOne(
      template('cluster', DATABASE.replace('instances: 1', 'instances: 2'), { successCondition: HEALTHY, settleSeconds: 1 }),
      { namespace: 'ns-f' },
    );
    expect(ended).toMatchObject({ phase: 'Succeeded' });
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
  });

  it('does not believe it either when the write is repeated because its answer was lost', async () => {
    await runOne(template('cluster', DATABASE, { successCondition: HEALTHY }), { namespace: 'ns-r', subject: 'instance-r' });
    bench.cluster.operator = () => {};
    let first = true;
    bench.cluster.fault = (call, _key, done) => {
      if (call !== 'apply' || !done || !first) return;
      first = false;
      throw refuse(0, 'Timeout', 'no answer', 'unknown');
    };
    const began = Date.now();
    const grown = template('cluster', DATABASE.replace('instances: 1', 'instances: 2'), { successCondition: HEALTHY, settleSeconds: 2 });
    expect(await runOne(grown, { namespace: 'ns-r', subject: 'instance-r' })).toMatchObject({ phase: 'Succeeded' });
    expect(first).toBe(false);
    expect(Date.now() - began).toBeGreaterThanOrEqual(2_000);
  });

  it('believes a failure that was there when the write was repeated, once the object is quiet', async () => {
    bench.cluster.operator = (object, cell) =>
      object.kind === 'Cluster' && cell.setStatus('Cluster', 'db', { phase: 'broken' }, object.metadata.namespace);
    let first = true;
    bench.cluster.fault = (call, _key, done) => {
      if (call !== 'apply' || !done || !first) return;
      first = false;
      throw refuse(0, 'Timeout', 'no answer', 'unknown');
    };
    const began = Date.now();
    const gates = { successCondition: HEALTHY, failureCondition: 'status.phase == broken', settleSeconds: 1 };
    const ended = await runOne(template('cluster', DATABASE, gates), { namespace: 'ns-b', subject: 'instance-b' });
    expect(ended).toMatchObject({ phase: 'Failed', code: 'failure-condition' });
    expect(first).toBe(false);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
  });

  it('a write that changes nothing passes at once', async () => {
    await runOne(template('cluster', DATABASE, { successCondition: HEALTHY }), { namespace: 'ns-n', subject: 'instance-n' });
    bench.cluster.operator = () => {};
    const began = Date.now();
    expect(
      await runOne(template('cluster', DATABASE, { successCondition: HEALTHY, settleSeconds: 20 }), {
        namespace: 'ns-n',
        subject: 'instance-n',
      }),
    ).toMatchObject({ phase: 'Succeeded' });
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  it('goes on after the cell was away, and says so meanwhile', async () => {
    bench.cluster.operator = () => {};
    await bench.start();
    const run = await bench.insert(newRun());
    await until(async () => (await describeRun(deps, run.id))?.waitingFor?.gate, 'the gate to be waited for');
    bench.cluster.disconnect(refuse(0, 'ConnectionRefused', 'connect ECONNREFUSED', 'transient'));
    await until(
      async () => (await describeRun(deps, run.id))?.waitingFor?.reason.startsWith('cell cell-1 does not answer since') || undefined,
      'the outage to be shown',
    );
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
    bench.cluster.disconnect(undefined);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });
});

describe('control', () => {
  it('terminate ends a waiting run; retry takes it up where it was', async () => {
    bench.cluster.operator = () => {};
    await bench.start();
    const run = await bench.insert(newRun());
    await until(async () => (await describeRun(deps, run.id))?.waitingFor?.gate, 'the gate to be waited for');
    await transaction(database.db, (tx) => terminateRun(tx, run.id, 'not wanted any more'));
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Terminated', message: 'not wanted any more' });
    expect(bench.ended.at(-1)).toMatchObject({ outcome: 'Terminated' });
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
    const applies = bench.cluster.calls.filter(({ call, key }) => call === 'apply' && key.kind !== 'Cluster').length;
    await transaction(database.db, (tx) => retryRun(tx, run.id, { stageSeconds: 0, workflowSeconds: 60 }));
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.calls.filter(({ call, key }) => call === 'apply' && key.kind !== 'Cluster')).toHaveLength(applies);
  });

  it('pause keeps new tasks from starting, resume lets them', async () => {
    bench.cluster.operator = () => {};
    await bench.start();
    const run = await bench.insert(
      newRun({ workflow: workflow([template('cluster', DATABASE, { successCondition: HEALTHY }), template('settings', CONFIG)]) }),
    );
    await until(async () => (await describeRun(deps, run.id))?.waitingFor?.gate, 'the gate to be waited for');
    await transaction(database.db, (tx) => pauseRun(tx, run.id));
    // From here on no task begins, whether its owner has heard of the pause or not.
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
    await until(
      async () => (await describeRun(deps, run.id))?.tasks.find((task) => task.task === 'cluster' && task.phase === 'Succeeded'),
      'the running task to end',
    );
    expect(bench.cluster.creations.has('ConfigMap/settings')).toBe(false);
    await transaction(database.db, (tx) => resumeRun(tx, run.id));
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });
});

describe('a write that may come late', () => {
  it('carries what it was made for: a delete the uid, a patch and an apply after a look the resourceVersion', async () => {
    const sent: Record<string, unknown> = {};
    const metadata = (object: unknown) => (object as { metadata: { resourceVersion?: string } }).metadata;
    const client = bench.cluster.client();
    const seen: typeof client = {
      ...client,
      delete: (key, options) => ((sent['delete'] = options?.uid), client.delete(key, options)),
      patch: (key, type, body, options) => ((sent['patch'] = metadata(body).resourceVersion), client.patch(key, type, body, options)),
      apply: (object, apply, options) => ((sent['apply'] = metadata(object).resourceVersion), client.apply(object, apply, options)),
    };
    await bench.start({ cells: { client: () => Promise.resolve(seen) } });
    const first = await runOne(template('cluster', DATABASE, { successCondition: HEALTHY }));
    const before = () => bench.cluster.find('Cluster', 'db')?.metadata;
    for (const [action, expected] of [
      ['apply', () => before()?.resourceVersion],
      ['patch', () => before()?.resourceVersion],
      ['delete', () => before()?.uid],
    ] as const) {
      const made = expected();
      const gate = action === 'delete' ? {} : { successCondition: HEALTHY };
      const size = DATABASE.replace('instances: 1', action === 'apply' ? 'instances: 2' : 'instances: 3');
      const end = await runOne(template('again', size, { action, settleSeconds: 0, ...gate }), { namespace: first.run.namespace });
      expect({ action, phase: end.phase, sent: sent[action] }).toEqual({ action, phase: 'Succeeded', sent: made });
    }
  });
});
