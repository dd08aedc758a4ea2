import { afterAll, expect, it } from 'vitest';
import { testSpec } from '../catalog/catalog.testing.js';
import { testDatabase } from '../database/test-database.testing.js';
import { instanceInventory } from './inventory.js';
import { openWorld } from '../lifecycle/life.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
cluster.serve('v1', 'ConfigMap', 'configmaps');
const inventory = instanceInventory(deps);

it('finds instances by whole id, by the letter that all ids begin with, and by what they belong to', async () => {
  const offered = await world.offer(testSpec());
  const [one, two] = [await world.create(offered, { tags: [{ key: 'team', value: 'red' }] }), await world.create(offered)];
  await world.reach(one, 'RUNNING');
  const found = async (text: string, filters?: Parameters<typeof inventory.searchInstances>[2]) =>
    (await inventory.searchInstances(caller, text, filters)).map((row) => row.id).toSorted();
  expect(await found(one)).toEqual([one]);
  expect(await found(one.toUpperCase())).toEqual([one]);
  expect(await found('i')).toEqual([one, two].toSorted());
  expect(await found('cache')).toEqual([one, two].toSorted());
  expect(await found('instance-nope')).toEqual([]);
  expect(await found('i', { tags: [{ key: 'team', value: 'red' }] })).toEqual([one]);
  expect(await found(one, { predicates: [{ status: 'stopped' }] })).toEqual([]);
  expect(await found('i', { predicates: [{ status: 'stopped' }, { instanceId: one, status: 'running' }] })).toEqual([one]);
  expect(await inventory.searchInstances({ ...caller, orgId: 'org-other' }, one, undefined)).toEqual([]);
});
