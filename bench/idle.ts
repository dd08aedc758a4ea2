/**
 * Benchmark (c): what idle instances cost the server process, `cellplane serve` itself, on the simulated cell. First a number of
 * instances that run and have nothing to do, then as many again whose create waits for a gate that never comes true. Memory is
 * measured after garbage collection, when no run is in the hands of the process any more; processor time over half a minute.
 * usage: node bench/dist/idle.js [--instances 1000] [--port 18091]
 */
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger, openDatabase, silentLogger, sql, startEmbedded } from '@cellplane/server';
import { offer, type Product, signIn, startProduct } from './product.js';

const { values } = parseArgs({ options: { instances: { type: 'string', default: '1000' }, port: { type: 'string', default: '18091' } } });
const instances = Number(values.instances);
const WATCHED_MS = 30_000;

const plan = (name: string, gate: string) => `
name: ${name}
deployment:
  hostedDeployment:
    awsAccountId: "000000000000"
tenancyType: CUSTOM_TENANCY
services:
  - name: Thing
    systemWorkflows:
      create:
        workflow:
          entrypoint: create
          arguments:
            parameters:
              - {name: id, value: "{{ $sys.instanceId }}"}
          templates:
            - name: create
              inputs: {parameters: [{name: id}]}
              dag:
                tasks:
                  - name: thing
                    template: thing
                    arguments: {parameters: [{name: id, value: "{{inputs.parameters.id}}"}]}
            - name: thing
              inputs: {parameters: [{name: id}]}
              resource:
                action: apply
                successCondition: data.state == ${gate}
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: "{{inputs.parameters.id}}"
                  data:
                    state: ready
`;

const folder = await mkdtemp(join(tmpdir(), 'cellplane-bench-'));
const postgres = await startEmbedded({
  dataDir: join(folder, 'database'),
  log: createLogger('warn'),
  onLost: (error) => {
    throw error;
  },
});
const database = await openDatabase(postgres.connection, { log: silentLogger });
const probe = join(folder, 'memory.json');
const product = await startProduct(
  { DATABASE_URL: database.url, CELLPLANE_DATA_DIR: join(folder, 'data'), CELLPLANE_BENCH_PROBE: probe },
  { port: Number(values.port), nodeOptions: ['--import', new URL('memory-probe.js', import.meta.url).href] },
);
try {
  const client = await signIn(product);
  const ready = await offer(client, 'Idle', plan('Idle', 'ready'));
  const never = await offer(client, 'Waiting', plan('Waiting', 'never'));
  // What is loaded, compiled and opened once is not a cost of an instance.
  await many(200, ready);
  await many(50, never);
  await quiet(250);
  const before = await memory(product);
  await many(instances, ready);
  await quiet(250 + instances);
  const running = await memory(product);
  const cpuRunning = await cpuShare(product);
  await many(instances, never);
  await quiet(250 + 2 * instances);
  const waiting = await memory(product);
  const cpuWaiting = await cpuShare(product);
  report(`${instances} RUNNING instances`, before, running, cpuRunning);
  report(`${instances} waiting runs more`, running, waiting, cpuWaiting);
} finally {
  await product.stop();
  await database.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

interface Memory {
  rss: number;
  heapUsed: number;
}

function report(what: string, before: Memory, after: Memory, cpu: number): void {
  const each = (key: keyof Memory) => (after[key] - before[key]) / 1024 / instances;
  console.log(
    `RESULT (c) ${what} | ${each('rss').toFixed(1)} KiB RSS, ${each('heapUsed').toFixed(1)} KiB heap each; ${(cpu * 100).toFixed(1)} % of a core; process ${(after.rss / 2 ** 20).toFixed(0)} MiB | ≤ 100 KiB | ${each('rss') <= 100 ? 'met' : 'not met'}`,
  );
}

/** Creates instances, sixteen requests at a time. */
async function many(count: number, create: () => Promise<string>): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (left-- > 0) await create();
    }),
  );
}

/** Waits until every run has ended or waits for its gate, and none is in anybody's hands. */
async function quiet(runs: number): Promise<void> {
  for (;;) {
    const answer = await sql<{ settled: number }>`
      select count(*)::int as settled from runs r where owner is null and (finished_at is not null
        or exists (select 1 from run_tasks t where t.run_id = r.id and t.watch is not null and t.observation is not null))`.execute(
      database.db,
    );
    if ((answer.rows[0]?.settled ?? 0) >= runs) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** After garbage collection. */
async function memory({ child }: Product): Promise<Memory> {
  let last: Memory | undefined;
  // The system takes pages back a little later than V8 lets them go.
  for (let times = 0; times < 3; times += 1) {
    await rm(probe, { force: true });
    child.kill('SIGUSR2');
    let text: string | undefined;
    while (text === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      text = await readFile(probe, 'utf8').catch(() => undefined);
    }
    last = JSON.parse(text) as Memory;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return last as Memory;
}

/** Share of one core that the server used over a while. */
async function cpuShare({ child }: Product): Promise<number> {
  const before = await ticks(child.pid ?? 0);
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  return ((await ticks(child.pid ?? 0)) - before) / 100 / (WATCHED_MS / 1_000);
}

/** Processor time of a process so far, in hundredths of a second (Linux). */
async function ticks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
