/**
 * Real processes, killed and suspended. Two workers share one database and drive a simulated cell over HTTP through 50 runs;
 * they are killed with SIGKILL at random moments and replaced, and one is suspended with SIGSTOP across a take-over and
 * the deletes that follow it. Every run ends as it should, each object is made once, nothing comes back after its delete.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiError, connectKubeconfig, type KubernetesClient, startInformer } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';
import { migrateJobQueue } from './wake-up-jobs.js';
import { newRun, SEALER, SECRET, template, until, workflow } from './engine.testing.js';
import { insertRun } from './insert-run.js';
import { MANAGED_SELECTOR } from './object-marks.js';

const RUNS = 50;
const database = await testDatabase({ poolSize: 10 });
const { db } = database;
const folder = await mkdtemp(join(tmpdir(), 'cellplane-crash-'));
const kubeconfig = join(folder, 'kubeconfig');
const simulator = await startSimulator({ log: () => {} });
await writeFile(kubeconfig, simulator.kubeconfig, { mode: 0o600 });
const client: KubernetesClient = connectKubeconfig(kubeconfig);
const workers: ChildProcess[] = [];

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await client.close();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the stand-in for an operator could not write at once. */
const refused: string[] = [];

let started = 0;
async function startWorker(): Promise<{ child: ChildProcess; name: string }> {
  const name = `worker${++started}`;
  const child = fork(fileURLToPath(new URL('./crash-worker.mjs', import.meta.url)), [database.url, kubeconfig, name], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  workers.push(child);
  await once(child, 'message');
  return { child, name };
}

const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  size: small\n`;

/** Create, apply, a gate that a stand-in for an operator opens, a patch, a delete. */
function steps() {
  return workflow([
    template('secret', SECRET, { action: 'create' }),
    template('settings', map('settings')),
    template('work', map('work'), { successCondition: 'data.state == ready' }),
    template('grow', map('work').replace('small', 'large'), {
      action: 'patch',
      mergeStrategy: 'merge',
      successCondition: 'data.seen == large',
    }),
    template('remove', map('settings'), { action: 'delete' }),
  ]);
}

/** Answers each `work` with what its gates wait for, after a moment by chance; counts how often each object was made. */
function startOperator(made: Map<string, Set<string>>) {
  const answer = async (namespace: string, data: Record<string, string>) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_500));
    const work = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'work' };
    // Once more where a connection ends just then, as every operator does: else its run would wait for nothing.
    await until(
      () =>
        client.patch(work, 'merge', { data: { state: 'ready', seen: data.size } }, { fieldManager: 'operator' }).catch((error: unknown) => {
          if (!(error instanceof ApiError) || error.reason === 'NotFound') throw error;
          refused.push(error.message);
          return undefined;
        }),
      'an answer to be taken',
      60_000,
    );
  };
  const watch = (kind: string) =>
    startInformer(
      client,
      { apiVersion: 'v1', kind, labelSelector: MANAGED_SELECTOR },
      {
        onChange: ({ type, object }) => {
          const { name, namespace = '', uid = '' } = object.metadata;
          const key = `${namespace}/${kind}/${name}`;
          made.set(key, (made.get(key) ?? new Set()).add(uid));
          const data = (object.data ?? {}) as Record<string, string>;
          if (type !== 'DELETED' && name === 'work' && data.seen !== data.size) void answer(namespace, data);
        },
      },
    );
  return [watch('ConfigMap'), watch('Secret')];
}

/** Runs that a worker holds now. */
async function heldBy(name: string): Promise<string[]> {
  const answer = await sql<{ id: string }>`select id from runs where owner like ${`${name}-%`} and finished_at is null`.execute(db);
  return answer.rows.map((row) => row.id);
}

/** Waits until all these runs have ended or are in other hands; answers after how many milliseconds. */
async function takenOver(ids: string[], from: string): Promise<number> {
  const began = performance.now();
  await until(
    async () => {
      const answer = await sql`select 1 from runs where id = any(${ids}) and owner like ${`${from}-%`} and finished_at is null`.execute(db);
      return answer.rows.length === 0 ? true : undefined;
    },
    `the runs of ${from} to be taken over`,
    60_000,
  );
  return performance.now() - began;
}

it('50 runs survive SIGKILLs and a SIGSTOP of their processes', async () => {
  await migrateJobQueue(database, silentLogger);
  await sql`create table ends (run_id text not null, outcome text not null)`.execute(db);
  const made = new Map<string, Set<string>>();
  const informers = startOperator(made);
  await Promise.all(informers.map((informer) => informer.ready));
  let [one, two] = await Promise.all([startWorker(), startWorker()]);

  const runs = Array.from({ length: RUNS }, () => newRun({ workflow: steps(), deadlineSeconds: 300 }));
  for (const run of runs) await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: run.namespace } });
  const insert = async (some: typeof runs) => {
    for (const run of some) await transaction(db, (tx) => insertRun({ tx, sealer: SEALER }, run));
  };
  const goesOn: number[] = [];
  let taken = 0;
  const batches = 5;
  for (let batch = 0; batch < batches; batch++) {
    await insert(runs.slice((batch * RUNS) / batches, ((batch + 1) * RUNS) / batches));
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 900));
    const victim = one;
    if (batch === 2) {
      // Suspended: it wakes up in the belief that it still owns its runs, which others have carried on since.
      victim.child.kill('SIGSTOP');
      const theirs = await heldBy(victim.name);
      taken += theirs.length;
      goesOn.push(await takenOver(theirs, victim.name));
      await until(
        async () => {
          const answer = await sql`select 1 from runs where id = any(${theirs}) and finished_at is null`.execute(db);
          return answer.rows.length === 0 ? true : undefined;
        },
        'the suspended process’s runs to be ended by the other',
        60_000,
      );
      victim.child.kill('SIGCONT');
      [one, two] = [two, one];
      continue;
    }
    victim.child.kill('SIGKILL');
    await once(victim.child, 'exit');
    const theirs = await heldBy(victim.name);
    const [milliseconds, heir] = await Promise.all([takenOver(theirs, victim.name), startWorker()]);
    goesOn.push(milliseconds);
    taken += theirs.length;
    [one, two] = [two, heir];
  }

  const ids = runs.map((run) => run.id);
  await until(
    async () => {
      const answer = await sql`select 1 from runs where id = any(${ids}) and finished_at is null`.execute(db);
      return answer.rows.length === 0 ? true : undefined;
    },
    'all runs to end',
    120_000,
  ).catch(async (error: unknown) => {
    const left = await sql`
      select clock_timestamp() as now, r.id, r.owner, r.fence, r.wake_seq, r.lease_until, r.due_at, r.taken_over, r.strikes, r.struck_at, r.at_step, t.node_id, t.watch, t.observation, t.node
      from runs r left join run_tasks t on t.run_id = r.id and t.watch is not null where r.finished_at is null`.execute(db);
    throw new Error(`${String(error)}: ${JSON.stringify(left.rows)}; the operator was refused: ${refused.join('; ')}`);
  });
  const ended = await sql<{ id: string; phase: string; message: string }>`select id, phase, message from runs`.execute(db);
  expect(ended.rows.filter((row) => row.phase !== 'Succeeded')).toEqual([]);
  const ends = await sql<{ run_id: string }>`select run_id from ends`.execute(db);
  expect(ends.rows.map((row) => row.run_id).sort()).toEqual([...ids].sort());
  expect(taken).toBeGreaterThan(5);
  // Handed on by the lease, not by a deadline. How fast, on a machine that has nothing else to do, is bench/recovery's question.
  expect(Math.max(...goesOn)).toBeLessThan(20_000);

  // Once more from the cell itself: each object made once, and what was deleted stays away.
  await Promise.all(informers.map((informer) => informer.relist()));
  expect([...made].filter(([, uids]) => uids.size !== 1)).toEqual([]);
  expect(made.size).toBe(RUNS * 3);
  for (const run of runs) {
    const maps = await client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: run.namespace, labelSelector: MANAGED_SELECTOR });
    expect(maps.items.map((item) => item.metadata.name)).toEqual(['work']);
  }
  await Promise.all(informers.map((informer) => informer.stop()));
}, 360_000);
