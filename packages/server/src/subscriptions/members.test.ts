import type { Caller, SubscriptionRole } from '@cellplane/api';
import { beforeEach, expect, it } from 'vitest';
import { planPlace } from '../catalog/catalog.js';
import { createSealer } from '../secrets/envelope.js';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { createIdentity } from '../identity/identity.js';
import { beginSession } from '../identity/session.js';
import { deriveSigningKey } from '../identity/token.js';
import { asNow, testCustomer } from './customer.testing.js';
import { sweepInvitations } from './invitation-store.js';
import { testOutbox } from './letters.testing.js';
import { memberHandlers } from './member-handlers.js';
import { invite as inviteMember, removeMember, takeUp, takeUpInvitations } from './members.js';
import { defaultSubscription } from './subscription.js';

const { db } = await testDatabase({ poolSize: 12 });
const { caller: provider, handlers: catalog } = await testCatalog(db);
const mailing = { db, outbox: testOutbox(db).outbox };
const handlers = memberHandlers(mailing);
const identity = createIdentity({
  db,
  sealing: createSealer(Buffer.alloc(32, 7)),
  signingKey: deriveSigningKey(Buffer.alloc(32, 7)),
  onSession: takeUp,
});
const body = { name: 'S', environment: 'Prod', environmentType: 'PROD', fileContent: base64(testSpec()), release: true };
const built = await catalog.buildServicePlanSpec({ params: {}, query: {}, body: { ...body, releaseAsPreferred: true }, caller: provider });
const place = await planPlace(db, provider.orgId, built.productTierID);

let turn = 0;
let anna: Caller;
let bert: Caller;
let id = '';
/** Anna has a subscription, and Bert none. */
beforeEach(async () => {
  turn += 1;
  anna = await testCustomer(db, { name: `anna${turn}`, provider, plans: [place.planId] });
  bert = await testCustomer(db, { name: `bert${turn}`, provider });
  id = `sub-anna${turn}0`;
});

/** A person of this role in Anna's subscription. */
async function member(name: string, role: SubscriptionRole): Promise<Caller> {
  const person = await testCustomer(db, { name: `${name}${turn}`, provider });
  await sql`insert into subscription_members (subscription_id, user_id, role_type) values (${id}, ${person.userId}, ${role})`.execute(db);
  return asNow(db, person);
}
const request = <B>(caller: Caller | undefined, body: B, query = {}) => ({
  params: { subscriptionId: id },
  query,
  body,
  caller: caller as Caller,
});
const invite = (caller: Caller | undefined, email: string, roleType = 'reader') =>
  handlers.inviteSubscriptionMember(request(caller, { email, roleType }));
const remove = (caller: Caller | undefined, email: string, roleType = '') =>
  handlers.removeSubscriptionMember(request(caller, { email, roleType }));
const members = async (caller: Caller | undefined) =>
  (await handlers.listSubscriptionMembers(request(caller, undefined))).subscriptionUsers.map(({ email, roleType, userId, name }) => [
    email,
    roleType,
    userId,
    name,
  ]);
const told = async () =>
  (await sql<{ kind: string }>`select kind from events where subject = ${id} order by id`.execute(db)).rows.map(({ kind }) => kind);
const signIn = (userId: string) => beginSession(identity, async () => ({ userId }));

it('an invitation looks the same whether or not somebody has the address, until that person signs in', async () => {
  await invite(anna, ` Bert${turn}@Example.com `, 'EDITOR');
  await invite(anna, 'nobody@example.com', 'editor');
  expect((await members(anna)).slice(1)).toEqual([
    [`bert${turn}@example.com`, 'editor', '', ''],
    ['nobody@example.com', 'editor', '', ''],
  ]);
  expect((await asNow(db, bert)).subscriptions).toEqual([]);
  await signIn(bert.userId);
  expect((await asNow(db, bert)).subscriptions).toEqual([id]);
  expect(await members(await asNow(db, bert))).toEqual([
    [anna?.email, 'root', anna?.userId, `anna${turn}`],
    [bert?.email, 'editor', bert?.userId, `bert${turn}`],
    ['nobody@example.com', 'editor', '', ''],
  ]);
  expect(await told()).toEqual(['member-invited', 'member-invited', 'member-joined']);
});

