import { describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { identityHandlers } from '../handlers.js';
import { PASSWORD, testCustomers } from './customers.testing.js';
import { countRequest } from './limits.js';
import { removePerson } from '../people/people-store.js';

const { db } = await testDatabase();
const { handlers, request, letters, tokenTo, customer, signIn, identity, caller: boss, provider, deps } = await testCustomers(db);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

describe('a forgotten password', () => {
  it('is replaced by the token that was mailed, once, and ends all sessions', async () => {
    const { jwtToken } = await customer('eva@example.com');
    await handlers.customerResetPassword(request({ body: { email: 'EVA@example.com' } }));
    const token = await tokenTo('eva@example.com', 'ResetPassword');
    const change = (email: string, password: string) => codeOf(handlers.changePassword(request({ body: { email, token, password } })));
    expect(await change('eva@example.com', 'short')).toBe('invalid-length');
    expect(await change('else@example.com', 'another password')).toBe('invalid-token');
    const outcomes = await Promise.all([change('eva@example.com', 'another password'), change('eva@example.com', 'another password')]);
    expect(outcomes.toSorted()).toEqual(['done', 'invalid-token']);
    expect(await identity.authenticate(jwtToken)).toBeUndefined();
    expect(await codeOf(signIn('eva@example.com', 'a long password'))).toBe('wrong-credentials');
    expect(await codeOf(signIn('eva@example.com', 'another password'))).toBe('done');
  });

  it('of an address that nobody has is answered the same, by the same rows, and mailed to nobody', async () => {
    const rowsAfter = async (email: string) => {
      const count = async () =>
        (
          await sql<{
            mails: number;
            tokens: number;
          }>`select (select count(*)::int from mails) as mails, (select count(*)::int from user_tokens) as tokens`.execute(db)
        ).rows[0] ?? { mails: 0, tokens: 0 };
      const before = await count();
      await handlers.customerResetPassword(request({ body: { email } }));
      const after = await count();
      return { mails: after.mails - before.mails, tokens: after.tokens - before.tokens };
    };
    expect(await rowsAfter('nobody@example.com')).toEqual(await rowsAfter('eva@example.com'));
    expect(await letters('nobody@example.com')).toMatchObject([{ type: 'ResetPassword', status: 'WITHHELD' }]);
    const token = await tokenTo('nobody@example.com', 'ResetPassword');
    expect(
      await codeOf(handlers.changePassword(request({ body: { email: 'nobody@example.com', token, password: 'a long password' } }))),
    ).toBe('invalid-token');
  });

  it("of the provider's own people is reset without a session; that mail is no customer's", async () => {
    await handlers.resetPassword(request({ body: { email: provider.email } }));
    const token = await tokenTo(provider.email, 'ResetPassword');
    const { rows } = await sql`select 1 from mails where recipient = ${provider.email} and audience = 'provider'`.execute(db);
    expect(rows).toHaveLength(1);
    await handlers.changePassword(request({ body: { email: provider.email, token, password: 'a new password' } }));
    expect(await codeOf(signIn(provider.email, 'a new password', 'DEV'))).toBe('done');
  });

  it('is not replaced while the user is suspended', async () => {
    await customer('sus@example.com');
    await sql`update users set suspended_at = now(), status = 'NOT_ENABLED' where email = 'sus@example.com'`.execute(db);
    await handlers.customerResetPassword(request({ body: { email: 'sus@example.com' } }));
    expect((await letters('sus@example.com')).at(-1)).toMatchObject({ type: 'ResetPassword', status: 'WITHHELD' });
    expect(await codeOf(signIn('sus@example.com', 'a long password'))).toBe('wrong-credentials');
  });
});

describe('a page of somebody who is not signed in', () => {
  it('is told the name and policies of the provider, and who may make an account', async () => {
    expect(await handlers.describeSignIn(request())).toMatchObject({ signUp: 'open', privacyPolicy: '' });
    const change = { orgName: 'Acme Clouds', orgTermsOfUse: 'https://acme.example/terms', orgSupportEmail: 'help@acme.example' };
    await handlers.updateUser(request({ params: { id: boss.userId }, body: change, caller: boss }));
    expect(await handlers.describeSignIn(request())).toMatchObject({
      providerName: 'Acme Clouds',
      privacyPolicy: '',
      termsOfUse: 'https://acme.example/terms',
      supportEmail: 'help@acme.example',
    });
  });
});

describe('somebody whom the provider has removed from its people', () => {
  it('gets no mail that sets a password, and none that went out before brings them back', async () => {
    await sql`insert into users (id, org_id, email, name, role_type, verified_at)
      values ('user-ex', ${boss.orgId}, 'ex@provider.example', 'Ex', 'root', now())`.execute(db);
    await handlers.resetPassword(request({ body: { email: 'ex@provider.example' } }));
    const before = await tokenTo('ex@provider.example', 'ResetPassword');
    await transaction(db, (tx) => removePerson(tx, 'user-ex', boss.userId));
    await handlers.resetPassword(request({ body: { email: 'ex@provider.example' } }));
    expect((await letters('ex@provider.example')).at(-1)).toMatchObject({ type: 'ResetPassword', status: 'WITHHELD' });
    for (const token of [before, await tokenTo('ex@provider.example', 'ResetPassword')])
      expect(await codeOf(handlers.changePassword(request({ body: { email: 'ex@provider.example', token, password: PASSWORD } })))).toBe(
        'invalid-token',
      );
    expect(await codeOf(signIn('ex@provider.example', PASSWORD, 'DEV'))).toBe('wrong-credentials');
    const { rows } = await sql`select status, password_hash from users where id = 'user-ex'`.execute(db);
    expect(rows).toEqual([{ status: 'NOT_ENABLED', password_hash: '' }]);
  });

  it('may be a customer with the same address, and signs in and forgets a password as one', async () => {
    await customer('ex@provider.example');
    expect(await codeOf(identityHandlers(deps).signin(request({ body: { email: 'ex@provider.example', password: PASSWORD } })))).toBe(
      'done',
    );
    await handlers.resetPassword(request({ body: { email: 'ex@provider.example' } }));
    expect((await letters('ex@provider.example')).at(-1)).toMatchObject({ type: 'ResetPassword', status: 'WAITING' });
  });
});

describe('the own password', () => {
  it('is changed by who knows it, and ends all sessions', async () => {
    const { caller, jwtToken } = await customer('own@example.com');
    const change = (currentPassword: string, password: string) =>
      codeOf(handlers.updatePassword(request({ caller, body: { currentPassword, password } })));
    expect(await change('wrong', 'a better password')).toBe('wrong-password');
    expect(await change('a long password', 'short')).toBe('invalid-length');
    expect(await change('a long password', 'a better password')).toBe('done');
    expect(await identity.authenticate(jwtToken)).toBeUndefined();
    expect(await codeOf(signIn('own@example.com', 'a better password'))).toBe('done');
  });

  it('is changed by one of two at once', async () => {
    const { caller } = await customer('two@example.com');
    const change = (password: string) =>
      codeOf(handlers.updatePassword(request({ caller, body: { currentPassword: 'a long password', password } })));
    const outcomes = await Promise.all([change('the first password'), change('the second password')]);
    expect(outcomes.toSorted()).toEqual(['done', 'wrong-password']);
  });

  it('is guessed ten times a minute at most', async () => {
    const { caller } = await customer('guess@example.com');
    for (let turn = 0; turn < 10; turn += 1) await countRequest(deps, { address: 'unknown' }, 'update-password', caller.userId);
    const body = { currentPassword: PASSWORD, password: 'a better password' };
    expect(await codeOf(handlers.updatePassword(request({ caller, body })))).toBe('too-many-requests');
  });
});

describe('GET /user and PATCH /user/{id}', () => {
  it("show and change one's own profile and organization", async () => {
    const { caller } = await customer('pat@example.com');
    const change = (id: string, body: object) => codeOf(handlers.updateUser(request({ caller, params: { id }, body })));
    expect(
      await change(caller.userId, { name: 'Pat', orgName: 'Pat & Co', orgURL: 'https://pat.example', attributes: { affiliateCode: 'x1' } }),
    ).toBe('done');
    expect(await change(caller.userId, { attributes: { team: 'blue' } })).toBe('done');
    const user = await handlers.describeUser(request({ caller }));
    expect(user).toMatchObject({
      name: 'Pat',
      orgName: 'Pat & Co',
      orgURL: 'https://pat.example',
      attributes: { affiliateCode: 'x1', team: 'blue' },
    });
    expect(user).not.toHaveProperty('orgLogoURL');
    expect(await change(boss.userId, { name: 'Mallory' })).toBe('user-not-found');
    expect(await change(caller.userId, { orgLogoURL: 'https://x.example/y.png' })).toBe('provider-only');
    expect(await change(caller.userId, { orgURL: 'javascript:alert(1)' })).toBe('invalid-format');
  });

  it('keep no more than 16 KiB of attributes, however many requests send them', async () => {
    const { caller } = await customer('long@example.com');
    const change = (attributes: Record<string, string>) =>
      codeOf(handlers.updateUser(request({ caller, params: { id: caller.userId }, body: { attributes } })));
    expect(await change({ a: 'x'.repeat(9_000) })).toBe('done');
    expect(await change({ b: 'x'.repeat(9_000) })).toBe('invalid-length');
    expect(await change({ a: '', b: 'x'.repeat(9_000) })).toBe('done');
    const body = {
      email: 'longer@example.com',
      password: PASSWORD,
      name: 'Long',
      attributes: { a: 'x'.repeat(9_000), b: 'x'.repeat(9_000) },
    };
    expect(await codeOf(handlers.signUpHere(request({ body })))).toBe('invalid-length');
  });

  it('are not changed with an API key that only reads', async () => {
    const { caller } = await customer('key@example.com');
    const change = (roleType: string) =>
      codeOf(
        handlers.updateUser(
          request({ caller: { ...caller, apiKeyId: 'apikey-1', roleType }, params: { id: caller.userId }, body: { name: 'Kay' } }),
        ),
      );
    expect(await change('reader')).toBe('role-not-allowed');
    expect(await change('editor')).toBe('done');
  });

  it("give the provider's branding to the provider's people; an editor does not change it, and may send it back", async () => {
    const branding = { orgLogoURL: 'https://p.example/logo.png', orgSupportEmail: 'help@p.example', orgTermsOfUse: '<p>Terms</p>' };
    await handlers.updateUser(request({ params: { id: boss.userId }, body: { ...branding, orgName: 'Provider Inc' } }));
    expect(await handlers.describeUser(request())).toMatchObject({
      ...branding,
      orgPrivacyPolicy: '',
      orgCookiePolicy: '',
      orgFavIconURL: '',
      orgName: 'Provider Inc',
    });
    await sql`insert into users (id, org_id, email, name, role_type) values ('user-ed', ${boss.orgId}, 'ed@provider.example', 'Ed', 'editor')`.execute(
      db,
    );
    const editor = { ...boss, userId: 'user-ed', roleType: 'editor' };
    const change = (body: object) => codeOf(handlers.updateUser(request({ caller: editor, params: { id: 'user-ed' }, body })));
    expect(await change({ name: 'Edda', ...branding, orgName: 'Provider Inc' })).toBe('done');
    expect(await change({ orgName: 'Edda Inc' })).toBe('role-not-allowed');
    expect(await change({ orgDisablePasswordLogin: true })).toBe('password-sign-in-needed');
  });
});

it('a log-out ends the session, and this one only', async () => {
  const first = await customer('out@example.com');
  const second = await signIn('out@example.com', 'a long password');
  await handlers.logout(request({ caller: first.caller }));
  expect(await identity.authenticate(first.jwtToken)).toBeUndefined();
  expect(await identity.authenticate(second.jwtToken)).toBeDefined();
});

describe('an account that goes', () => {
  it('is refused while there are instances, and names them; then it is gone, with its subscriptions, mails and ways in', async () => {
    const { caller, jwtToken } = await customer('gone@example.com');
    // Without the catalogue's rows behind them.
    await transaction(db, async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx);
      await sql`insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id)
        values ('sub-gone', ${caller.orgId}, ${boss.orgId}, 'pt-1', ${caller.userId})`.execute(tx);
      await sql`insert into subscription_members (subscription_id, user_id, role_type) values ('sub-gone', ${caller.userId}, 'root')`.execute(
        tx,
      );
      await sql`insert into instances (id, provider_org_id, org_id, subscription_id, service_id, environment_id, environment_type, plan_id,
          plan_version, resource_id, resource_key, cell_id, cloud_provider, region, network_type, namespace, status, parameters,
          launch_parameters, sealed_parameters, sealed_seed, created_by)
        values ('instance-1', ${boss.orgId}, ${caller.orgId}, 'sub-gone', 's', 'se', 'PROD', 'pt-1', '1.0', 'r', 'db', 'hc', 'aws', 'x',
          'PUBLIC', 'ns', 'RUNNING', '{}', '{}', '', '', 'x')`.execute(tx);
    });
    await handlers.customerResetPassword(request({ body: { email: 'gone@example.com' } }));
    await expect(handlers.customerDeleteUser(request({ caller }))).rejects.toMatchObject({
      code: 'active-instances',
      message: 'The account has 1 active instance: instance-1. Delete it first.',
    });
    expect(await identity.authenticate(jwtToken)).toBeDefined();
    await sql`update instances set deleted_at = now(), status = 'DELETED'`.execute(db);
    await handlers.customerDeleteUser(request({ caller }));
    expect(await identity.authenticate(jwtToken)).toBeUndefined();
    expect(await letters('gone@example.com')).toEqual([]);
    const { rows } =
      await sql`select s.status, u.email, o.name, (select count(*)::int from subscription_members where user_id = u.id) as members
      from subscriptions s join users u on u.id = s.root_user_id join organizations o on o.id = u.org_id where s.id = 'sub-gone'`.execute(
        db,
      );
    expect(rows).toEqual([
      { status: 'TERMINATED', email: `deleted-${caller.userId}@deleted.invalid`, name: 'Deleted organization', members: 0 },
    ]);
    expect(await codeOf(handlers.customerDeleteUser(request({ caller })))).toBe('user-not-found');
    expect((await customer('gone@example.com')).caller.userId).not.toBe(caller.userId);
  });

  it("is never one of the provider's own people", async () => {
    expect(await codeOf(handlers.customerDeleteUser(request()))).toBe('customer-only');
  });
});
