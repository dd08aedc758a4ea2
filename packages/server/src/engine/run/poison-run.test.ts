/**
 * Real processes again: runs that take their owner's process with them, or stand still in it, end by name; being killed, however often and
 * whenever, ends none.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { silentLogger } from '../../log.js';
import { describeRun } from '../describe-run.js';
import { migrateJobQueue } from '../wake-up-jobs.js';
import { newRun, SEALER, template, until, workflow } from '../engine.testing.js';
import { HURTS_OWNER } from './poison-run.js';
import { insertRun } from '../insert-run.js';
import type { NewRun } from '../model.js';
import { runEvents } from '../run-events.js';

const database = await testDatabase({ poolSize: 10 });
const { db } = database;
const folder = await mkdtemp(join(tmpdir(), 'cellplane-hurting-'));
const kubeconfig = join(folder, 'kubeconfig');
const simulator = await startSimulator({ log: () => {} });
await writeFile(kubeconfig, simulator.kubeconfig, { mode: 0o600 });
const client = connectKubeconfig(kubeconfig);
await migrateJobQueue(database, silentLogger);
const workers = new Set<ChildProcess>();

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await client.close();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

const LIMIT_S = 4;

interface Worker {
  child: ChildProcess;
  ended: Promise<void>;
  /** What it wrote to its log. */
  said: string;
}

async function startWorker(): Promise<Worker> {
  const child = fork(fileURLToPath(new URL('./poison-worker.mjs', import.meta.url)), [database.url, kubeconfig, String(LIMIT_S)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--max-old-space-size=96'],
  });
  workers.add(child);
  const worker: Worker = { child, said: '', ended: once(child, 'exit').then(() => void workers.delete(child)) };
  child.stderr?.on('data', (chunk: Buffer) => (worker.said += chunk.toString()));
  // One that hurts itself before it is ready has ended.
  await Promise.race([once(child, 'message'), worker.ended]);
  return worker;
}

/** Starts a process whenever there is none, until it is called off; answers what each that ended has said. */
function supervise(until: AbortSignal): Promise<string[]> {
  const over = new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }));
  return (async () => {
    const said: string[] = [];
    while (!until.aborted) {
      const worker = await startWorker();
      await Promise.race([worker.ended, over]);
      if (!until.aborted) said.push(worker.said);
      worker.child.kill('SIGKILL');
      await worker.ended;
    }
    return said;
  })();
}

async function insert(run: NewRun): Promise<NewRun> {
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: run.namespace } });
  await transaction(db, (tx) => insertRun({ tx, sealer: SEALER }, run));
  return run;
}

const phaseOf = async (id: string) => (await sql<{ phase: string }>`select phase from runs where id = ${id}`.execute(db)).rows[0]?.phase;
const ended = (id: string, limitMs: number) =>
  until(async () => (['Succeeded', 'Failed'].includes((await phaseOf(id)) ?? '') ? true : undefined), `run ${id} to end`, limitMs);

const map = (name: string) => template(name, `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`);

describe('a run that hurts its owner', () => {
  it.each([
    // Its steps are told before they begin once more than three owners in a row have not renewed a lease; one that stands still is told by the watchdog at once.
    ['loop', 3],
    ['memory', 8],
    ['abort', 8],
  ])(
    'by %s ends by name after %i owners at most, and others go on',
    async (how, most) => {
      const hurting = await insert(newRun({ workflow: workflow([map('a')]), before: ['hurts'], data: { how }, deadlineSeconds: 600 }));
      const innocent = await insert(newRun({ workflow: workflow([map('a'), map('b')]), deadlineSeconds: 600 }));
      const calledOff = new AbortController();
      const supervised = supervise(calledOff.signal);
      await Promise.all([ended(hurting.id, 150_000), ended(innocent.id, 150_000)]);
      calledOff.abort();
      const said = await supervised;
      expect(said.length).toBeGreaterThanOrEqual(3);
      expect(said.length).toBeLessThanOrEqual(most);
      // Only a process that stands still can say why it ends. One that runs out of memory may stand still before, on a busy machine.
      const named = said.filter((log) => new RegExp(`LoopStoodStill: .* a step of run ${hurting.id}: stage hurts`).test(log));
      expect(named.length).toBeGreaterThanOrEqual(how === 'loop' ? said.length : 0);
      expect(named.length).toBeLessThanOrEqual(how === 'abort' ? 0 : said.length);
      const run = await describeRun({ db, sealer: SEALER }, hurting.id);
      expect(run).toMatchObject({ phase: 'Failed', code: HURTS_OWNER, message: expect.stringContaining('stage hurts') as string });
      expect(await runEvents(db, { runId: hurting.id })).toContainEqual(
        expect.objectContaining({ type: 'WorkflowStepFailed', message: run?.message }),
      );
      expect(await describeRun({ db, sealer: SEALER }, innocent.id)).toMatchObject({ phase: 'Succeeded', message: '' });
    },
    180_000,
  );
});

/** Twice as many as there may be owners of a run that ended at the same step. */
const KILLS = 6;

describe('processes that are killed', () => {
  it.each(['as soon as they are ready', 'at random moments'])(
    `%s, ${KILLS} times, fail no run`,
    async (when) => {
      const tasks = Array.from({ length: 12 }, (_, index) => map(`map-${index}`));
      const runs: NewRun[] = [];
      for (let index = 0; index < 10; index++) runs.push(await insert(newRun({ workflow: workflow(tasks), deadlineSeconds: 600 })));
      for (let kill = 0; kill < KILLS; kill++) {
        const { child, ended: gone } = await startWorker();
        if (when === 'at random moments') await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
        child.kill('SIGKILL');
        await gone;
        // As a supervisor does that waits for the lease of the one before to be over.
        await sql`update runs set lease_until = now() - interval '1 second' where owner is not null`.execute(db);
      }
      const last = await startWorker();
      for (const { id } of runs) await ended(id, 60_000);
      last.child.kill('SIGKILL');
      const { rows } = await sql`
      select phase, message from runs where id = any(${runs.map(({ id }) => id)}) and phase <> 'Succeeded'`.execute(db);
      expect(rows).toEqual([]);
    },
    180_000,
  );
});
