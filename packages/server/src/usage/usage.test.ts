import { randomBytes } from 'node:crypto';
import type { Caller } from '@cellplane/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { useSimulatedCell } from '../cells/default-cell.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { testCustomer } from '../subscriptions/customer.testing.js';
import { usageHandlers } from './handlers.js';
import { rowsOf } from './meter-pass.js';
import type { MeteredInstance } from './metered-store.js';
import { claimUsage, failUsage, finishUsage, renewUsage, scheduleUsage, selectUsageAges } from './pass-store.js';
import type { SeenUse } from './see-use.js';
import { addUsage, type UsedOnDay } from './usage-store.js';

const { db } = await testDatabase();
const sealer = createSealer(randomBytes(32));
const { id: cellId, key } = await useSimulatedCell(
  { db, sealer, log: silentLogger },
  { access: { server: 'http://127.0.0.1:1' }, folder: '/nowhere' },
);
const { caller: provider, handlers: catalog } = await testCatalog(db);
const anna = await testCustomer(db, { name: 'anna', provider });
const bo = await testCustomer(db, { name: 'bo', provider });
const handlers = usageHandlers({ db });

const NOTHING = { cpu: 0, memory: 0, storage: 0, replica: 0 };
const row = (of: Caller, instanceId: string, day: string, more: Partial<UsedOnDay> = {}): UsedOnDay => ({
  instanceId,
  day,
  providerOrgId: provider.orgId,
  orgId: of.orgId,
  subscriptionId: `sub-of-${of.orgId}`,
  serviceId: 's-1',
  environmentId: 'se-1',
  planId: 'pt-1',
  tags: [],
  used: { ...NOTHING, cpu: 1, replica: 2 },
  cost: 0.5,
  ...more,
});
const add = (...rows: UsedOnDay[]) => transaction(db, (tx) => addUsage(tx, rows));
const member = (of: Caller): Caller => ({ ...of, subscriptions: [`sub-of-${of.orgId}`] });
const read = (caller: Caller, query: Parameters<typeof handlers.describeUsage>[0]['query']) =>
  handlers.describeUsage({ params: {}, query: { from: '2026-11-01', to: '2026-11-30', ...query }, body: undefined, caller });

beforeEach(async () => {
  await sql`delete from usage_days`.execute(db);
  await sql`delete from usage_passes`.execute(db);
});

