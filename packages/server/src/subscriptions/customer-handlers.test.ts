import type { Caller } from '@cellplane/api';
import { expect, it } from 'vitest';
import { planPlace } from '../catalog/catalog.js';
import { base64, emptyInventory, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { type Database, sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { customerSubscriptionHandlers } from './customer-handlers.js';
import { asNow, testCustomer } from './customer.testing.js';
import { testOutbox } from './letters.testing.js';
import { selectOwnSubscriptions } from './store.js';

const { db } = await testDatabase({ poolSize: 12 });
const subscribedPlans = async (_: Database, viewer: Parameters<typeof selectOwnSubscriptions>[1]) =>
  (await selectOwnSubscriptions(db, viewer)).map(({ planId }) => planId);
const { caller: provider, handlers: catalog } = await testCatalog(db, emptyInventory({ subscribedPlans }));
const held: { instances: string[]; snapshots: string[] } = { instances: [], snapshots: [] };
const holdings = { instances: async () => held.instances, snapshots: async () => held.snapshots };
const handlers = customerSubscriptionHandlers({ db, holdings, outbox: testOutbox(db).outbox });

const none = { params: {}, query: {}, body: undefined };
async function build(service: string, environmentType: string, release = true) {
  const body = { name: service, environment: environmentType, environmentType, fileContent: base64(testSpec()) };
  const built = release
    ? await catalog.buildServicePlanSpec({ ...none, body: { ...body, release, releaseAsPreferred: true }, caller: provider })
    : await catalog.prepareServicePlanSpec({ ...none, body, caller: provider });
  return planPlace(db, provider.orgId, built.productTierID);
}
const [open, hidden, unreleased, strict] = [
  await build('Open', 'PROD'),
  await build('Hidden', 'DEV'),
  await build('Unreleased', 'PROD', false),
  await build('Strict', 'PROD'),
];
await sql`update environments set auto_approve_subscription = false where id = ${strict.environmentId}`.execute(db);
const anna = await testCustomer(db, { name: 'anna', provider });
const bert = await testCustomer(db, { name: 'bert', provider });

const choice = ({ serviceId, planId }: { serviceId: string; planId: string }) => ({ serviceId, productTierId: planId });
const subscribe = (caller: Caller, plan: typeof open) => handlers.customerSubscribe({ ...none, body: choice(plan), caller });
const ask = (caller: Caller, plan: typeof open) => handlers.customerRequestSubscription({ ...none, body: choice(plan), caller });
const list = async (caller: Caller, query = {}) => handlers.customerListSubscriptions({ ...none, query, caller: await asNow(db, caller) });
const requests = (caller: Caller, query = {}) => handlers.customerListSubscriptionRequests({ ...none, query, caller });
const offered = async (caller: Caller) =>
  (await catalog.listServiceOfferings({ ...none, caller })).services.map(({ serviceName, offerings }) => [serviceName, offerings.length]);
const told = async (subject: string) =>
  (await sql<{ kind: string }>`select kind from events where subject = ${subject} order by id`.execute(db)).rows.map(({ kind }) => kind);

it('what a customer says with a request is kept as it was said first, and reads the same on both sides', async () => {
  const eve = await testCustomer(db, { name: 'eve', provider });
  const askWith = (message: string) => handlers.customerRequestSubscription({ ...none, body: { ...choice(strict), message }, caller: eve });
  const id = await askWith('  For <b>our</b> tests. ');
  expect(await askWith('Something else.')).toBe(id);
  expect((await requests(eve)).subscriptionRequests).toMatchObject([{ id, message: 'For <b>our</b> tests.' }]);
});

it('the catalogue of a customer without a subscription is what their provider offers in public', async () => {
  expect(await offered(anna)).toEqual([
    ['Open', 1],
    ['Strict', 1],
  ]);
  // Its own people see all that has a version.
  expect(await offered(provider)).toEqual([
    ['Open', 1],
    ['Hidden', 1],
    ['Unreleased', 0],
    ['Strict', 1],
  ]);
  const one = (serviceId: string) => catalog.describeServiceOffering({ params: { serviceId }, query: {}, body: undefined, caller: anna });
  expect(await one(strict.serviceId)).toMatchObject({
    offerings: [{ productTierID: strict.planId, AutoApproveSubscription: false, serviceModelStatus: 'READY', productTierFeatures: [] }],
  });
  for (const { serviceId } of [hidden, unreleased]) await expect(one(serviceId)).rejects.toMatchObject({ kind: 'not_found' });
  // A customer of nobody sees nothing.
  expect(await offered({ ...anna, providerOrgId: 'org-other' })).toEqual([]);
});

it('a plan that a customer has is in their catalogue although it is not public', async () => {
  const cleo = await testCustomer(db, { name: 'cleo', provider, plans: [hidden.planId] });
  expect((await offered(cleo)).map(([name]) => name)).toContain('Hidden');
});

it('two subscriptions at once are one, which has its subscriber as root and keeps the terms that it began with', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, () => subscribe(anna, open)));
  expect(new Set(ids).size).toBe(1);
  const [id = ''] = ids;
  expect(id).toMatch(/^sub-/);
  expect(await told(id)).toEqual(['subscription-made']);
  expect(await list(anna)).toMatchObject({
    ids: [id],
    subscriptions: [
      {
        id,
        status: 'ACTIVE',
        roleType: 'root',
        defaultSubscription: false,
        serviceName: 'Open',
        productTierName: 'Small Plan',
        subscriptionOwnerName: 'anna',
        rootUserOrgName: 'anna',
        cloudProviderNames: ['aws'],
        maxNumberOfInstances: -1,
      },
    ],
  });
  expect((await list(anna, { serviceId: strict.serviceId })).ids).toEqual([]);
  expect((await list(anna, { environmentType: 'prod' })).ids).toEqual([id]);
  expect((await list(bert)).ids).toEqual([]);
  const describe = async (caller: Caller) =>
    handlers.customerDescribeSubscription({ params: { id }, query: {}, body: undefined, caller: await asNow(db, caller) });
  expect(await describe(anna)).toMatchObject({ id });
  await expect(describe(bert)).rejects.toMatchObject({ kind: 'not_found' });
  const { rows } = await sql<{ terms: object }>`select terms from subscriptions where id = ${id}`.execute(db);
  expect(rows[0]?.terms).toMatchObject({ planVersion: '1.0', maxNumberOfInstances: -1 });
});

