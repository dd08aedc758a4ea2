/**
 * Benchmark (p): what looking for drift costs. A number of instances of four objects each, on the simulated cell, which are compared for the
 * first time; then a pass while nothing has been touched; then one after somebody has changed an object of each hundredth instance.
 * usage: node bench/dist/drift.js [--instances 1000] [--port 18091]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectKubeconfig } from '@cellplane/kubernetes';
import { sql } from '@cellplane/server';
import { record } from './figures.js';
import { offer } from './offer.js';
import { thingPlan } from './thing-plan.js';
import { createMany, each, pause, settled, spentMore, type World, withProduct } from './world.js';

const { values } = parseArgs({ options: { instances: { type: 'string', default: '1000' }, port: { type: 'string', default: '18091' } } });
const instances = Number(values.instances);
const PASSES = 3;

interface Pass {
  requests: number;
  looked: number;
  objects: number;
  took: number;
  /** Processor time of the server, of PostgreSQL and of the cell, milliseconds, without what they use in the same time with no pass. */
  cpu: Record<string, number>;
}

await withProduct(
  Number(values.port),
  async (world) => {
    const create = await offer(world.client, 'Drift', thingPlan({ name: 'Drift' }));
    const ids = await createMany(instances, create);
    await settled(world, ids);
    report('the first pass', await pass(world));
    const rest: Pass[] = [];
    for (let times = 0; times < PASSES; times += 1) rest.push(await pass(world));
    report(
      'a pass at rest',
      rest.toSorted((one, other) => one.took - other.took)[Math.floor(PASSES / 2)] as Pass,
      rest.every(({ looked }) => looked === 0),
    );
    const touched = ids.slice(0, Math.ceil(instances / 100));
    const cell = connectKubeconfig(join(world.dataDir, 'simulated-cell', 'kubeconfig'));
    const change = { data: { state: 'changed' } };
    await each(touched, 4, async (id) => {
      await cell.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: id, name: id }, 'merge', change, { fieldManager: 'somebody' });
    });
    await cell.close();
    report(`a pass with ${touched.length} objects touched`, await pass(world));
    const found = await sql<{ count: number }>`select count(*)::int as count from drift_findings where state = 'open'`.execute(
      world.database.db,
    );
    if (found.rows[0]?.count !== touched.length)
      throw new Error(`${found.rows[0]?.count} fields have drifted, and ${touched.length} were changed`);
  },
  { env: { CELLPLANE_DRIFT_REQUESTS: '60000', CELLPLANE_DRIFT_INTERVAL: '604800' } },
);

async function pass(world: World): Promise<Pass> {
  const { db } = world.database;
  const counts: { requests: number; looked: number; objects: number; took: number }[] = [];
  const cpu = await spentMore(world, async () => {
    const { rows } = await sql<{ at: Date | null }>`update drift_passes set next_at = now() returning ended_at as at`.execute(db);
    const before = rows[0]?.at?.getTime() ?? 0;
    for (;;) {
      const [row] = (
        await sql<{ at: Date | null; counts: (typeof counts)[number] }>`select ended_at as at, counts from drift_passes`.execute(db)
      ).rows;
      if (row !== undefined && (row.at?.getTime() ?? 0) > before) return void counts.push(row.counts);
      await pause(250);
    }
  });
  const [last] = counts;
  if (last === undefined) throw new Error('no pass has ended');
  return { ...last, cpu };
}

function report(what: string, pass: Pass, met?: boolean): void {
  const cpu = Object.entries(pass.cpu)
    .map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`)
    .join(', ');
  record({
    benchmark: `(p) ${what}, ${instances} instances, ${pass.objects} objects`,
    measured: `${pass.requests} requests, ${pass.looked} objects asked for one by one; processor ${cpu}; ${(pass.took / 1_000).toFixed(1)} s`,
    ...(met === undefined ? {} : { goal: { text: 'no object is asked for at rest', met } }),
    figures: pass,
  });
}