describe('what was used', () => {
  it('adds up by day and instance, with what it cost', async () => {
    await add(row(anna, 'i-1', '2026-11-02'), row(anna, 'i-1', '2026-11-03'));
    await add(row(anna, 'i-1', '2026-11-03', { cost: 0.25, tags: [{ key: 'Name', value: 'orders' }] }));
    const { total, groups } = await read(member(anna), {});
    expect(total).toEqual({ cpu: 3, memory: 0, storage: 0, replica: 6, cost: 1.25 });
    expect(groups).toEqual([{ key: 'i-1', name: 'orders', ...total, live: false }]);
    const days = await read(member(anna), { by: 'day' });
    expect(days.groups.map(({ key, cost }) => [key, cost])).toEqual([
      ['2026-11-02', 0.5],
      ['2026-11-03', 0.75],
    ]);
  });

  it('keeps what has no price apart from what costs nothing', async () => {
    await add(row(anna, 'i-1', '2026-11-02', { cost: null }), row(anna, 'i-2', '2026-11-02', { cost: 0 }));
    const { groups } = await read(member(anna), {});
    expect(groups.map(({ key, cost }) => [key, cost])).toEqual([
      ['i-2', 0],
      ['i-1', undefined],
    ]);
    // A price that comes later counts from then on; one that goes takes nothing back.
    await add(row(anna, 'i-1', '2026-11-02', { cost: 2 }));
    await add(row(anna, 'i-1', '2026-11-02', { cost: null }));
    expect((await read(member(anna), { instanceId: 'i-1' })).total.cost).toBe(2);
  });

  it('is grouped by a tag, and what has none is told', async () => {
    const tagged = (value: string) => ({ tags: [{ key: 'team', value }] });
    await add(
      row(anna, 'i-1', '2026-11-02', tagged('shop')),
      row(anna, 'i-2', '2026-11-02', tagged('shop')),
      row(anna, 'i-3', '2026-11-02', { cost: 9 }),
    );
    const { groups, tagKeys } = await read(member(anna), { by: 'tag', tag: 'team' });
    expect(tagKeys).toEqual(['team']);
    expect(groups.map(({ key, cost }) => [key, cost])).toEqual([
      ['', 9],
      ['shop', 1],
    ]);
    await expect(read(anna, { by: 'tag' })).rejects.toMatchObject({ code: 'missing-field' });
    await expect(read(anna, { by: 'colour' })).rejects.toMatchObject({ code: 'invalid-enum-value' });
  });

  it('is seen by those whose it is: the customer, and the provider of all customers', async () => {
    await add(row(anna, 'i-1', '2026-11-02'), row(bo, 'i-2', '2026-11-02'), row(bo, 'i-2', '2026-10-31'));
    expect((await read(member(anna), {})).groups.map((one) => one.key)).toEqual(['i-1']);
    expect((await read(member(anna), { instanceId: 'i-2' })).groups).toEqual([]);
    expect((await read({ ...anna, subscriptions: [] }, {})).total).toEqual(NOTHING);
    const byCustomer = await read(provider, { by: 'customer' });
    expect(new Map(byCustomer.groups.map(({ key: org, name }) => [org, name]))).toEqual(
      new Map([
        [anna.orgId, 'anna'],
        [bo.orgId, 'bo'],
      ]),
    );
    expect((await read({ ...provider, products: ['s-2'] }, {})).groups).toEqual([]);
    expect((await read({ ...provider, orgId: 'org-of-another-provider' }, {})).groups).toEqual([]);
  });

  it('is counted until the look at the cells of one’s own instances, whatever others there are', async () => {
    const body = { name: 'Shop', environment: 'Dev', environmentType: 'DEV', fileContent: base64(testSpec()), release: true };
    const { productTierID: planId } = await catalog.buildServicePlanSpec({ params: {}, query: {}, body, caller: provider });
    const cleo = await testCustomer(db, { name: 'cleo', provider, plans: [planId] });
    await scheduleUsage(db, 60_000);
    expect((await read(cleo, {})).countedUntil).toBeUndefined();
    await sql`
      insert into instances (id, provider_org_id, org_id, subscription_id, service_id, environment_id, environment_type, plan_id, plan_version,
        resource_id, resource_key, cell_id, cloud_provider, region, network_type, namespace, status, parameters, launch_parameters,
        sealed_parameters, sealed_seed, created_by)
      select 'i-1', ${provider.orgId}, ${cleo.orgId}, 'sub-cleo0', e.service_id, e.id, 'DEV', p.id, '1.0', 'r-1', 'db', ${cellId}, 'aws',
        'us-east-1', 'PUBLIC', 'i-1', 'RUNNING', '{}', '{}', '', '', ${cleo.userId}
      from plans p join environments e on e.id = p.environment_id where p.id = ${planId}`.execute(db);
    const { rows } = await sql<{ until: Date }>`select counted_until as until from usage_passes`.execute(db);
    expect((await read(cleo, {})).countedUntil).toBe(rows[0]?.until.toISOString());
    expect((await read(member(bo), {})).countedUntil).toBeUndefined();
    await sql`delete from instances`.execute(db);
  });

  it('of a foreign subscription is not found', async () => {
    const call = { params: {}, query: { subscriptionID: 'sub-of-nobody' }, body: undefined };
    await expect(handlers.customerDescribeUsage({ ...call, caller: member(anna) })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(handlers.customerDescribeUsagePerDay({ ...call, caller: member(anna) })).rejects.toMatchObject({ kind: 'not_found' });
    const ofFleet = { params: { subscriptionId: 'sub-of-nobody' }, query: {}, body: undefined, caller: provider };
    await expect(handlers.describeSubscriptionUsage(ofFleet)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('is told to the reference’s portal by its own names', async () => {
    await add(row(anna, 'i-1', '2026-11-02', { used: { cpu: 1, memory: 2, storage: 3, replica: 4 } }));
    const query = { startDate: '2026-11-01T00:00:00Z', endDate: '2026-11-30T00:00:00Z' };
    const { usage } = await handlers.customerDescribeUsagePerDay({ params: {}, query, body: undefined, caller: member(anna) });
    const times = { startTime: '2026-11-02T00:00:00.000Z', endTime: '2026-11-03T00:00:00.000Z' };
    expect(usage).toEqual([
      { dimension: 'CPU core hours', total: 1, ...times },
      { dimension: 'Memory GiB hours', total: 2, ...times },
      { dimension: 'Storage GiB hours', total: 3, ...times },
      { dimension: 'Replica hours', total: 4, ...times },
    ]);
    const now = await handlers.customerDescribeUsage({ params: {}, query: {}, body: undefined, caller: member(anna) });
    expect(now.usage.map((one) => one.total)).toEqual([0, 0, 0, 0]);
    expect(now.startTime).toMatch(/^\d{4}-\d\d-01T00:00:00.000Z$/);
  });
});

describe('rowsOf', () => {
  const from = new Date('2026-12-03T10:00:00Z');
  const to = new Date('2026-12-03T11:00:00Z');
  const instance = (id: string, more: Partial<MeteredInstance> = {}): MeteredInstance => ({
    id,
    namespace: id,
    providerOrgId: 'org-p',
    orgId: 'org-c',
    subscriptionId: 'sub-1',
    serviceId: 's-1',
    environmentId: 'se-1',
    planId: 'pt-1',
    planVersion: '1.0',
    tags: [],
    createdAt: new Date(0),
    byLabel: true,
    prices: [{ dimension: 'cpu', price: 0.1 }],
    ...more,
  });
  const use = (more: Partial<SeenUse> = {}): SeenUse => ({
    since: 0,
    amounts: { cpu: 2, memory: 1, storage: 0, replica: 1 },
    billed: true,
    labels: {},
    ...more,
  });

  it('prices what was used', () => {
    expect(rowsOf([instance('a')], new Map([['a', [use()]]]), { from, to })).toMatchObject([
      { instanceId: 'a', day: '2026-12-03', used: { cpu: 2, memory: 1, storage: 0, replica: 1 }, cost: 0.2 },
    ]);
    expect(rowsOf([instance('a', { prices: [] })], new Map([['a', [use()]]]), { from, to })[0]?.cost).toBeNull();
  });

  it('under custom tenancy counts what carries the label, else everything', () => {
    const seen = new Map([['a', [use({ billed: false }), use()]]]);
    expect(rowsOf([instance('a')], seen, { from, to })[0]?.used.replica).toBe(1);
    expect(rowsOf([instance('a', { byLabel: false })], seen, { from, to })[0]?.used.replica).toBe(2);
  });

  it('counts from the moment that the instance is there', () => {
    const late = instance('a', { createdAt: new Date('2026-12-03T10:45:00Z') });
    expect(rowsOf([late], new Map([['a', [use()]]]), { from, to })[0]?.used.cpu).toBe(0.5);
  });

  it('in a namespace of several instances, gives each what its labels name', () => {
    const seen = new Map([['shop', [use({ labels: { 'cnpg.io/cluster': 'a' } }), use({ labels: { 'cnpg.io/cluster': 'c' } })]]]);
    const two = [instance('a', { namespace: 'shop' }), instance('b', { namespace: 'shop' })];
    expect(rowsOf(two, seen, { from, to }).map(({ instanceId, used }) => [instanceId, used.replica])).toEqual([['a', 1]]);
  });
});

describe('passes', () => {
  const due = () => sql`update usage_passes set next_at = now()`.execute(db);

  it('are one process’s at a time, and what is counted is counted once', async () => {
    await scheduleUsage(db, 60_000);
    expect(await claimUsage(db, 'early', [])).toEqual([]);
    await due();
    const [[claimed], second] = [await claimUsage(db, 'a', []), await claimUsage(db, 'b', [])];
    expect([claimed?.cellId, second]).toEqual([cellId, []]);
    expect([await renewUsage(db, 'a', cellId), await renewUsage(db, 'b', cellId)]).toEqual([true, false]);
    await sql`update usage_passes set lease_until = now() - interval '1 second'`.execute(db);
    const [again] = await claimUsage(db, 'b', []);
    expect(again?.countedUntil).toEqual(claimed?.countedUntil);
    // The one that was too slow counts nothing: its transaction is rolled back.
    const to = { intervalMs: 60_000, countedUntil: new Date(Date.parse('2027-01-01T00:00:00Z')) };
    expect(await transaction(db, (tx) => finishUsage(tx, 'a', cellId, to))).toBe(false);
    expect(await transaction(db, (tx) => finishUsage(tx, 'b', cellId, to))).toBe(true);
    await due();
    expect((await claimUsage(db, 'c', []))[0]?.countedUntil).toEqual(to.countedUntil);
  });

  it('one that fails has counted nothing, and says why', async () => {
    await scheduleUsage(db, 60_000);
    await due();
    const [claimed] = await claimUsage(db, 'a', []);
    await failUsage(db, 'a', cellId, { intervalMs: 60_000, message: 'the cell is away' });
    const { rows } = await sql<{ message: string; until: Date }>`select message, counted_until as until from usage_passes`.execute(db);
    expect(rows).toEqual([{ message: 'the cell is away', until: claimed?.countedUntil }]);
    expect(await selectUsageAges(db)).toEqual({ [key]: expect.any(Number) });
  });
});
