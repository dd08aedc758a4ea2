import type { Caller } from '@cellplane/api';
import { expect, it } from 'vitest';
import { planPlace } from '../catalog/catalog.js';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { allSubscriptionHandlers } from './all-handlers.js';
import { customerSubscriptionHandlers } from './customer-handlers.js';
import { testCustomer } from './customer.testing.js';
import { subscriptionHandlers } from './handlers.js';
import { testOutbox } from './letters.testing.js';

const { db } = await testDatabase();
const { caller: provider, handlers: catalog } = await testCatalog(db);
const deps = { db, outbox: testOutbox(db).outbox, holdings: { instances: async () => [], snapshots: async () => [] } };
const build = async (name: string) => {
  const body = {
    name,
    environment: 'Prod',
    environmentType: 'PROD',
    fileContent: base64(testSpec()),
    release: true,
    releaseAsPreferred: true,
  };
  const built = await catalog.buildServicePlanSpec({ params: {}, query: {}, body, caller: provider });
  return planPlace(db, provider.orgId, built.productTierID);
};
const [one, other] = [await build('One'), await build('Other')];
await sql`update environments set auto_approve_subscription = false where id = ${one.environmentId}`.execute(db);
const anna = await testCustomer(db, { name: 'anna', provider, plans: [other.planId] });
await testCustomer(db, { name: 'bo', provider, plans: [other.planId, one.planId] });
const all = allSubscriptionHandlers(deps);

const list = async (query: Parameters<typeof all.listAllSubscriptions>[0]['query'], caller: Caller = provider) => {
  const { subscriptions, nextPageToken } = await all.listAllSubscriptions({ params: {}, query, body: undefined, caller });
  return { ids: subscriptions.map(({ id }) => id).toSorted(), subscriptions, nextPageToken };
};

it('lists subscriptions of all products, found by words, product and customer', async () => {
  expect((await list({})).ids).toEqual(['sub-anna0', 'sub-bo0', 'sub-bo1']);
  expect((await list({ search: 'ANNA@example' })).subscriptions).toMatchObject([
    { id: 'sub-anna0', environmentId: other.environmentId, environmentName: 'Prod', environmentType: 'PROD', rootUserOrgName: 'anna' },
  ]);
  expect((await list({ serviceId: [one.serviceId] })).ids).toEqual(['sub-bo1']);
  expect((await list({ environmentId: one.environmentId })).ids).toEqual(['sub-bo1']);
  expect((await list({ serviceId: [other.serviceId], environmentId: one.environmentId })).ids).toEqual([]);
  expect((await list({ orgId: 'org-bo', status: ['active'] })).ids).toEqual(['sub-bo0', 'sub-bo1']);
  expect((await list({ id: ['sub-bo1', 'sub-anna0', 'sub-none'] })).ids).toEqual(['sub-anna0', 'sub-bo1']);
  expect((await list({ status: ['SUSPENDED'] })).ids).toEqual([]);
  await expect(list({ status: ['gone'] })).rejects.toMatchObject({ code: 'unknown-status' });
});

it('goes on page by page', async () => {
  const first = await list({ pageSize: 2 });
  const second = await list({ pageSize: 2, nextPageToken: first.nextPageToken });
  expect(new Set([...first.ids, ...second.ids])).toEqual(new Set(['sub-anna0', 'sub-bo0', 'sub-bo1']));
  expect(second.nextPageToken).toBeUndefined();
});

it('roles of single products see those only; another provider sees nothing', async () => {
  const ofOne = { ...provider, products: [one.serviceId] };
  expect((await list({}, ofOne)).ids).toEqual(['sub-bo1']);
  expect((await list({ serviceId: [other.serviceId] }, ofOne)).ids).toEqual([]);
  expect((await list({}, { ...provider, orgId: 'org-stranger' })).ids).toEqual([]);
});

it('a request carries what the customer writes, and the answer what the provider writes', async () => {
  const asked = { serviceId: one.serviceId, productTierId: one.planId, message: '  For our shop.\nSoon, please. ' };
  const id = await customerSubscriptionHandlers(deps).customerRequestSubscription({ params: {}, query: {}, body: asked, caller: anna });
  const requests = async (caller: Caller = provider, query = {}) =>
    (await all.listAllSubscriptionRequests({ params: {}, query, body: undefined, caller })).subscriptionRequests;
  expect(await requests()).toMatchObject([{ id, status: 'PENDING', message: 'For our shop.\nSoon, please.', rootUserOrgName: 'anna' }]);
  const { serviceId, environmentId } = one;
  for (const query of [{ serviceId }, { environmentId }, { serviceId, environmentId }])
    expect(await requests(provider, query)).toMatchObject([{ id }]);
  for (const query of [{ serviceId: other.serviceId }, { environmentId: other.environmentId }, { serviceId: 's-none' }])
    expect(await requests(provider, query)).toEqual([]);
  expect(await requests({ ...provider, orgId: 'org-stranger' }, { serviceId })).toEqual([]);
  expect(await requests({ ...provider, products: [other.serviceId] })).toEqual([]);
  expect(await requests({ ...provider, orgId: 'org-stranger' })).toEqual([]);
  const params = { serviceId: one.serviceId, environmentId: one.environmentId, id };
  await subscriptionHandlers(deps).denySubscriptionRequest({ params, query: {}, body: { answer: 'Not this month' }, caller: provider });
  expect(await requests()).toMatchObject([{ id, status: 'DENIED', answer: 'Not this month' }]);
});
