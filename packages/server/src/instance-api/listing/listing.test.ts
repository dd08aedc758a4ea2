/** Lists of instances as pages ask for them, with 10,000 instances of 10,000 customers, and a fifth of that of another provider. */
import { readFile } from 'node:fs/promises';
import type { Caller } from '@cellplane/api';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { openWorld } from '../../lifecycle/life.testing.js';
import { listingHandlers } from './handlers.js';

const database = await testDatabase({ statementTimeoutMs: 0 });
const world = await openWorld(database);
const { deps, caller } = world;
await world.engine.stop();
afterAll(() => deps.charts.stop());
const spec = await readFile(new URL('../../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');
await world.offer(spec);
await world.create(await world.offer(spec));
await database.pool.query(await readFile(new URL('../../../../../bench/many-tenants.sql', import.meta.url), 'utf8'));
await sql`update instances set tags = '[{"key":"name","value":"Orders"},{"key":"team","value":"shop"}]'::json where id like '%7'`.execute(
  deps.db,
);
await sql`update instances set status = 'FAILED', status_message = 'the image cannot be pulled' where id like '%77'`.execute(deps.db);
await sql`analyze`.execute(deps.db);

const customer: Caller = {
  userId: 'user-05000',
  email: 'user-05000@many.example',
  orgId: 'org-05000',
  roleType: 'root',
  providerOrgId: caller.orgId,
  subscriptions: ['sub-05000-1', 'sub-05000-2'],
};
const { listSeenInstances, countSeenInstances } = listingHandlers(deps);
const provider: Caller = caller;
const list = (query: Record<string, unknown>, by = provider) => listSeenInstances({ params: {}, query, body: undefined, caller: by });
const counts = (by = provider, query = {}) => countSeenInstances({ params: {}, query, body: undefined, caller: by });

/** All pages of a list. */
async function all(query: Record<string, unknown>, by = provider) {
  const found: Awaited<ReturnType<typeof list>>['instances'] = [];
  for (let nextPageToken: string | undefined = ''; nextPageToken !== undefined; ) {
    const page: Awaited<ReturnType<typeof list>> = await list({ ...query, pageSize: 500, nextPageToken }, by);
    found.push(...page.instances);
    nextPageToken = page.nextPageToken;
  }
  return found;
}

describe('a list of instances', () => {
  it.each(['', 'status', '-plan', '-owner'])(
    'sorted by %j has each of them once, page after page',
    async (sort) => {
      const { total } = await list({ sort, pageSize: 1 });
      const found = await all({ sort });
      expect(found.length).toBeGreaterThan(9_000);
      expect(found).toHaveLength(total ?? 0);
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    },
    60_000,
  );

  it('sorted by name is in the order of names, and of ids where there is no name', { timeout: 60_000 }, async () => {
    const names = (await all({ sort: 'name' })).map(({ id, name }) => (name === '' ? id : name).toLowerCase());
    expect(names).toEqual(names.toSorted((one, other) => Number(one > other) - Number(one < other)));
  });

  it('is filtered by what is asked for, and counted', async () => {
    const counted = await counts();
    const failed = await all({ status: 'FAILED' });
    expect(failed.length).toBe(counted.failed);
    expect(
      failed.every(({ status, health, statusDescription }) => status === 'FAILED' && health === 'UNHEALTHY' && statusDescription !== ''),
    ).toBe(true);
    expect((await list({ state: 'unhealthy' })).total).toBe(counted.unhealthy);
    expect((await list({ state: 'underWay,waiting' })).total).toBe(counted.underWay);
    expect((await list({ state: 'warned,differs' })).total).toBe(0);
    await sql`update instances set warnings = '["its disk is nearly full"]' where id = 'instance-many00001'`.execute(deps.db);
    expect((await list({ state: 'warned' })).instances).toMatchObject([
      { id: 'instance-many00001', statusDescription: 'Warning: its disk is nearly full.' },
    ]);
    const { value, count } = counted.facets['plan']?.[0] ?? { value: '', count: 0 };
    expect((await list({ plan: value })).total).toBe(count);
    const [first] = (await list({ pageSize: 1 })).instances;
    if (first === undefined) throw new Error('there is no instance');
    const there = { product: first.serviceId, environment: first.environmentId };
    expect((await list(there)).total).toBe((await counts(provider, there)).total);
    expect((await counts(provider, there)).facets['product']).toMatchObject([{ value: first.serviceId }]);
    expect((await list({ environment: 'se-none' })).total).toBe(0);
    expect(await counts(provider, { product: 'se-second' })).toMatchObject({ total: 0, failed: 0, facets: {} });
    const named = await all({ q: 'ORDERS shop' });
    expect(named.length).toBeGreaterThan(900);
    expect(named.every(({ name, id }) => name === 'Orders' && id.endsWith('7'))).toBe(true);
    expect((await list({ tag: 'team=shop' })).total).toBe(named.length);
    expect((await list({ tag: 'team=other' })).total).toBe(0);
    expect((await list({ tag: 'team=other,team=shop' })).total).toBe(named.length);
    expect((await list({ tag: 'team=other\\,team=shop' })).total).toBe(0);
    const [newest] = (await list({ pageSize: 1 })).instances;
    expect((await list({ createdAfter: newest?.createdAt })).total).toBeGreaterThan(0);
    expect((await list({ createdBefore: '2001-01-01' })).total).toBe(0);
  });

  it('has nothing of others: customers see their subscriptions, and neither cells nor owners', async () => {
    const mine = await all({}, customer);
    const { rows } = await sql<{ id: string }>`
      select id from instances where subscription_id = any(${[...(customer.subscriptions ?? [])]}) and deleted_at is null`.execute(deps.db);
    expect(mine.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
    expect(mine.every((one) => !('cell' in one) && !('owner' in one))).toBe(true);
    const counted = await counts(customer);
    expect([counted.total, Object.keys(counted.facets)]).toEqual([mine.length, expect.not.arrayContaining(['cell', 'owner'])]);
    // The second subscription has none, and is not among them. The provider's people have too many to be told each.
    expect(counted.facets['subscription']).toMatchObject([{ value: 'sub-05000-1', count: mine.length }]);
    expect((await counts()).facets).not.toHaveProperty('subscription');
    // What they do not see finds nothing, and filters nothing.
    expect((await list({ q: 'org-0' }, customer)).total).toBe(0);
    const theirs = await all({});
    const { rows: foreign } = await sql<{ id: string }>`select id from instances where provider_org_id <> ${caller.orgId}`.execute(deps.db);
    expect(foreign.length).toBeGreaterThan(0);
    expect(theirs.filter(({ id }) => foreign.some((one) => one.id === id))).toEqual([]);
    expect((await list({}, { ...provider, products: ['s-none'] })).total).toBe(0);
  });

  it('tells customers of their own custom workflows, and of none that the provider’s people have begun', async () => {
    const [id = ''] = (await all({}, customer)).map((one) => one.id);
    const begin = (by: string) =>
      sql`insert into operations (id, instance_id, kind, status, requested_by) values ('op-custom', ${id}, 'custom', 'running', ${by})
        on conflict (id) do update set requested_by = excluded.requested_by`.execute(deps.db);
    const operationOf = async (who: Caller) => (await list({ q: id }, who)).instances.map(({ operation }) => operation?.id);
    const { underWay } = await counts(customer);
    await begin(provider.userId);
    expect(await operationOf(provider)).toEqual(['op-custom']);
    expect(await operationOf(customer)).toEqual([undefined]);
    expect((await list({ state: 'underWay' }, customer)).total).toBe(underWay);
    expect((await counts(customer)).underWay).toBe(underWay);
    await begin(customer.userId);
    expect(await operationOf(customer)).toEqual(['op-custom']);
    expect((await counts(customer)).underWay).toBe(underWay + 1);
    await sql`delete from operations where id = 'op-custom'`.execute(deps.db);
  });

  it('names those whose ids are asked for, and of others nothing', async () => {
    const [one, other] = (await list({ pageSize: 2 })).instances.map(({ id }) => id);
    const ids = [one, other, 'instance-none'].join(',');
    expect((await list({ id: ids })).instances.map(({ id }) => id).toSorted()).toEqual([one, other].toSorted());
    expect((await list({ id: ids }, customer)).instances).toEqual([]);
  });

  it('refuses words that it does not know, and places of other lists', async () => {
    await expect(list({ sort: 'id; drop' })).rejects.toMatchObject({ code: 'unknown-word' });
    await expect(list({ state: 'sad' })).rejects.toMatchObject({ code: 'unknown-word' });
    const { nextPageToken } = await list({ sort: 'name', pageSize: 1 });
    await expect(list({ sort: '-name', nextPageToken })).rejects.toMatchObject({ code: 'bad-page-token' });
    expect((await list({ q: "%_' or 1=1 --" })).total).toBe(0);
  });

  it('comes quickly', async () => {
    for (const query of [{}, { sort: 'name' }, { q: 'orders' }, { status: 'FAILED', sort: '-plan' }]) {
      const began = performance.now();
      await list({ ...query, pageSize: 100 });
      // Some 10 to 150 ms on a quiet machine.
      expect(performance.now() - began).toBeLessThan(3_000);
    }
  });
});
