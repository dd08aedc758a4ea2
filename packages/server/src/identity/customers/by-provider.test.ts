import { describe, expect, it } from 'vitest';
import type { Caller } from '@cellplane/api';
import { sql } from '../../database/database.js';
import { answerOnce } from '../../database/idempotency-key.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { SIGNED_IN, testApp } from '../../http/app.testing.js';
import { principalOf } from '../principal.testing.js';
import { PASSWORD, testCustomers } from './customers.testing.js';
import { customerHandlers } from './provider-handlers.js';

const { db } = await testDatabase();
const { handlers, request, letters, tokenTo, customer, signIn, identity, caller: boss, deps } = await testCustomers(db);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const body = (email: string, enableAutoVerification = true) => ({
  email,
  password: PASSWORD,
  name: 'Ada',
  legalCompanyName: 'Acme',
  enableAutoVerification,
});
const create = (email: string, isVerified = true) => handlers.createConsumptionUser(request({ body: body(email, isVerified) }));
const of = (userId: string, caller: Caller = boss) => ({ params: { userId }, query: {}, body: undefined, caller });
const show = (userId: string) => handlers.describeOrgUser(of(userId));

/** One of another provider's people. */
await sql`insert into organizations (id, name) values ('org-other', 'Other')`.execute(db);
await sql`insert into users (id, org_id, email, name, role_type) values ('user-other', 'org-other', 'boss@other.example', 'Other', 'root')`.execute(
  db,
);
const other: Caller = { userId: 'user-other', email: 'boss@other.example', orgId: 'org-other', roleType: 'root' };

describe('a customer that the provider makes', () => {
  it('signs in at once where the address needs no mail', async () => {
    const userId = await create(' Ada@Example.com ');
    expect(await show(userId)).toMatchObject({ userId, email: 'ada@example.com', orgName: 'Acme', status: 'ACTIVE', enabled: true });
    expect(await letters('ada@example.com')).toEqual([]);
    expect(await codeOf(signIn('ada@example.com', PASSWORD))).toBe('done');
    expect(await codeOf(create('ADA@example.com'))).toBe('user-exists');
    expect(await codeOf(create('none'))).toBe('invalid-format');
  });

  it('signs in after the mail that says so, the first or another one', async () => {
    const userId = await create('bea@example.com', false);
    expect(await show(userId)).toMatchObject({ status: 'NOT_ENABLED', enabled: false });
    await handlers.resendVerificationEmail(of(userId));
    expect(await letters('bea@example.com')).toHaveLength(2);
    expect(await codeOf(signIn('bea@example.com', PASSWORD))).toBe('wrong-credentials');
    const token = await tokenTo('bea@example.com', 'CustomerSignUp');
    await handlers.validateToken(request({ body: { email: 'bea@example.com', token } }));
    expect(await codeOf(signIn('bea@example.com', PASSWORD))).toBe('done');
    expect(await codeOf(handlers.resendVerificationEmail(of(userId)))).toBe('already-verified');
  });

  it('signs in once the provider takes the address for confirmed; a token of before is good for nothing', async () => {
    const userId = await create('cat@example.com', false);
    await handlers.resendVerificationEmail(of(userId));
    await handlers.verifyUser(of(userId));
    await handlers.verifyUser(of(userId));
    expect(await codeOf(signIn('cat@example.com', PASSWORD))).toBe('done');
    const token = await tokenTo('cat@example.com', 'CustomerSignUp');
    expect(await codeOf(handlers.validateToken(request({ body: { email: 'cat@example.com', token } })))).toBe('invalid-token');
  });

  it('has no password by that where several sign-ups had different ones', async () => {
    const userId = await create('dan@example.com', false);
    await handlers.customerSignup(request({ body: { email: 'dan@example.com', name: 'Mallory', password: 'of somebody else' } }));
    await handlers.verifyUser(of(userId));
    expect(await codeOf(signIn('dan@example.com', PASSWORD))).toBe('wrong-credentials');
    expect(await codeOf(signIn('dan@example.com', 'of somebody else'))).toBe('wrong-credentials');
  });

  it('is made by one of two at once', async () => {
    const outcomes = await Promise.all([codeOf(create('two@example.com')), codeOf(create('two@example.com'))]);
    expect(outcomes.toSorted()).toEqual(['done', 'user-exists']);
  });

  it('is answered by its bare id again with an Idempotency-Key, also where the first answer was lost', async () => {
    const app = testApp(handlers, {
      identity: { authenticate: async () => principalOf(boss) },
      once: (keyed, handler, answerOf) => answerOnce({ db, hashKey: Buffer.alloc(32, 1) }, keyed, handler, answerOf),
    });
    const post = async () => {
      const headers = { ...SIGNED_IN, 'idempotency-key': 'make-key' };
      const answered = await app.request('/2022-09-01-00/fleet/user', {
        method: 'POST',
        headers,
        body: JSON.stringify(body('key@example.com')),
      });
      return { status: answered.status, body: await answered.json() };
    };
    const first = await post();
    expect(first).toEqual({ status: 200, body: expect.stringMatching(/^user-/) });
    expect(await post()).toEqual(first);
    await sql`update idempotency_keys set answer = null where key = 'make-key'`.execute(db);
    expect(await post()).toEqual(first);
  });
});

