import { describe, expect, it } from 'vitest';
import type { Caller } from '@cellplane/api';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { testCustomers } from './customers.testing.js';

const { db } = await testDatabase();
const { handlers, customer, caller: boss } = await testCustomers(db);

// Two products with a plan each.
for (const name of ['one', 'two']) {
  await sql`insert into services (id, org_id, name, url_key) values (${`s-${name}`}, ${boss.orgId}, ${name}, ${name})`.execute(db);
  await sql`insert into environments (id, service_id, name, url_key, type, visibility)
    values (${`se-${name}`}, ${`s-${name}`}, 'Prod', 'prod', 'PROD', 'PUBLIC')`.execute(db);
  await sql`insert into plans (id, environment_id, model_id, service_api_id, name, url_key)
    values (${`pt-${name}`}, ${`se-${name}`}, ${`sm-${name}`}, ${`sa-${name}`}, 'Small', 'small')`.execute(db);
}

/** A customer who is root of a subscription of each of these products' plans. */
async function subscriber(name: string, ...products: string[]): Promise<Caller> {
  const { caller } = await customer(`${name}@example.com`);
  for (const product of products) {
    const id = `sub-${name}-${product}`;
    await sql`insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id)
      values (${id}, ${caller.orgId}, ${boss.orgId}, ${`pt-${product}`}, ${caller.userId})`.execute(db);
    await sql`insert into subscription_members (subscription_id, user_id, role_type) values (${id}, ${caller.userId}, 'root')`.execute(db);
  }
  return caller;
}

const [ann, ben, cem] = [await subscriber('ann', 'one', 'two'), await subscriber('ben', 'two'), await subscriber('cem')];
await sql`insert into subscription_members (subscription_id, user_id, role_type) values ('sub-ann-one', ${cem.userId}, 'reader')`.execute(
  db,
);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const place = (product: string) => ({ serviceId: `s-${product}`, environmentId: `se-${product}` });
const list = (query: object = {}, caller = boss) => handlers.listAllUsers({ params: {}, query, body: undefined, caller });
const members = (product: string, query: object = {}) =>
  handlers.listUsers({ params: place(product), query, body: undefined, caller: boss });
const ids = ({ users }: { users: { userId: string }[] }) => users.map(({ userId }) => userId);
const ofProductTwo: Caller = { ...boss, userId: 'user-service-reader', roleType: 'service_reader', products: ['s-two'] };

describe('GET /fleet/users', () => {
  it('answers pages, newest first, of customers only, with what they have', async () => {
    const whole = await list();
    expect(ids(whole)).toEqual([cem.userId, ben.userId, ann.userId]);
    expect(whole.users.map((one) => one.subscriptionCount)).toEqual([0, 1, 2]);
    const first = await list({ pageSize: 2, excludeStats: true });
    expect(ids(first)).toEqual([cem.userId, ben.userId]);
    expect(first.users[0]).not.toHaveProperty('subscriptionCount');
    const second = await list({ pageSize: 2, nextPageToken: first.nextPageToken });
    expect(ids(second)).toEqual([ann.userId]);
    expect(second).not.toHaveProperty('nextPageToken');
    expect(await codeOf(list({ nextPageToken: 'x' }))).toBe('bad-page-token');
  });

  it('answers the customers of one environment', async () => {
    expect(ids(await list({ environmentId: 'se-two' }))).toEqual([ben.userId, ann.userId]);
    expect((await list({ ...place('two') })).users.map((one) => one.subscriptionCount)).toEqual([1, 1]);
    expect(ids(await list({ serviceId: 's-one', environmentId: 'se-two' }))).toEqual([]);
    expect(ids(await list({ environmentId: 'se-one' }, ofProductTwo))).toEqual([]);
    expect(ids(await list({ environmentId: 'se-two' }, { ...boss, orgId: 'org-stranger' }))).toEqual([]);
  });

  it('keeps to a product, and to those of the caller', async () => {
    const two = await list({ serviceId: 's-two' });
    expect(ids(two)).toEqual([ben.userId, ann.userId]);
    expect(two).toMatchObject({ serviceId: 's-two', users: [{ subscriptionCount: 1 }, { subscriptionCount: 1 }] });
    expect(ids(await list({}, ofProductTwo))).toEqual([ben.userId, ann.userId]);
    expect(ids(await list({ serviceId: 's-one' }, ofProductTwo))).toEqual([]);
  });
});

