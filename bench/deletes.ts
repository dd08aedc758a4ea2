/**
 * Benchmark (g): deletes of many instances at once, through the API of `cellplane serve`, on the simulated cell: the plan's delete
 * workflow of four tasks and the namespace; then of as many that have a snapshot each and take a last one before they go.
 * usage: node bench/dist/deletes.js [--instances 1000] [--requests 32] [--port 18093]
 */
import { parseArgs } from 'node:util';
import { sql } from '@cellplane/server';
import { mean, quantile, record } from './figures.js';
import { offer } from './offer.js';
import { thingPlan } from './thing-plan.js';
import { createMany, durations, each, settled, withProduct, type World } from './world.js';

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '1000' },
    requests: { type: 'string', default: '32' },
    port: { type: 'string', default: '18093' },
  },
});
const instances = Number(values.instances);

await withProduct(Number(values.port), async (world) => {
  const { client } = world;
  const plain = await offer(client, 'Plain', thingPlan({ name: 'Plain' }));
  const kept = await offer(client, 'Kept', thingPlan({ name: 'Kept', backupPeriodInHours: 24, snapshotBeforeDeletion: true }));
  const warm = [...(await createMany(20, plain)), ...(await createMany(20, kept))];
  await settled(world, warm);
  await measure(world, '', plain);
  await measure(world, ', each with an automated snapshot, and a last one taken first', kept, async (id, of) => {
    await client.triggerInstanceSnapshot({ params: of(id) });
  });
});

async function measure(
  world: World,
  what: string,
  create: () => Promise<string>,
  before?: (id: string, of: (id: string) => Params) => Promise<unknown>,
): Promise<void> {
  const ids = await createMany(instances, create);
  await settled(world, ids);
  const placed = await sql<{ id: string; serviceId: string; environmentId: string }>`
    select id, service_id as "serviceId", environment_id as "environmentId" from instances where id = any(${ids})`.execute(
    world.database.db,
  );
  const paths = new Map(placed.rows.map(({ id, serviceId, environmentId }) => [id, { serviceId, environmentId, instanceId: id }]));
  const of = (id: string): Params => {
    const params = paths.get(id);
    if (params === undefined) throw new Error(`instance ${id} is not there`);
    return params;
  };
  if (before !== undefined) {
    await each(ids, Number(values.requests), async (id) => {
      await before(id, of);
    });
    await settled(world, ids);
  }
  const began = performance.now();
  await each(ids, Number(values.requests), async (id) => {
    await world.client.deleteInstance({ params: of(id), body: {} });
  });
  const acceptedMs = performance.now() - began;
  await settled(world, ids);
  const { each: took, makespan } = await durations(world, 'delete', ids);
  if (took.length !== instances) throw new Error(`${instances - took.length} deletes did not succeed`);
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  record({
    benchmark: `(g) delete of ${instances} instances${what}`,
    measured: `makespan ${seconds(makespan)}; completion mean ${seconds(mean(took))}, p99 ${seconds(quantile(took, 0.99))}; all accepted after ${seconds(acceptedMs)}`,
    figures: { acceptedMs, makespan, mean: mean(took), p50: quantile(took, 0.5), p99: quantile(took, 0.99) },
  });
}

interface Params {
  serviceId: string;
  environmentId: string;
  instanceId: string;
}
