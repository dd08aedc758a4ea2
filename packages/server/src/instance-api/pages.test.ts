import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { rowsRead } from '../database/rows-read.testing.js';
import { testDatabase } from '../database/test-database.testing.js';
import { openWorld } from '../lifecycle/life.testing.js';
import { instanceInventory } from './inventory.js';
import { instanceHandlers } from './provider-handlers.js';
import { workflowHandlers } from './run-handlers.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, caller } = world;
// Nothing has to run: what is accepted is what is listed.
await world.engine.stop();
afterAll(() => deps.charts.stop());
const spec = await readFile(new URL('../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

const one = await world.offer(spec);
const other = await world.offer(spec);
const { serviceId, environmentId } = one.place;
const params = { serviceId, environmentId };
const ids: string[] = [];
// Those of another environment stand between them, and all were made within one millisecond.
for (let count = 0; count < 5; count += 1) {
  ids.push(await world.create(one));
  await world.create(other);
}
for (const table of ['instances', 'runs'])
  await sql`update ${sql.table(table)} set created_at = '2026-01-01T00:00:00.123Z'::timestamptz + random() * interval '0.9 ms'`.execute(
    deps.db,
  );

async function pages<T>(read: (token: string | undefined) => Promise<{ items: T[]; next?: string }>): Promise<T[][]> {
  const found: T[][] = [];
  let token: string | undefined;
  do {
    const { items, next } = await read(token);
    found.push(items);
    token = next;
  } while (token !== undefined);
  return found;
}

it('pages of instances are full and miss nothing that was made within one millisecond', async () => {
  const handlers = instanceHandlers(deps);
  const found = await pages(async (token) => {
    const query = { pageSize: 2, ...(token === undefined ? {} : { nextPageToken: token }) };
    const page = await handlers.listInstances({ params, query, body: undefined, caller });
    const items = page.resourceInstances.map((instance) => instance.consumptionResourceInstanceResult.id);
    return { items, ...(page.nextPageToken === undefined ? {} : { next: page.nextPageToken }) };
  });
  expect(found.map((page) => page.length)).toEqual([2, 2, 1]);
  expect(new Set(found.flat())).toEqual(new Set(ids));
  const bad = handlers.listInstances({ params, query: { nextPageToken: 'nonsense' }, body: undefined, caller });
  await expect(bad).rejects.toMatchObject({ kind: 'bad_request', code: 'bad-page-token' });
  const least = await handlers.listInstances({ params, query: { pageSize: -3 }, body: undefined, caller });
  expect(least.resourceInstances).toHaveLength(1);
});

it('pages of workflows are full, of this environment only, by instance and date', async () => {
  const handlers = workflowHandlers(deps);
  const list = (more: { instanceId?: string; startDate?: string; endDate?: string }) =>
    pages(async (token) => {
      const query = { pageSize: 2, ...more, ...(token === undefined ? {} : { nextPageToken: token }) };
      const page = await handlers.listWorkflows({ params, query, body: undefined, caller });
      const items = page.workflows.map((workflow) => workflow.instanceId ?? '');
      return { items, ...(page.nextPageToken === undefined ? {} : { next: page.nextPageToken }) };
    });
  const found = await list({});
  expect(found.map((page) => page.length)).toEqual([2, 2, 1]);
  expect(new Set(found.flat())).toEqual(new Set(ids));
  expect(await list({ instanceId: ids[3] ?? '' })).toEqual([[ids[3]]]);
  expect((await list({ startDate: '2026-01-01T00:00:00Z', endDate: '2026-01-02T00:00:00Z' })).flat()).toHaveLength(5);
  expect(await list({ startDate: '2026-01-02T00:00:00Z' })).toEqual([[]]);
  expect(await list({ endDate: '2025-12-31T00:00:00Z' })).toEqual([[]]);
});

it('the summary of workflows counts what is open since whenever, and what has ended in the last day', async () => {
  const [first = '', second = '', third = ''] = ids;
  const end = (id: string, phase: string, ago: string) =>
    sql`update runs set phase = ${phase}, finished_at = now() - ${ago}::interval where subject = ${id}`.execute(deps.db);
  await end(first, 'Succeeded', '1 hour');
  await end(second, 'Terminated', '23 hours');
  await end(third, 'Failed', '25 hours');
  const summary = await workflowHandlers(deps).describeWorkflowSummary({ params, query: {}, body: undefined, caller });
  expect(summary).toMatchObject({ ActiveWorkflowCount: 2, CompletedWorkflowCount: 1, FailedWorkflowCount: 1 });
});

const OF_INSTANCES = /^\s*select i\.id, i\.provider_org_id/;
const OF_SUBSCRIPTIONS = /from subscriptions b/;

it('a page of a filtered list, and a search, read only their rows', async () => {
  const handlers = instanceHandlers(deps);
  const [first = '', second = ''] = ids;
  await sql`update instances set status = 'FAILED' where id = ${second}`.execute(deps.db);
  const read = async (work: () => Promise<{ length: number }>, of = OF_INSTANCES) => {
    let found = 0;
    const rows = await rowsRead(database, of, async () => {
      found = (await work()).length;
    });
    return { found, rows };
  };
  const page = { ProductTierId: one.place.planId, pageSize: 2 };
  // One more says that another page follows.
  expect(
    await read(async () => (await handlers.listInstances({ params, query: page, body: undefined, caller })).resourceInstances),
  ).toEqual({ found: 2, rows: 3 });
  const inventory = instanceInventory(deps);
  const search = (text: string, ...predicates: object[]) => read(() => inventory.searchInstances(caller, text, { predicates }));
  expect(await search(first)).toEqual({ found: 1, rows: 1 });
  expect(await search(first.slice(0, -1))).toEqual({ found: 1, rows: 1 });
  expect(await search('i')).toEqual({ found: 10, rows: 10 });
  expect(await search('i', { status: 'failed' })).toEqual({ found: 1, rows: 1 });
  const inPlan = { productTierName: one.place.planName.toUpperCase(), serviceName: one.place.serviceName };
  expect(await search('i', inPlan, { status: 'failed' })).toEqual({ found: 5, rows: 5 });
  expect(await search(one.place.serviceName.toLowerCase(), { instanceId: second })).toEqual({ found: 1, rows: 1 });
  expect(await search('i', { ...inPlan, productTierVersion: '9.0' })).toEqual({ found: 0, rows: 0 });
  const subscriptions = (text: string) => read(() => inventory.searchSubscriptions(caller, text), OF_SUBSCRIPTIONS);
  expect(await subscriptions('s')).toEqual({ found: 2, rows: 2 });
  const [of] = (await sql<{ id: string }>`select subscription_id as id from instances where id = ${first}`.execute(deps.db)).rows;
  expect(await subscriptions(of?.id ?? '')).toEqual({ found: 1, rows: 1 });
  expect(await subscriptions('nothing-is-called-so')).toEqual({ found: 0, rows: 0 });
  expect(await read(() => inventory.searchSubscriptions({ ...caller, orgId: 'org-other' }, 's'), OF_SUBSCRIPTIONS)).toEqual({
    found: 0,
    rows: 0,
  });
});
