/**
 * Argo Workflows 3.7.2 beside this engine, on one API server, with the same objects: the create of the seed's shape (a Secret and a
 * ConfigMap, an object, an object with a gate, and a ConfigMap after it), for a number of instances at once. Argo's pods are run by
 * shim.ts as processes. The systems take turns.
 * usage: node bench/dist/argo/compare.js [--instances 50] [--rounds 3] [--delays 0,2000] [--systems ours,argo-tuned,argo-default]
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

process.env['CELLPLANE_BENCH_NAMESPACE'] = 'argo';
const { connectKubeconfig, startInformer } = await import('@cellplane/kubernetes');
const { openDatabase, silentLogger, sql } = await import('@cellplane/server');
const { startPostgres } = await import('../embedded.js');
const { median, quantile, record } = await import('../figures.js');
const { parentOf, processorTime, watchMemory } = await import('../processes.js');
const { startProgram } = await import('../program.js');
const { argoWorkflow, cleanObjects, NAMESPACE, prepareCluster, SEED, startStubOperator } = await import('../widget.js');
const { ARGO, configureArgo, end, requests, startController, startShim } = await import('./systems.js');

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    delays: { type: 'string', default: '0,2000' },
    systems: { type: 'string', default: 'ours,argo-tuned,argo-default' },
  },
});
const instances = Number(values.instances);
const WARM = 5;
const TASKS = Object.keys(SEED).length;

const up = fileURLToPath(new URL('../../argo/up.sh', import.meta.url));
const kubeconfig = (await promisify(execFile)(up, { maxBuffer: 2 ** 24 })).stdout.trim();
const home = dirname(kubeconfig);
const files = { kubeconfig, bin: join(home, 'bin') };
const client = connectKubeconfig(kubeconfig);
await prepareCluster(client);

const postgres = await startPostgres();
const database = await openDatabase(postgres.connection, { log: silentLogger });
const backend = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.db);
const postmaster = await parentOf(backend.rows[0]?.pid ?? 0);
const pidOf = async (name: string) => Number(await readFile(join(home, `${name}.pid`), 'utf8'));
const [apiserver, etcd] = [await pidOf('apiserver'), await pidOf('etcd')];

interface Figures {
  makespanMs: number;
  perMinute: number;
  reactionP50: number;
  reactionP99: number;
  requestsPerTask: number;
  /** Processor time per instance, seconds: of the engine with all that it starts or needs, of API server and etcd. */
  engineCpu: number;
  clusterCpu: number;
  /** Peak, MiB, of the engine with all that it starts or needs. */
  memory: number;
}

/** What one system does in one round. */
interface Running {
  /** Whose processor time and memory count: pid, and whether only what it started counts. */
  counted: { pid: number; startedOnly?: boolean }[];
  /** Requests of what stands in for the node. */
  foreign: (counts: Map<string, number>) => number;
  submit(prefix: string, count: number): Promise<void>;
  stop(): Promise<void>;
}

async function startOurs(): Promise<Running> {
  const program = startProgram('engine-loop.js', [
    kubeconfig,
    String(instances),
    String(instances),
    'ours',
    JSON.stringify(postgres.connection),
    'seed',
    'wait',
  ]);
  await program.ready;
  return {
    counted: [{ pid: program.pid }, { pid: postmaster }],
    foreign: () => 0,
    submit: async (prefix, count) => program.send(`${prefix} ${count}`),
    stop: () => program.stop(),
  };
}

async function startArgo(settings: NonNullable<(typeof ARGO)[string]>): Promise<Running> {
  await configureArgo(client, settings);
  const shim = await startShim(files);
  const controller = await startController(files, settings);
  return {
    counted: [{ pid: controller.pid ?? 0 }, { pid: shim.pid ?? 0, startedOnly: true }],
    foreign: (counts) => counts.get('PATCH pods/status') ?? 0,
    submit: async (prefix, count) => {
      await Promise.all(Array.from({ length: count }, (_, index) => client.create(argoWorkflow(SEED, `${prefix}-${index}`))));
    },
    stop: async () => {
      await end(controller);
      await end(shim);
    },
  };
}

