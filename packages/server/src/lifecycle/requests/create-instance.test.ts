import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { parsedPlans } from '../../catalog/compiled-plans.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { openWorld } from '../life.testing.js';

const world = await openWorld(await testDatabase({ poolSize: 20 }));
afterAll(async () => {
  await world.engine.stop();
  await world.deps.charts.stop();
});
world.cluster.serve('postgresql.cnpg.io/v1', 'Cluster', 'clusters');
world.cluster.operator = (object, cell) => {
  if (object.kind === 'Cluster')
    cell.setStatus('Cluster', object.metadata.name, { phase: 'Cluster in healthy state', instances: 1, readyInstances: 1, image: 'x' });
};
const spec = await readFile(new URL('../../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

it('creates of one version parse its compiled plan once, from the request to RUNNING', async () => {
  const before = parsedPlans();
  const offered = await world.offer(spec);
  const ids = [await world.create(offered), await world.create(offered)];
  for (const id of ids) await world.reach(id, 'RUNNING');
  expect(parsedPlans() - before).toBe(1);
});
