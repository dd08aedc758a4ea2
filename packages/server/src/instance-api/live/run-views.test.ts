import { afterAll, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { until } from '../../engine/engine.testing.js';
import { openWorld } from '../../lifecycle/life.testing.js';
import { deleteInstance } from '../../lifecycle/requests/delete-instance.js';
import { readFile } from 'node:fs/promises';
import { openLiveProgress } from './live-progress.js';
import { instanceProgress } from '../progress.js';
import { openRunViews } from './run-views.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
cluster.serve('postgresql.cnpg.io/v1', 'Cluster', 'clusters');
cluster.serve('v1', 'Pod', 'pods');
cluster.serve('v1', 'Event', 'events');
const spec = await readFile(new URL('../../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

it('asks the cell once in 2 s for a run, however many follow it, and keeps its last words', async () => {
  const id = await world.create(await world.offer(spec));
  await until(async () => cluster.find('Cluster', id), 'the Cluster');
  let asked = 0;
  let time = 0;
  let isAway = false;
  const cells = {
    ...deps.cells,
    client: async (cellId: string) => {
      asked += 1;
      if (isAway) throw new Error('the cell is away');
      return deps.cells.client(cellId);
    },
  };
  const container = { name: 'main', ready: false, state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } };
  cluster.put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${id}-1`, namespace: id },
    status: { containerStatuses: [container] },
  });
  const runs = openRunViews({ ...deps, cells }, () => time);
  const read = () => instanceProgress(deps, runs, caller, id);
  await until(async () => ((await read()).run?.waitingFor?.object === undefined ? undefined : true), 'the wait for the Cluster');
  const before = asked;
  const all = await Promise.all([read(), read(), read(), read()]);
  for (const one of all) expect(one.run?.waitingFor?.explanation).toContain('no such image');
  expect(asked).toBe(before);
  time += 2_000;
  isAway = true;
  await Promise.all([read(), read()]);
  time += 2_000;
  expect((await read()).run?.waitingFor?.explanation).toContain('no such image');
  await expect.poll(() => asked).toBe(before + 2);
});

it('ends a stream of an instance that was deleted before with its last state', async () => {
  const id = await world.create(await world.offer(spec));
  await deleteInstance(deps, caller, { instanceId: id });
  await world.reach(id, 'DELETED');
  const endpoint = { name: 'writer', host: 'db.example', ports: [5432], primary: true, networkingType: 'PUBLIC', health: 'UNKNOWN' };
  await sql`update instances set endpoints = ${JSON.stringify({ database: [endpoint] })} where id = ${id}`.execute(deps.db);
  const open = openLiveProgress(deps, openRunViews(deps));
  const messages = [];
  for await (const message of open(caller, id, { after: 0, signal: new AbortController().signal })) messages.push(...message);
  expect(messages.at(-1)).toMatchObject({ event: 'progress', data: { status: 'DELETED', final: true } });
  expect(messages.at(-1)?.data).toHaveProperty('endpoints', {});
  const strange = open({ ...caller, orgId: 'org-x' }, id, { after: 0, signal: new AbortController().signal });
  await expect(strange.next()).rejects.toMatchObject({ kind: 'not_found' });
});