async function measure(system: string, delay: number, round: number): Promise<Figures> {
  const prefix = `${system}-${delay}-${round}`;
  const ready = new Map<string, number>();
  const reactions: number[] = [];
  let lastAt = 0;
  let warmed = 0;
  let all: () => void = () => {};
  const stopOperator = await startStubOperator(client, { afterMs: delay, onReady: (name) => ready.set(name, performance.now()) });
  const informer = startInformer(
    client,
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE },
    {
      onChange: ({ type, object }) => {
        const at = ready.get(object.metadata.name.replace(/-after$/, ''));
        if (type !== 'ADDED' || !object.metadata.name.endsWith('-after') || at === undefined) return;
        if (object.metadata.name.startsWith('warm-')) {
          warmed += 1;
          if (warmed === WARM) all();
          return;
        }
        lastAt = performance.now();
        reactions.push(lastAt - at);
        if (reactions.length === instances) all();
      },
    },
  );
  await informer.ready;
  const settings = ARGO[system];
  const running = await (settings === undefined ? startOurs() : startArgo(settings));
  const cpu = async () => {
    const of = await Promise.all(running.counted.map(async ({ pid, startedOnly }) => ({ startedOnly, ...(await processorTime(pid)) })));
    const cluster = await Promise.all([processorTime(apiserver), processorTime(etcd)]);
    return {
      engine: of.reduce((sum, { own, started, startedOnly }) => sum + started + (startedOnly === true ? 0 : own), 0),
      cluster: cluster.reduce((sum, { own }) => sum + own, 0),
    };
  };
  // Neither system is measured with its first workflows.
  await new Promise<void>((resolve) => {
    all = resolve;
    void running.submit(`warm-${prefix}`, WARM);
  });
  const finished = new Promise<void>((resolve) => (all = resolve));
  const [countsBefore, cpuBefore] = [await requests(kubeconfig), await cpu()];
  const stopMemory = watchMemory(Object.fromEntries(running.counted.map(({ pid }) => [String(pid), pid])));
  const began = performance.now();
  await running.submit(prefix, instances);
  await finished;
  const makespanMs = lastAt - began;
  // The systems' own last writes: ends of runs, results of tasks.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const peaks = await stopMemory();
  const [countsAfter, cpuAfter] = [await requests(kubeconfig), await cpu()];
  await running.stop();
  await informer.stop();
  await stopOperator();
  await cleanObjects(client);
  const counts = new Map(
    [...countsAfter].map(([key, count]) => [key, count - (countsBefore.get(key) ?? 0)]).filter(([, count]) => (count as number) > 0) as [
      string,
      number,
    ][],
  );
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (process.env['ARGO_BENCH_COUNTS'] !== undefined)
    console.error(prefix, JSON.stringify(Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]).slice(0, 25))));
  return {
    makespanMs,
    perMinute: (instances / makespanMs) * 60_000,
    reactionP50: quantile(reactions, 0.5),
    reactionP99: quantile(reactions, 0.99),
    // Without the operator's one request an instance, and the node's.
    requestsPerTask: (total - instances - running.foreign(counts)) / (instances * TASKS),
    engineCpu: (cpuAfter.engine - cpuBefore.engine) / instances,
    clusterCpu: (cpuAfter.cluster - cpuBefore.cluster) / instances,
    memory: running.counted.reduce((sum, { pid, startedOnly }) => {
      const peak = peaks[String(pid)] ?? { own: 0, started: 0 };
      return sum + peak.started + (startedOnly === true ? 0 : peak.own);
    }, 0),
  };
}

const systems = values.systems.split(',');
const results = new Map<string, Figures[]>();
try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const delay of values.delays.split(',').map(Number)) {
      // A different one first each round.
      for (const system of [...systems.slice(round % systems.length), ...systems.slice(0, round % systems.length)]) {
        const figures = await measure(system, delay, round);
        const key = `${system}, readiness after ${delay / 1_000} s`;
        results.set(key, [...(results.get(key) ?? []), figures]);
        console.log(
          `round ${round + 1}: ${key}: ${JSON.stringify(figures, (_, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(2)) : value))}`,
        );
      }
    }
  }
  for (const [key, rounds] of results) {
    const of = (name: keyof Figures, digits = 0) => {
      const all = rounds.map((figures) => figures[name]);
      return `${median(all).toFixed(digits)} (${quantile(all, 0).toFixed(digits)} to ${quantile(all, 1).toFixed(digits)})`;
    };
    record({
      benchmark: `argo: ${key}, ${instances} instances`,
      measured: `makespan ${of('makespanMs')} ms; reaction p50 ${of('reactionP50')}, p99 ${of('reactionP99')} ms; ${of('requestsPerTask', 1)} requests a task; ${of('engineCpu', 2)} s CPU an instance, cluster ${of('clusterCpu', 2)}; peak ${of('memory')} MiB`,
      figures: rounds,
    });
  }
} finally {
  await client.close();
  await database.close();
  await postgres.stop();
  await promisify(execFile)(up, ['stop']);
}
