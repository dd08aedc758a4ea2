import type { Caller } from '@cellplane/api';
import { beforeEach, expect, it } from 'vitest';
import { planPlace } from '../catalog/catalog.js';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { customerSubscriptionHandlers } from './customer-handlers.js';
import { asNow, testCustomer } from './customer.testing.js';
import { subscriptionHandlers } from './handlers.js';
import { testOutbox } from './letters.testing.js';

const { db } = await testDatabase({ poolSize: 12 });
const { caller: provider, handlers: catalog } = await testCatalog(db);
const deps = { db, outbox: testOutbox(db).outbox, holdings: { instances: async () => [], snapshots: async () => [] } };
const handlers = subscriptionHandlers(deps);
const customers = customerSubscriptionHandlers(deps);
const spec = { name: 'S', environment: 'Prod', environmentType: 'PROD', fileContent: base64(testSpec()), release: true };
const built = await catalog.buildServicePlanSpec({ params: {}, query: {}, body: { ...spec, releaseAsPreferred: true }, caller: provider });
const { serviceId, environmentId, planId } = await planPlace(db, provider.orgId, built.productTierID);
await sql`update environments set auto_approve_subscription = false where id = ${environmentId}`.execute(db);

let turn = 0;
let anna: Caller;
beforeEach(async () => {
  turn += 1;
  anna = await testCustomer(db, { name: `anna${turn}`, provider });
});

const at = <B>(id: string, body: B, caller = provider) => ({ params: { serviceId, environmentId, id }, query: {}, body, caller });
const ask = () =>
  customers.customerRequestSubscription({ params: {}, query: {}, body: { serviceId, productTierId: planId }, caller: anna });
const create = (more: object, caller = provider) => handlers.createSubscription(at('', { productTierId: planId, ...more }, caller));
const describe = (id: string) => handlers.describeSubscription(at(id, undefined));
const told = async (subject: string) =>
  (await sql<{ kind: string }>`select kind from events where subject = ${subject} order by id`.execute(db)).rows.map(({ kind }) => kind);
const stranger = { ...provider, orgId: 'org-stranger' };

it('an approved request is a subscription of whoever asked; two approvals at once make one', async () => {
  const id = await ask();
  const approve = (caller = provider) => handlers.approveSubscriptionRequest(at(id, {}, caller));
  await expect(approve(stranger)).rejects.toMatchObject({ kind: 'not_found' });
  expect((await handlers.listSubscriptionRequests({ ...at('', undefined), query: { status: 'PENDING' } })).ids).toEqual([id]);
  await Promise.all([approve(), approve(), approve()]);
  const request = await handlers.describeSubscriptionRequest(at(id, undefined));
  expect(request).toMatchObject({ status: 'APPROVED', rootUserId: anna.userId, updatedByUserId: provider.userId });
  const { subscriptionId = '' } = request;
  expect((await asNow(db, anna)).subscriptions).toEqual([subscriptionId]);
  expect(await told(id)).toEqual(['subscription-requested', 'subscription-request-approved']);
  expect(await told(subscriptionId)).toEqual(['subscription-made']);
  await expect(handlers.denySubscriptionRequest(at(id, {}))).rejects.toMatchObject({ code: 'request-answered' });
});

it('of an approval and a denial at once one counts; what is denied can be asked again', async () => {
  const id = await ask();
  const answers = await Promise.allSettled([handlers.approveSubscriptionRequest(at(id, {})), handlers.denySubscriptionRequest(at(id, {}))]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const { status } = await handlers.describeSubscriptionRequest(at(id, undefined));
  expect((await asNow(db, anna)).subscriptions).toHaveLength(status === 'APPROVED' ? 1 : 0);
  const bert = await testCustomer(db, { name: `bert${turn}`, provider });
  anna = bert;
  const denied = await ask();
  await handlers.denySubscriptionRequest(at(denied, {}));
  await handlers.denySubscriptionRequest(at(denied, {}));
  expect(await told(denied)).toEqual(['subscription-requested', 'subscription-request-denied']);
  expect(await ask()).not.toBe(denied);
});

it('a provider makes a subscription for a customer, by id or address, with its limit and payer', async () => {
  const { id } = await create({
    onBehalfOfCustomerEmail: anna.email.toUpperCase(),
    maxNumberOfInstances: 3,
    externalPayerId: 'payer-7',
    allowCreatesWhenPaymentNotConfigured: false,
  });
  expect(await describe(id)).toMatchObject({
    status: 'ACTIVE',
    rootUserId: anna.userId,
    userCount: 1,
    maxNumberOfInstances: 3,
    externalPayerId: 'payer-7',
    allowCreatesWhenPaymentNotConfigured: false,
    terms: { planVersion: '1.0', maxNumberOfInstances: -1 },
    updatedByUserId: provider.userId,
  });
  await expect(create({ onBehalfOfCustomerUserId: anna.userId })).rejects.toMatchObject({ code: 'already-subscribed' });
  await expect(create({})).rejects.toMatchObject({ kind: 'bad_request', details: [{ field: 'onBehalfOfCustomerUserId' }] });
  // Its own people are no customers of it, and neither are those of others.
  await expect(create({ onBehalfOfCustomerUserId: provider.userId })).rejects.toMatchObject({ kind: 'not_found' });
  await expect(create({ onBehalfOfCustomerUserId: anna.userId }, stranger)).rejects.toMatchObject({ kind: 'not_found' });
  await expect(create({ onBehalfOfCustomerUserId: anna.userId, customPrice: true })).rejects.toMatchObject({ kind: 'not_implemented' });
});

it('a subscription is suspended, resumed, changed and ended; what has ended stays', async () => {
  const { id } = await create({ onBehalfOfCustomerUserId: anna.userId });
  await Promise.all([handlers.suspendSubscription(at(id, undefined)), handlers.suspendSubscription(at(id, undefined))]);
  expect(await describe(id)).toMatchObject({ status: 'SUSPENDED' });
  await handlers.resumeSubscription(at(id, undefined));
  await handlers.updateSubscription(at(id, { maxNumberOfInstances: 5 }));
  await handlers.updateSubscriptions(at('', { subscriptionIDs: [id, id], externalPayerId: 'p' }));
  expect(await describe(id)).toMatchObject({ status: 'ACTIVE', maxNumberOfInstances: 5, externalPayerId: 'p' });
  await expect(handlers.updateSubscriptions(at('', { subscriptionIDs: [id, 'sub-nope'], externalPayerId: 'q' }))).rejects.toMatchObject({
    kind: 'not_found',
  });
  for (const refused of [handlers.suspendSubscription, handlers.resumeSubscription, handlers.terminateSubscription])
    await expect(refused(at(id, undefined, stranger))).rejects.toMatchObject({ kind: 'not_found' });
  await handlers.terminateSubscription(at(id, undefined));
  expect(await describe(id)).toMatchObject({ status: 'TERMINATED', externalPayerId: 'p' });
  await expect(handlers.resumeSubscription(at(id, undefined))).rejects.toMatchObject({ code: 'subscription-ended' });
  expect(await told(id)).toEqual([
    'subscription-made',
    'subscription-suspended',
    'subscription-resumed',
    'subscription-changed',
    'subscription-changed',
    'subscription-terminated',
  ]);
});
