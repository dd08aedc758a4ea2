/**
 * Benchmark (c): what idle instances cost the server process, `cellplane serve` itself, on the simulated cell. First a number of
 * instances that run and have nothing to do, then as many again whose create waits for a gate that never comes true. Memory is
 * measured after garbage collection, when no run is in the hands of the process any more; processor time over half a minute.
 * usage: node bench/dist/idle.js [--instances 1000] [--port 18091]
 */
import { parseArgs } from 'node:util';
import { sql } from '@cellplane/server';
import { record } from './figures.js';
import { planHead } from './plan-head.js';
import { offer } from './offer.js';
import { createMany, type Memory, memory, pause, shares, withProduct } from './world.js';

const { values } = parseArgs({ options: { instances: { type: 'string', default: '1000' }, port: { type: 'string', default: '18091' } } });
const instances = Number(values.instances);
const WATCHED_MS = 30_000;

const plan = (name: string, gate: string) => `${planHead(name)}    systemWorkflows:
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

await withProduct(Number(values.port), async (world) => {
  const { client, database } = world;
  const ready = await offer(client, 'Idle', plan('Idle', 'ready'));
  const never = await offer(client, 'Waiting', plan('Waiting', 'never'));
  // What is loaded, compiled and opened once is not a cost of an instance.
  await createMany(200, ready);
  await createMany(50, never);
  await quiet(250);
  const before = await memory(world);
  await createMany(instances, ready);
  await quiet(250 + instances);
  const running = await memory(world);
  const cpuRunning = (await shares(world, WATCHED_MS)).server;
  await createMany(instances, never);
  await quiet(250 + 2 * instances);
  const waiting = await memory(world);
  const cpuWaiting = (await shares(world, WATCHED_MS)).server;
  report(`${instances} RUNNING instances`, before, running, cpuRunning);
  report(`${instances} waiting runs more`, running, waiting, cpuWaiting);

  /** Waits until every run has ended or waits for its gate, and none is in anybody's hands. */
  async function quiet(runs: number): Promise<void> {
    for (;;) {
      const answer = await sql<{ settled: number }>`
        select count(*)::int as settled from runs r where owner is null and (finished_at is not null
          or exists (select 1 from run_tasks t where t.run_id = r.id and t.watch is not null and t.observation is not null))`.execute(
        database.db,
      );
      if ((answer.rows[0]?.settled ?? 0) >= runs) return;
      await pause(500);
    }
  }
});

function report(what: string, before: Memory, after: Memory, cpu: number): void {
  const each = (key: keyof Memory) => (after[key] - before[key]) / 1024 / instances;
  record({
    benchmark: `(c) ${what}`,
    measured: `${each('rss').toFixed(1)} KiB RSS, ${each('heapUsed').toFixed(1)} KiB heap each; ${(cpu * 100).toFixed(1)} % of a core; process ${(after.rss / 2 ** 20).toFixed(0)} MiB`,
    goal: { text: '≤ 100 KiB', met: each('rss') <= 100 },
    figures: { before, after, cpu },
  });
}