it('one customer is shown with memberships; a role for a product sees that product only', async () => {
  const describe = (userId: string, caller = boss) => handlers.describeOrgUser({ params: { userId }, query: {}, body: undefined, caller });
  const { subscriptions } = await describe(cem.userId);
  expect(subscriptions).toMatchObject([
    { subscriptionId: 'sub-ann-one', roleType: 'reader', serviceId: 's-one', productTierId: 'pt-one', userCount: 2, instanceCount: 0 },
  ]);
  expect((await describe(ann.userId, ofProductTwo)).subscriptions.map((one) => one.subscriptionId)).toEqual(['sub-ann-two']);
  expect(await codeOf(describe(cem.userId, ofProductTwo))).toBe('user-not-found');
});

it('the members of an environment are its own', async () => {
  expect(ids(await members('one'))).toEqual([cem.userId, ann.userId]);
  const ofOne = await members('one', { subscriptionId: 'sub-ann-one' });
  expect(ofOne.users.map((one) => one.userSubscriptionRole)).toEqual(['reader', 'root']);
  expect(ids(await members('two', { subscriptionId: 'sub-ann-one' }))).toEqual([]);
  const describe = (userId: string) =>
    handlers.describeEnvironmentUser({ params: { ...place('two'), userId }, query: {}, body: undefined, caller: boss });
  expect((await describe(ann.userId)).subscriptions.map((one) => one.subscriptionId)).toEqual(['sub-ann-two']);
  expect(await codeOf(describe(cem.userId))).toBe('user-not-found');
});

it('organizations are listed in pages, and those of an environment by its subscriptions', async () => {
  const all = (query: object, caller = boss) => handlers.listAllOrganizations({ params: {}, query, body: undefined, caller });
  const orgs = ({ organizations }: { organizations: { orgId: string }[] }) => organizations.map(({ orgId }) => orgId);
  expect(orgs(await all({}))).toEqual([cem.orgId, ben.orgId, ann.orgId]);
  const first = await all({ pageSize: 1 });
  expect(orgs(await all({ pageSize: 5, nextPageToken: first.nextPageToken }))).toEqual([ben.orgId, ann.orgId]);
  expect(orgs(await all({}, ofProductTwo))).toEqual([ben.orgId, ann.orgId]);
  expect(orgs(await all({ hasInvoice: true }))).toEqual([]);
  const active = await handlers.listActiveOrganizations({ params: place('one'), query: {}, body: undefined, caller: boss });
  expect(active).toMatchObject({ organizations: [{ orgId: ann.orgId, email: 'ann@example.com' }], ...place('one') });
  const one = (organizationId: string) =>
    handlers.describeOrganization({ params: { ...place('one'), organizationId }, query: {}, body: undefined, caller: boss });
  expect(await one(ann.orgId)).toMatchObject({ orgName: 'Acme' });
  expect(await codeOf(one(ben.orgId))).toBe('organization-not-found');
});

it('lists below an environment that is not there, or is another’s, say so', async () => {
  const elsewhere = [
    { serviceId: 's-one', environmentId: 'se-none' },
    { serviceId: 's-two', environmentId: 'se-one' },
  ];
  for (const params of elsewhere) {
    expect(await codeOf(handlers.listUsers({ params, query: {}, body: undefined, caller: boss }))).toBe('environment-not-found');
    expect(await codeOf(handlers.listActiveOrganizations({ params, query: {}, body: undefined, caller: boss }))).toBe(
      'environment-not-found',
    );
  }
  const stranger = { ...boss, orgId: 'org-stranger' };
  expect(await codeOf(handlers.listUsers({ params: place('one'), query: {}, body: undefined, caller: stranger }))).toBe(
    'environment-not-found',
  );
});

it('customers are found by words and by whether they get in, and the oldest may come first', async () => {
  expect(ids(await list({ search: 'ACME' }))).toContain(ann.userId);
  expect(ids(await list({ search: 'BEN@example' }))).toEqual([ben.userId]);
  expect(ids(await list({ search: '%' }))).toEqual([]);
  const upwards = ids(await list({ oldestFirst: true }));
  expect(upwards).toEqual(ids(await list({})).toReversed());
  const first = await list({ oldestFirst: true, pageSize: 1 });
  expect(ids(await list({ oldestFirst: true, nextPageToken: first.nextPageToken }))).toEqual(upwards.slice(1));
  expect(await codeOf(list({ nextPageToken: first.nextPageToken }))).toBe('bad-page-token');
  await sql`update users set suspended_at = now(), status = 'NOT_ENABLED' where id = ${ben.userId}`.execute(db);
  expect(ids(await list({ status: ['suspended'] }))).toEqual([ben.userId]);
  expect(ids(await list({ status: ['ACTIVE'] }))).not.toContain(ben.userId);
  expect(await codeOf(list({ status: ['gone'] }))).toBe('unknown-status');
});
