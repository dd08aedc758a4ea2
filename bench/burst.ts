/**
 * Benchmark (f): a burst of creates through the API of `cellplane serve`, on the simulated cell, with a plan of four tasks whose
 * objects are ready at once. From the request's transaction to RUNNING, and all of them together; and the processor time of a create.
 * usage: node bench/dist/burst.js [--instances 600] [--requests 32] [--rounds 3] [--port 18092]
 */
import { parseArgs } from 'node:util';
import { mean, median, quantile, record } from './figures.js';
import { offer } from './offer.js';
import { thingPlan } from './thing-plan.js';
import { createMany, durations, processors, settled, withProduct } from './world.js';

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '600' },
    requests: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
    port: { type: 'string', default: '18092' },
  },
});
const instances = Number(values.instances);
await withProduct(Number(values.port), async (world) => {
  const create = await offer(world.client, 'Burst', thingPlan({ name: 'Burst' }));
  await settled(world, await createMany(50, create));
  const rounds: { acceptedMs: number; makespan: number; mean: number; p50: number; p99: number; cpu: Record<string, number> }[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const before = await processors(world);
    const began = performance.now();
    const ids = await createMany(instances, create, Number(values.requests));
    const acceptedMs = performance.now() - began;
    await settled(world, ids);
    const { each, makespan } = await durations(world, 'create', ids);
    if (each.length !== instances) throw new Error(`${instances - each.length} creates did not succeed`);
    const after = await processors(world);
    const cpu = Object.fromEntries(
      Object.entries(after).map(([name, seconds]) => [name, ((seconds - (before[name] ?? 0)) * 1_000) / instances]),
    );
    rounds.push({ acceptedMs, makespan, mean: mean(each), p50: quantile(each, 0.5), p99: quantile(each, 0.99), cpu });
    console.log(`round ${round + 1}: ${JSON.stringify(rounds.at(-1))}`);
  }
  const cpuOf = (name: string) => median(rounds.map(({ cpu }) => cpu[name] ?? 0)).toFixed(1);
  const of = (name: 'acceptedMs' | 'makespan' | 'mean' | 'p99') => `${(median(rounds.map((round) => round[name])) / 1_000).toFixed(1)} s`;
  record({
    benchmark: `(f) burst of ${instances} creates`,
    measured: `completion mean ${of('mean')}, p99 ${of('p99')}; makespan ${of('makespan')}, all accepted after ${of('acceptedMs')} (${rounds.length} rounds); processor time a create: server ${cpuOf('server')} ms, PostgreSQL ${cpuOf('postgres')} ms, simulated cell ${cpuOf('cell')} ms`,
    figures: rounds,
  });
});
