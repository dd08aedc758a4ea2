import type { Caller, ProviderRole } from '@cellplane/api';
import { beforeEach, expect, it } from 'vitest';
import { planPlace } from '../catalog/catalog.js';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { customerSubscriptionHandlers } from './customer-handlers.js';
import { testCustomer } from './customer.testing.js';
import { subscriptionHandlers } from './handlers.js';
import { mailHolder } from './letters.js';
import { testOutbox } from './letters.testing.js';
import { memberHandlers } from './member-handlers.js';

const { db } = await testDatabase({ poolSize: 12 });
const { caller: provider, handlers: catalog } = await testCatalog(db);
const { outbox, lettersTo } = testOutbox(db);
const deps = { db, outbox, holdings: { instances: async () => [], snapshots: async () => [] } };
const handlers = { ...customerSubscriptionHandlers(deps), ...subscriptionHandlers(deps), ...memberHandlers(deps) };
const body = { name: 'Shop', environment: 'Stage One', environmentType: 'STAGING', fileContent: base64(testSpec()), release: true };
const built = await catalog.buildServicePlanSpec({ params: {}, query: {}, body: { ...body, releaseAsPreferred: true }, caller: provider });
const { serviceId, environmentId, planId, planName } = await planPlace(db, provider.orgId, built.productTierID);
await sql`update environments set auto_approve_subscription = false, visibility = 'PUBLIC' where id = ${environmentId}`.execute(db);

let turn = 0;
let anna: Caller;
beforeEach(async () => {
  turn += 1;
  anna = await testCustomer(db, { name: `anna${turn}`, provider });
});

const at = <B>(id: string, given: B, caller = provider) => ({ params: { serviceId, environmentId, id }, query: {}, body: given, caller });
const ask = (caller = anna) =>
  handlers.customerRequestSubscription({ params: {}, query: {}, body: { serviceId, productTierId: planId }, caller });
const subscribedBy = async (name: string) => {
  const { userId } = await testCustomer(db, { name, provider });
  return handlers.createSubscription(at('', { productTierId: planId, onBehalfOfCustomerUserId: userId }));
};
const subscribed = async () =>
  (await handlers.createSubscription(at('', { productTierId: planId, onBehalfOfCustomerUserId: anna.userId }))).id;
const typesTo = async (recipient: string) => (await lettersTo(recipient)).map(({ type }) => type);

/** One of the provider's people. */
async function person(roleType: ProviderRole, products: string[] = []): Promise<string> {
  const id = `user-${roleType}${turn}${products.length}`;
  await sql`insert into users (id, org_id, email, name, role_type) values (${id}, ${provider.orgId}, ${`${id}@example.com`}, 'P', ${roleType})`.execute(
    db,
  );
  for (const product of products)
    await sql`insert into user_product_roles (user_id, service_id, role_type) values (${id}, ${product}, ${roleType})`.execute(db);
  return `${id}@example.com`;
}

it('an approval, a denial, a suspension, a resumption and an end are each mailed once, however often they are asked for', async () => {
  const first = await ask();
  const approve = () => handlers.approveSubscriptionRequest(at(first, {}));
  await Promise.all([approve(), approve()]);
  await approve();
  const { subscriptionId = '' } = await handlers.describeSubscriptionRequest(at(first, undefined));
  for (const change of [handlers.suspendSubscription, handlers.resumeSubscription, handlers.terminateSubscription]) {
    await Promise.all([change(at(subscriptionId, undefined)), change(at(subscriptionId, undefined))]);
    // What has ended is not changed any more; all else is no error.
    await change(at(subscriptionId, undefined));
  }
  const second = await ask();
  for (let again = 0; again < 2; again += 1) await handlers.denySubscriptionRequest(at(second, {}));
  const letters = await lettersTo(anna.email);
  expect(letters.map(({ type }) => type)).toEqual([
    'ApproveSubscriptionRequest',
    'SuspendSubscription',
    'ResumeSubscription',
    'TerminateSubscription',
    'DenySubscriptionRequest',
  ]);
  for (const { payload } of letters)
    expect(payload).toEqual({ service_name: 'Shop', product_tier_name: planName, org_name: `anna${turn}` });
  // A portal reads those of its own environment.
  const { rows } = await sql`select distinct environment_type as type, user_id as "userId", audience from mails
    where recipient = ${anna.email}`.execute(db);
  expect(rows).toEqual([{ type: 'STAGING', userId: anna.userId, audience: 'customer' }]);
});