it('a customer subscribes to what is offered to them, and to nothing else', async () => {
  for (const plan of [hidden, unreleased, { ...open, serviceId: hidden.serviceId }, { ...open, planId: 'pt-nope' }])
    await expect(subscribe(bert, plan)).rejects.toMatchObject({ kind: 'not_found', code: 'service-plan-not-found' });
  await expect(subscribe({ ...bert, providerOrgId: 'org-other' }, open)).rejects.toMatchObject({ kind: 'not_found' });
});

it('somebody of the organization who is no member is told so', async () => {
  await expect(subscribe({ ...anna, userId: bert.userId, subscriptions: [] }, open)).rejects.toMatchObject({
    code: 'subscribed-by-others',
  });
});

it('one of the provider’s people gets the provider’s own subscription', async () => {
  const id = await subscribe(provider, hidden);
  expect(await subscribe(provider, hidden)).toBe(id);
  expect((await handlers.customerListSubscriptions({ ...none, caller: provider })).subscriptions).toMatchObject([
    { id, defaultSubscription: true, roleType: 'root' },
  ]);
});

it('a plan that needs approval is asked for; two at once make one request, which can be taken back', async () => {
  await expect(subscribe(bert, strict)).rejects.toMatchObject({ kind: 'invalid_state', code: 'approval-needed' });
  await expect(ask(bert, open)).rejects.toMatchObject({ code: 'no-approval-needed' });
  const ids = await Promise.all(Array.from({ length: 5 }, () => ask(bert, strict)));
  expect(new Set(ids).size).toBe(1);
  const [id = ''] = ids;
  expect(id).toMatch(/^subr-/);
  expect(await requests(bert)).toMatchObject({
    ids: [id],
    subscriptionRequests: [
      { status: 'PENDING', productTierId: strict.planId, rootUserEmail: 'bert@example.com', updatedByUserName: 'bert' },
    ],
  });
  expect((await requests(bert, { status: 'approved' })).ids).toEqual([]);
  await expect(requests(bert, { status: 'maybe' })).rejects.toMatchObject({ kind: 'bad_request' });
  const by = (caller: Caller) => ({ params: { id }, query: {}, body: undefined, caller });
  expect(await handlers.customerDescribeSubscriptionRequest(by(bert))).toMatchObject({ id });
  await expect(handlers.customerDescribeSubscriptionRequest(by(anna))).rejects.toMatchObject({ kind: 'not_found' });
  await expect(handlers.customerCancelSubscriptionRequest(by(anna))).rejects.toMatchObject({ kind: 'not_found' });
  await Promise.all([handlers.customerCancelSubscriptionRequest(by(bert)), handlers.customerCancelSubscriptionRequest(by(bert))]);
  expect(await told(id)).toEqual(['subscription-requested', 'subscription-request-cancelled']);
  expect(await ask(bert, strict)).not.toBe(id);
});

it('of requests that are taken back, again and again, the latest are kept', async () => {
  const dora = await testCustomer(db, { name: 'dora', provider });
  let last = '';
  for (let time = 0; time < 25; time += 1) {
    last = await ask(dora, strict);
    await handlers.customerCancelSubscriptionRequest({ params: { id: last }, query: {}, body: undefined, caller: dora });
  }
  const waiting = await ask(dora, strict);
  const { ids } = await requests(dora);
  expect([ids.length, ids.slice(0, 2)]).toEqual([21, [waiting, last]]);
});

it('a subscription ends when it has nothing left, and may begin again', async () => {
  const id = await subscribe(bert, open);
  const end = async (caller: Caller) =>
    handlers.customerUnsubscribe({ params: { id }, query: {}, body: undefined, caller: await asNow(db, caller) });
  await expect(end(anna)).rejects.toMatchObject({ kind: 'not_found' });
  held.instances = ['instance-1', 'instance-2'];
  await expect(end(bert)).rejects.toMatchObject({
    code: 'subscription-has-instances',
    message: expect.stringContaining('2 instances: instance-1, instance-2. Delete them first'),
  });
  [held.instances, held.snapshots] = [[], ['ss-1']];
  await expect(end(bert)).rejects.toMatchObject({ code: 'subscription-has-snapshots', message: expect.stringContaining('ss-1') });
  held.snapshots = [];
  await Promise.all([end(bert), end(bert)]);
  expect(await told(id)).toEqual(['subscription-made', 'subscription-terminated']);
  expect((await list(bert)).ids).toEqual([]);
  expect((await list(bert, { includeInactive: true })).subscriptions).toMatchObject([{ id, status: 'TERMINATED' }]);
  expect(await subscribe(bert, open)).not.toBe(id);
});

it('nobody is billed', async () => {
  expect(await handlers.describeBillingStatus({ ...none, caller: anna })).toEqual({ enabled: false });
});
