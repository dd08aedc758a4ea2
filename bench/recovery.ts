/**
 * Benchmark (e): from SIGKILL of the process that owns a run to the next write of that run by another process, on a real API
 * server. Two processes; the one that watches the cell is killed, over and over. Two kinds of runs are in its hands: chains that
 * write all the time, and runs that wait for a gate which becomes true right after the kill. Every run must end, once.
 * usage: node bench/dist/recovery.js [KUBECONFIG] [--kills 100] [--runs 2]
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type KubernetesObject, connectKubeconfig, startInformer } from '@cellplane/kubernetes';
import { createSealer, migrate, migrateJobQueue, openDatabase, silentLogger, sql } from '@cellplane/server';
import { startPostgres } from './embedded.js';
import { quantile, record } from './figures.js';
import { type Program, startProgram } from './program.js';
import { submit, workflowOf } from './submit.js';
import { cleanUp, defaultKubeconfig, GROUP, NAMESPACE, prepareCluster } from './widget.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '100' }, runs: { type: 'string', default: '2' } },
});
const kubeconfig = positionals[0] ?? defaultKubeconfig();
const client = connectKubeconfig(kubeconfig);
const postgres = await startPostgres();
const database = await openDatabase(postgres.connection, { log: silentLogger });
await migrate(database.db, silentLogger);
await migrateJobQueue(database, silentLogger);
await sql`create table bench_ends (run_id text, outcome text)`.execute(database.db);
const sealer = createSealer(Buffer.alloc(32, 1));
await prepareCluster(client);
const [chain, waiting] = [workflowOf('chain'), workflowOf('reaction')];

/** What somebody waits for; asked after every write that a watch shows. */
let check: (object: KubernetesObject, by: string) => void = () => {};
const widgets = new Set<string>();
const lastBy = new Map<string, string>();
const kinds = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: `${GROUP}/v1`, kind: 'Widget' },
];
const informers = kinds.map((kind) =>
  startInformer(
    client,
    { ...kind, namespace: NAMESPACE, labelSelector: 'cellplane.dev/bench' },
    {
      onChange: ({ type, object }) => {
        if (type === 'DELETED') return;
        const by = object.metadata.annotations?.['bench.cellplane.dev/by'] ?? '';
        if (object.kind === 'Widget') widgets.add(object.metadata.name);
        else lastBy.set(object.metadata.name, by);
        check(object, by);
      },
    },
  ),
);
await Promise.all(informers.map((informer) => informer.ready));

let started = 0;
const start = async (): Promise<{ name: string; program: Program }> => {
  const name = `p${started++}`;
  const program = startProgram('recovery-worker.js', [kubeconfig, name, JSON.stringify(postgres.connection)]);
  await program.ready;
  return { name, program };
};
const programs = new Map<string, Program>();
const enter = async () => {
  const { name, program } = await start();
  programs.set(name, program);
};
await Promise.all([enter(), enter()]);
const say = (what: string) => process.env['BENCH_DEBUG'] !== undefined && console.error(`${performance.now().toFixed(0)} ${what}`);
say('started');

const busy: number[] = [];
const gates: number[] = [];
const perKind = Number(values.runs);
let inserted = 0;
try {
  for (let round = 0; round < Number(values.kills); round += 1) {
    const ids = Array.from({ length: perKind }, (_, index) => `${round}-${index}`);
    const chains = ids.map((id) => `chain-${id}`);
    const waits = ids.map((id) => `wait-${id}`);
    for (const id of chains) await submit({ database, sealer }, { workflow: chain, id, label: 'recovery' });
    for (const id of waits) await submit({ database, sealer }, { workflow: waiting, id, label: 'recovery' });
    inserted += 2 * perKind;
    await until(() => chains.every((id) => lastBy.has(id)) && waits.every((id) => widgets.has(id)));
    say('moving');
    // Not always at the same place of a run, nor of a lease.
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 400));
    const victim = (await watcherOf()).split('-')[0] ?? '';
    const program = programs.get(victim);
    if (program === undefined) throw new Error(`nobody watches the cell (${victim})`);
    const its = new Set(chains.filter((id) => lastBy.get(id) === victim));
    const left = new Set([...its, ...waits]);
    const recovered = new Promise<void>((resolve) => {
      check = (object, by) => {
        const { name } = object.metadata;
        if (by === victim || !left.has(name) || object.kind !== 'ConfigMap') return;
        left.delete(name);
        (its.has(name) ? busy : gates).push(performance.now() - killedAt);
        if (left.size === 0) resolve();
      };
    });
    programs.delete(victim);
    const dead = once(program.child, 'exit');
    const killedAt = performance.now();
    program.child.kill('SIGKILL');
    await dead;
    say(`killed ${victim}`);
    await Promise.all(waits.map(makeReady));
    await Promise.race([recovered, until(async () => (await endedOf([...left])) === left.size)]);
    check = () => {};
    say(`recovered ${busy.length} ${gates.length}`);
    await enter();
    await until(async () => (await ended()) >= inserted);
  }
  const ends = await sql<{ ended: number; succeeded: number; runs: number }>`
    select count(*)::int as ended, (count(*) filter (where outcome = 'Succeeded'))::int as succeeded, count(distinct run_id)::int as runs from bench_ends`.execute(
    database.db,
  );
  const counts = ends.rows[0] ?? { ended: 0, succeeded: 0, runs: 0 };
  const text = (all: number[]) =>
    `p50 ${quantile(all, 0.5).toFixed(0)} ms, p99 ${quantile(all, 0.99).toFixed(0)} ms, longest ${quantile(all, 1).toFixed(0)} ms (${all.length} runs)`;
  const exact = `${values.kills} kills; ${inserted} runs: lost ${inserted - counts.runs}, ended twice ${counts.ended - counts.runs}, failed ${counts.ended - counts.succeeded}`;
  record({
    benchmark: '(e) recovery after SIGKILL, run in the hands of the process',
    measured: `${text(busy)}; ${exact}`,
    figures: { busy, counts },
  });
  record({ benchmark: '(e) recovery after SIGKILL, run that waits, watcher killed', measured: text(gates), figures: { gates } });
} finally {
  await Promise.all([...programs.values()].map((program) => program.stop()));
  await Promise.all(informers.map((informer) => informer.stop()));
  await cleanUp(client);
  await client.close();
  await database.close();
  await postgres.stop();
}

async function watcherOf(): Promise<string> {
  const answer = await sql<{ owner: string }>`select owner from cell_watchers where owner is not null and lease_until > now()`.execute(
    database.db,
  );
  return answer.rows[0]?.owner ?? '';
}

async function ended(): Promise<number> {
  const answer = await sql<{ ended: number }>`select count(distinct run_id)::int as ended from bench_ends`.execute(database.db);
  return answer.rows[0]?.ended ?? 0;
}

/** How many of these have ended; a chain may have written its last before the kill. */
async function endedOf(ids: string[]): Promise<number> {
  const answer = await sql<{ ended: number }>`
    select count(distinct run_id)::int as ended from bench_ends where run_id = any(${ids.map((id) => `submit-create-${id}`)})`.execute(
    database.db,
  );
  return answer.rows[0]?.ended ?? 0;
}

/** The operator's word: what the gate waits for. */
async function makeReady(name: string): Promise<void> {
  const key = { apiVersion: `${GROUP}/v1`, kind: 'Widget', namespace: NAMESPACE, name };
  await client.patch(key, 'merge', { status: { phase: 'Ready', size: 1 } }, { subresource: 'status' });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