describe('a suspended customer', () => {
  it('is out at once, and comes in again when the suspension ends', async () => {
    const { caller, jwtToken } = await customer('sus@example.com');
    await handlers.suspendUser(of(caller.userId));
    await handlers.suspendUser(of(caller.userId));
    expect(await identity.authenticate(jwtToken)).toBeUndefined();
    expect(await codeOf(signIn('sus@example.com', PASSWORD))).toBe('wrong-credentials');
    expect(await show(caller.userId)).toMatchObject({ status: 'NOT_ENABLED', lastModifiedByUserID: boss.userId });
    await handlers.unsuspendUser(of(caller.userId));
    expect(await codeOf(signIn('sus@example.com', PASSWORD))).toBe('done');
  });

  it('who never confirmed the address stays out after it', async () => {
    const userId = await create('unv@example.com', false);
    await handlers.suspendUser(of(userId));
    await handlers.unsuspendUser(of(userId));
    expect(await show(userId)).toMatchObject({ status: 'NOT_ENABLED' });
    await handlers.suspendUser(of(userId));
    await handlers.verifyUser(of(userId));
    expect(await show(userId)).toMatchObject({ status: 'NOT_ENABLED' });
    await handlers.unsuspendUser(of(userId));
    expect(await show(userId)).toMatchObject({ status: 'ACTIVE' });
  });
});