it('somebody who signs up later becomes a member with their first session; of two at once one is enough', async () => {
  await invite(anna, `late${turn}@example.com`, 'admin');
  const late = await testCustomer(db, { name: `late${turn}`, provider });
  await Promise.all([signIn(late.userId), signIn(late.userId), takeUpInvitations(db, late.userId)]);
  expect((await asNow(db, late)).subscriptions).toEqual([id]);
  expect(await told()).toEqual(['member-invited', 'member-joined']);
});

it('of an invitation that is taken up and taken back, or made anew, at once, one comes after the other', async () => {
  for (let time = 0; time < 10; time += 1) {
    const late = await testCustomer(db, { name: `late${turn}x${time}`, provider });
    await invite(anna, late.email, 'reader');
    const tries = await Promise.allSettled([
      signIn(late.userId),
      time % 2 === 0 ? remove(anna, late.email) : invite(anna, late.email, 'editor'),
      takeUpInvitations(db, late.userId),
    ]);
    expect(tries.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    const found = (await members(anna)).find(([email]) => email === late.email);
    expect(found?.[1]).toBe(time % 2 === 0 ? undefined : 'editor');
  }
});

it('an invitation is for customers of the same provider who have shown that the address is theirs, and for a while', async () => {
  await invite(anna, `bert${turn}@example.com`);
  await sql`update users set verified_at = null where id = ${bert?.userId ?? ''}`.execute(db);
  await takeUpInvitations(db, bert?.userId ?? '');
  await sql`update users set verified_at = now() where id = ${bert?.userId ?? ''}`.execute(db);
  expect((await asNow(db, bert)).subscriptions).toEqual([]);
  await sql`update subscription_invitations set expires_at = now() where subscription_id = ${id}`.execute(db);
  expect(await members(anna)).toHaveLength(1);
  await takeUpInvitations(db, bert?.userId ?? '');
  expect((await asNow(db, bert)).subscriptions).toEqual([]);
});

it('invitations that are over are removed a part at a time, and no others', async () => {
  await sql`delete from subscription_invitations`.execute(db);
  for (const name of ['a', 'b', 'c', 'd']) await invite(anna, `${name}${turn}@example.com`);
  await sql`update subscription_invitations set expires_at = now() - interval '1 day' where email < 'd'`.execute(db);
  const swept = await Promise.all([sweepInvitations(db, 2), sweepInvitations(db, 2)]);
  expect([...swept, await sweepInvitations(db, 2), await sweepInvitations(db, 2)].reduce((sum, one) => sum + one, 0)).toBe(3);
  expect((await members(anna)).map(([email]) => email)).toEqual([anna.email, `d${turn}@example.com`]);
  await invite(anna, `a${turn}@example.com`);
  expect(await members(anna)).toHaveLength(3);
});

it('roots are made and removed by roots and by the provider; whoever has the subscription stays', async () => {
  const admin = await member('admin', 'admin');
  const second = await member('second', 'root');
  const rootOnly = { kind: 'forbidden', code: 'root-only' };
  await expect(invite(admin, 'x@example.com', 'root')).rejects.toMatchObject(rootOnly);
  await expect(invite(admin, second.email, 'reader')).rejects.toMatchObject(rootOnly);
  await expect(remove(admin, second.email)).rejects.toMatchObject(rootOnly);
  for (const caller of [anna, second, admin, provider]) {
    await expect(remove(caller, anna?.email ?? '')).rejects.toMatchObject({ kind: 'invalid_state', code: 'root-stays' });
    await expect(invite(caller, anna?.email ?? '', 'reader')).rejects.toMatchObject({ code: 'root-stays' });
  }
  await invite(provider, second.email, 'editor');
  await invite(provider, second.email, 'editor');
  await remove(anna, second.email, 'editor');
  expect(await told()).toEqual(['member-changed', 'member-removed']);
});

it('an API key makes and removes no root, not even one of a root; nor does an admin take a root’s invitation', async () => {
  const second = await member('second', 'root');
  const admin = await member('admin', 'admin');
  await invite(anna, 'boss@example.com', 'root');
  const byKey = { ...anna, apiKeyId: 'apikey-1', roleType: 'admin' };
  for (const caller of [byKey, admin]) {
    await expect(invite(caller, 'x@example.com', 'root')).rejects.toMatchObject({ code: 'root-only' });
    await expect(invite(caller, second.email, 'reader')).rejects.toMatchObject({ code: 'root-only' });
    await expect(remove(caller, second.email)).rejects.toMatchObject({ code: 'root-only' });
    await expect(invite(caller, 'boss@example.com', 'reader')).rejects.toMatchObject({ code: 'root-only' });
    await expect(remove(caller, 'boss@example.com')).rejects.toMatchObject({ code: 'root-only' });
  }
  await invite(byKey, 'x@example.com', 'editor');
});

it('whoever has lost the role while their request waited changes nothing', async () => {
  const admin = await member('admin', 'admin');
  const change = { subscriptionId: id, email: 'x@example.com', roleType: 'reader' };
  await sql`update subscription_members set role_type = 'editor' where user_id = ${admin.userId}`.execute(db);
  await expect(inviteMember(mailing, admin, change)).rejects.toMatchObject({ kind: 'forbidden' });
  await sql`delete from subscription_members where user_id = ${admin.userId}`.execute(db);
  await expect(inviteMember(mailing, admin, change)).rejects.toMatchObject({ kind: 'not_found' });
  await expect(removeMember(mailing, admin, change)).rejects.toMatchObject({ kind: 'not_found' });
});

it('whoever is removed sees nothing in their next request; an invitation is taken back alike', async () => {
  const reader = await member('reader', 'reader');
  const { jwtToken } = (await signIn(reader.userId)) ?? { jwtToken: '' };
  const before = await identity.authenticate(jwtToken);
  expect(before?.memberships).toEqual([{ subscriptionId: id, role: 'reader' }]);
  await expect(remove(anna, reader.email, 'admin')).rejects.toMatchObject({ code: 'role-differs' });
  await remove(anna, reader.email, 'reader');
  const after = await identity.authenticate(jwtToken);
  expect(after?.memberships).toEqual([]);
  expect(after?.session.reach).not.toBe(before?.session.reach);
  const { open } = await identity.openSessions([before?.session.id ?? '']);
  expect([...open.values()]).toEqual([after?.session.reach]);
  await expect(remove(anna, reader.email)).rejects.toMatchObject({ kind: 'not_found' });
  await invite(anna, 'nobody@example.com');
  await remove(anna, 'nobody@example.com', 'reader');
  expect(await members(anna)).toHaveLength(1);
});

it('members of subscriptions of others are not found; what is no role, and no address, is named', async () => {
  await expect(members(bert)).rejects.toMatchObject({ kind: 'not_found' });
  await expect(invite(bert, 'x@example.com')).rejects.toMatchObject({ kind: 'not_found' });
  await expect(remove(bert, anna?.email ?? '')).rejects.toMatchObject({ kind: 'not_found' });
  // A role for another product tells no more than that there is none.
  const code = 'subscription-not-found';
  await expect(invite({ ...provider, products: ['s-other'] }, 'x@example.com')).rejects.toMatchObject({ kind: 'not_found', code });
  await expect(invite(anna, 'x@example.com', 'owner')).rejects.toMatchObject({ details: [{ field: 'roleType' }] });
  for (const address of ['x', 'а@example.com', 'a@b@c', 'a@example.com\n<b'])
    await expect(invite(anna, address)).rejects.toMatchObject({ details: [{ field: 'email' }] });
  expect((await handlers.listAllSubscriptionMembers(request(bert, undefined))).subscriptionUsers).toEqual([]);
  expect((await handlers.listAllSubscriptionMembers(request(anna, undefined))).subscriptionUsers).toHaveLength(1);
  expect((await handlers.listAllSubscriptionMembers(request(anna, undefined, { environmentType: 'DEV' }))).subscriptionUsers).toEqual([]);
});

it('the provider’s own subscription has no members beside its people', async () => {
  ({ id } = await transaction(db, (tx) => defaultSubscription(tx, { place, userId: provider.userId })));
  await expect(invite(provider, 'x@example.com')).rejects.toMatchObject({ code: 'default-subscription' });
});