it('an end that is refused is mailed to nobody, and what is rolled back is, too', async () => {
  const id = await subscribed();
  const full = subscriptionHandlers({ ...deps, holdings: { ...deps.holdings, instances: async () => ['instance-1'] } });
  await expect(full.terminateSubscription(at(id, undefined))).rejects.toMatchObject({ code: 'subscription-has-instances' });
  await expect(
    transaction(db, async (tx) => {
      await mailHolder(tx, outbox, 'SuspendSubscription', { providerOrgId: provider.orgId, planId, userId: anna.userId });
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  expect(await lettersTo(anna.email)).toEqual([]);
});

it('nothing is mailed to an address that is not confirmed', async () => {
  const id = await subscribed();
  await sql`update users set verified_at = null where id = ${anna.userId}`.execute(db);
  await handlers.suspendSubscription(at(id, undefined));
  expect(await lettersTo(anna.email)).toEqual([]);
});

it('a request is mailed once to those of the provider who may answer it, and to nobody else', async () => {
  const told = [await person('admin'), await person('editor'), await person('service_editor', [serviceId])];
  const untold = [await person('reader'), await person('service_editor'), await person('service_operator', [serviceId])];
  const gone = await person('root');
  await sql`update users set status = 'NOT_ENABLED', removed_at = now() where email = ${gone}`.execute(db);
  const id = await ask();
  expect(await ask()).toBe(id);
  for (const address of told) {
    expect(await lettersTo(address)).toEqual([
      {
        type: 'SubscriptionRequested',
        payload: {
          service_name: 'Shop',
          product_tier_name: planName,
          org_name: `anna${turn}`,
          user_name: `anna${turn}`,
          environment_name: 'Stage One',
          request_id: id,
        },
      },
    ]);
  }
  for (const address of [...untold, gone, anna.email]) expect([address, await typesTo(address)]).toEqual([address, []]);
});

it('an invited address gets one mail while the invitation is good, whether or not somebody has it; a removed member gets one', async () => {
  const id = await subscribed();
  const bert = await testCustomer(db, { name: `bert${turn}`, provider });
  const about = (email: string, roleType: string) => ({
    params: { subscriptionId: id },
    query: {},
    body: { email, roleType },
    caller: provider,
  });
  const nobody = `nobody${turn}@example.com`;
  const invite = (email: string, role: string) => handlers.inviteSubscriptionMember(about(email, role));
  await Promise.all([invite(nobody, 'reader'), invite(nobody, 'reader')]);
  await invite(nobody.toUpperCase(), 'editor');
  await invite(bert.email, 'reader');
  const name = (await sql<{ name: string }>`select name from users where id = ${provider.userId}`.execute(db)).rows[0]?.name;
  const invited = (hasAccount: boolean) => ({
    type: 'InviteUser',
    payload: { inviting_user_name: name, service_name: 'Shop', is_user_enabled: hasAccount },
  });
  expect(await lettersTo(nobody)).toEqual([invited(false)]);
  expect(await lettersTo(bert.email)).toEqual([invited(true)]);
  await sql`update subscription_invitations set expires_at = now() where email = ${nobody}`.execute(db);
  await invite(nobody, 'reader');
  expect(await typesTo(nobody)).toEqual(['InviteUser', 'InviteUser']);
  await sql`insert into subscription_members (subscription_id, user_id, role_type) values (${id}, ${bert.userId}, 'reader')`.execute(db);
  await handlers.removeSubscriptionMember(about(bert.email, 'reader'));
  await expect(handlers.removeSubscriptionMember(about(nobody, 'editor'))).rejects.toMatchObject({ code: 'role-differs' });
  expect(await typesTo(bert.email)).toEqual(['InviteUser', 'RevokeUserRole']);
});

it('an invitation that is taken back before its mail goes out is mailed to nobody; another one of the address is', async () => {
  const [id, other] = [await subscribed(), (await subscribedBy(`ben${turn}`)).id];
  const email = `late${turn}@example.com`;
  const about = (subscriptionId: string) => ({
    params: { subscriptionId },
    query: {},
    body: { email, roleType: 'reader' },
    caller: provider,
  });
  const statuses = async () =>
    (await sql<{ status: string }>`select status from mails where recipient = ${email} order by created_at, id`.execute(db)).rows.map(
      ({ status }) => status,
    );
  await handlers.inviteSubscriptionMember(about(id));
  await handlers.inviteSubscriptionMember(about(other));
  await handlers.removeSubscriptionMember(about(id));
  expect(await statuses()).toEqual(['WITHDRAWN', 'WAITING']);
  await handlers.inviteSubscriptionMember(about(id));
  expect(await statuses()).toEqual(['WITHDRAWN', 'WAITING', 'WAITING']);
});