it('attributes are set one by one, and have a limit together', async () => {
  const { caller } = await customer('att@example.com');
  const set = (attributes: Record<string, string>) =>
    codeOf(handlers.updateConsumptionUser(request({ params: { userId: caller.userId }, body: { attributes } })));
  expect([await set({ a: '1', b: '2' }), await set({ b: '3' })]).toEqual(['done', 'done']);
  const long = (from: number) => Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${from + i}`, 'x'.repeat(1_000)]));
  expect([await set(long(0)), await set(long(10))]).toEqual(['done', 'invalid-length']);
  const { attributes } = await show(caller.userId);
  expect(attributes).toMatchObject({ a: '1', b: '3' });
  expect(attributes).not.toHaveProperty('k10');
});

it('a suspension and its end are mailed once each, to an address that is confirmed', async () => {
  const { caller } = await customer('told@example.com');
  for (const change of [handlers.suspendUser, handlers.unsuspendUser]) {
    await Promise.all([change(of(caller.userId)), change(of(caller.userId))]);
    await change(of(caller.userId));
  }
  expect((await letters('told@example.com')).map(({ type, payload }) => ({ type, payload }))).toEqual([
    { type: 'AccountSuspended', payload: { user_name: 'Ada' } },
    { type: 'AccountUnsuspended', payload: { user_name: 'Ada' } },
  ]);
  await sql`update users set verified_at = null where id = ${caller.userId}`.execute(db);
  await handlers.suspendUser(of(caller.userId));
  expect(await letters('told@example.com')).toHaveLength(2);
});

it('an account that counts is told once, whoever has confirmed it', async () => {
  const signedUp = async (userId: string) =>
    (
      await sql<{
        orgId: string;
      }>`select payload->>'orgId' as "orgId" from events where kind = 'user-signed-up' and subject = ${userId}`.execute(db)
    ).rows;
  const { caller } = await customer('count@example.com');
  await sql`update users set verified_at = null, status = 'NOT_ENABLED' where id = ${caller.userId}`.execute(db);
  expect(await signedUp(caller.userId)).toEqual([]);
  await Promise.all([handlers.verifyUser(of(caller.userId)), handlers.verifyUser(of(caller.userId))]);
  expect(await signedUp(caller.userId)).toEqual([{ orgId: caller.orgId }]);
  expect(await signedUp(await create('auto@example.com'))).toHaveLength(1);
  const asked = await create('asked@example.com', false);
  expect(await signedUp(asked)).toEqual([]);
  const token = await tokenTo('asked@example.com', 'CustomerSignUp');
  await handlers.validateToken(request({ body: { email: 'asked@example.com', token } }));
  await handlers.customerResetPassword(request({ body: { email: 'asked@example.com' } }));
  const reset = await tokenTo('asked@example.com', 'ResetPassword');
  await handlers.changePassword(request({ body: { email: 'asked@example.com', token: reset, password: 'another password' } }));
  expect(await signedUp(asked)).toHaveLength(1);
});

describe('a deleted customer', () => {
  it('is gone, and the address is free again', async () => {
    const { caller, jwtToken } = await customer('del@example.com');
    expect(await codeOf(handlers.deleteUser(of(caller.userId)))).toBe('done');
    expect(await codeOf(handlers.deleteUser(of(caller.userId)))).toBe('user-not-found');
    expect(await codeOf(show(caller.userId))).toBe('user-not-found');
    expect(await identity.authenticate(jwtToken)).toBeUndefined();
    expect(await codeOf(create('del@example.com'))).toBe('done');
  });

  it('is refused while there are instances, which the refusal names', async () => {
    const { caller } = await customer('live@example.com');
    const holding = { ...deps, holdings: { ...deps.holdings, holdInstances: async () => ['instance-1'] } };
    const refused = customerHandlers(holding).deleteUser(of(caller.userId));
    await expect(refused).rejects.toMatchObject({ code: 'active-instances', message: expect.stringContaining('instance-1') });
    expect(await show(caller.userId)).toMatchObject({ email: 'live@example.com' });
  });

  it('is refused while there are snapshots, which the refusal names', async () => {
    const { caller } = await customer('kept@example.com');
    const holding = { ...deps, holdings: { ...deps.holdings, snapshots: async () => ['instance-ss-1', 'instance-ss-2'] } };
    await expect(customerHandlers(holding).deleteUser(of(caller.userId))).rejects.toMatchObject({
      code: 'snapshots-left',
      message: 'The account has 2 snapshots: instance-ss-1, instance-ss-2. Delete them first.',
    });
    expect(await show(caller.userId)).toMatchObject({ email: 'kept@example.com' });
  });
});

it("customers of another provider, and a provider's own people, look not-found and stay as they are", async () => {
  const { caller } = await customer('mine@example.com');
  const before = await show(caller.userId);
  const calls = ['describeOrgUser', 'deleteUser', 'suspendUser', 'unsuspendUser', 'resendVerificationEmail', 'verifyUser'] as const;
  for (const [userId, by] of [
    [caller.userId, other],
    [boss.userId, boss],
    [boss.userId, other],
    ['user-none', boss],
  ] as const) {
    for (const call of calls) expect([call, await codeOf(handlers[call](of(userId, by)))]).toEqual([call, 'user-not-found']);
    const patch = handlers.updateConsumptionUser(request({ params: { userId }, caller: by, body: { attributes: { a: '1' } } }));
    expect(await codeOf(patch)).toBe('user-not-found');
  }
  expect(await show(caller.userId)).toEqual(before);
  expect(await handlers.listAllUsers(request({ query: {}, caller: other }))).toEqual({ users: [] });
  expect(await handlers.listAllOrganizations(request({ caller: other }))).toEqual({ organizations: [] });
});
