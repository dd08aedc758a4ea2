import { describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { signIn as signInAnywhere } from '../sign-in.js';
import { testCustomers } from './customers.testing.js';
import { accountHandlers } from './handlers.js';
import { sweepSignIns } from '../sweep.js';

const { db } = await testDatabase();
const kit = await testCustomers(db);
const { handlers, request, letters, tokenTo, signUpBody, customer, signIn, deps } = kit;

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const signUp = (email: string, password?: string) => handlers.customerSignup(request({ body: signUpBody(email, password) }));
const verify = (email: string, token: string) => handlers.validateToken(request({ body: { email, token } }));

describe('a sign-up', () => {
  it('makes an account that counts once the address is confirmed', async () => {
    await signUp(' Ada@Example.com ');
    expect(await codeOf(signIn('ada@example.com', 'a long password'))).toBe('wrong-credentials');
    const [letter] = await letters('ada@example.com');
    expect(letter).toMatchObject({ type: 'CustomerSignUp', status: 'WAITING', payload: { user_name: 'Ada' } });
    const token = await tokenTo('ada@example.com', 'CustomerSignUp');
    expect(await codeOf(verify('other@example.com', token))).toBe('invalid-token');
    await verify('ADA@example.com', token);
    expect(await codeOf(verify('ada@example.com', token))).toBe('invalid-token');
    const { caller } = await signIn('ADA@example.com', 'a long password');
    expect(await handlers.describeUser(request({ caller }))).toMatchObject({
      email: 'ada@example.com',
      orgName: 'Acme',
      roleType: 'root',
      enabled: true,
    });
    expect(await codeOf(signInAnywhere(deps, { email: 'ada@example.com', password: 'a long password', address: 'unknown' }))).toBe('done');
  });

  it('of an address that is known answers the same, and tells its owner', async () => {
    await customer('known@example.com');
    await signUp('KNOWN@example.com', 'the password of a stranger');
    const all = await letters('known@example.com');
    expect(all.map(({ type }) => type)).toEqual(['AccountExists']);
    expect(JSON.stringify(all)).not.toContain('token');
    expect(await codeOf(signIn('known@example.com', 'the password of a stranger'))).toBe('wrong-credentials');
    expect(await codeOf(signIn('known@example.com', 'a long password'))).toBe('done');
  });

  it('eight at once are one account', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => codeOf(signUp('same@example.com'))));
    expect(outcomes).toEqual(Array.from({ length: 8 }, () => 'done'));
    const { rows } = await sql<{ users: number; orgs: number }>`
      select count(*)::int as users, (select count(*)::int from organizations o where not exists (select 1 from users where org_id = o.id)) as orgs
      from users where email = 'same@example.com'`.execute(db);
    expect(rows).toEqual([{ users: 1, orgs: 0 }]);
    const sent = (await letters('same@example.com')).map(({ status }) => status);
    expect(sent.filter((status) => status === 'WAITING')).toHaveLength(5);
  });

  it("gives the password of the request whose mail was answered, and not a stranger's", async () => {
    await signUp('mine@example.com', 'a password of a stranger');
    await signUp('mine@example.com', 'my own password');
    await verify('mine@example.com', await tokenTo('mine@example.com', 'CustomerSignUp'));
    expect(await codeOf(signIn('mine@example.com', 'a password of a stranger'))).toBe('wrong-credentials');
    expect(await codeOf(signIn('mine@example.com', 'my own password'))).toBe('done');
    const [first] = await letters('mine@example.com');
    const stale = first?.type === 'CustomerSignUp' ? first.payload.token : '';
    expect(await codeOf(verify('mine@example.com', stale))).toBe('invalid-token');
  });

  it('of two answers at once one is taken', async () => {
    await signUp('once@example.com');
    const token = await tokenTo('once@example.com', 'CustomerSignUp');
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => codeOf(verify('once@example.com', token))));
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
  });

  it.each([
    ['аda@example.com', 'body with a Cyrillic letter'],
    ['ada@exämple.com', 'a letter beyond ASCII'],
    ['ada', 'no address'],
    ['a b@example.com', 'a blank'],
    ['ada@example.com\r\nBcc: all@example.com', 'a line of its own'],
    ['a@b@example.com', 'two at signs'],
    ['"x"@example.com', 'quotes'],
    ['ada@example..com', 'two dots'],
  ])('is refused for %j: %s', async (email) => {
    await expect(signUp(email)).rejects.toMatchObject({ kind: 'bad_request', details: [{ field: 'email' }] });
  });

  it('names every wrong field at once', async () => {
    const body = { email: 'x', name: ' ', password: 'short', companyUrl: 'javascript:alert(1)', legalCompanyName: 'a\nb' };
    await expect(handlers.customerSignup(request({ body }))).rejects.toMatchObject({
      details: ['email', 'name', 'password', 'legalCompanyName', 'companyUrl'].map((field) => expect.objectContaining({ field })),
    });
  });

  it('is refused after ten of one address within a minute, known or not', async () => {
    for (const email of ['often@example.com', 'ada@example.com']) {
      const outcomes = [];
      for (let turn = 0; turn < 11; turn += 1) outcomes.push(await codeOf(handlers.customerResetPassword(request({ body: { email } }))));
      expect(outcomes).toEqual([...Array.from({ length: 10 }, () => 'done'), 'too-many-requests']);
    }
  });

  it('keeps neither tokens nor passwords in the clear', async () => {
    await signUp('secret@example.com', 'a very plain password');
    const token = await tokenTo('secret@example.com', 'CustomerSignUp');
    const { rows } = await sql<{ all: string }>`
      select coalesce((select json_agg(t)::text from user_tokens t), '') || (select json_agg(m)::text from mails m) || (select json_agg(u)::text from users u) as all`.execute(
      db,
    );
    expect(rows[0]?.all).not.toContain('a very plain password');
    expect(rows[0]?.all).not.toContain(token);
    expect(rows[0]?.all).not.toContain(Buffer.from(token).toString('hex'));
  });

  it('tokens that are over open nothing, and are removed', async () => {
    await signUp('late@example.com');
    const token = await tokenTo('late@example.com', 'CustomerSignUp');
    await sql`update user_tokens set expires_at = now() - interval '1 second'`.execute(db);
    expect(await codeOf(verify('late@example.com', token))).toBe('invalid-token');
    await sweepSignIns(db);
    expect((await sql`select 1 from user_tokens`.execute(db)).rows).toEqual([]);
  });
});

describe('sign-up by invitation', () => {
  const invited = accountHandlers({ ...deps, signUp: 'invited' });

  it('lets in who is invited into a subscription, while the invitation is good', async () => {
    // Without the catalogue's rows behind them.
    await transaction(db, async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx);
      await sql`insert into subscription_invitations (id, subscription_id, provider_org_id, email, role_type, expires_at) values
        ('inv-1', 'sub-1', ${kit.provider.orgId}, 'colleague@example.com', 'reader', now() + interval '1 hour'),
        ('inv-2', 'sub-1', ${kit.provider.orgId}, 'too-late@example.com', 'reader', now()),
        ('inv-3', 'sub-1', 'org-other', 'theirs-only@example.com', 'reader', now() + interval '1 hour')`.execute(tx);
    });
    for (const [email, type] of [
      ['colleague@example.com', 'CustomerSignUp'],
      ['too-late@example.com', 'InvitationNeeded'],
      ['theirs-only@example.com', 'InvitationNeeded'],
    ] as const) {
      await invited.customerSignup(request({ body: signUpBody(email) }));
      expect(await letters(email)).toMatchObject([{ type }]);
    }
  });

  it('answers the same to whoever has no invitation, and makes no account', async () => {
    await invited.customerSignup(request({ body: signUpBody('stranger@example.com') }));
    expect(await letters('stranger@example.com')).toMatchObject([{ type: 'InvitationNeeded' }]);
    expect((await sql`select 1 from users where email = 'stranger@example.com'`.execute(db)).rows).toEqual([]);
  });

  it('lets in who has one', async () => {
    await sql`insert into organizations (id, name, provider_org_id) values ('org-inv', 'Invited', ${kit.provider.orgId})`.execute(db);
    await sql`insert into users (id, org_id, email, name, role_type, provider_org_id, status)
      values ('user-inv', 'org-inv', 'invited@example.com', 'Ivy', 'root', ${kit.provider.orgId}, 'NOT_ENABLED')`.execute(db);
    await invited.customerSignup(request({ body: signUpBody('invited@example.com') }));
    await invited.validateToken(
      request({ body: { email: 'invited@example.com', token: await tokenTo('invited@example.com', 'CustomerSignUp') } }),
    );
    expect((await signIn('invited@example.com', 'a long password')).caller.userId).toBe('user-inv');
  });
});

it('closed sign-up, and sign-up as a provider, are refused in words', async () => {
  const closed = accountHandlers({ ...deps, signUp: 'closed' });
  await expect(closed.customerSignup(request({ body: signUpBody('x@example.com') }))).rejects.toMatchObject({
    kind: 'forbidden',
    code: 'sign-up-closed',
  });
  await expect(handlers.signup(request({ body: signUpBody('x@example.com') }))).rejects.toMatchObject({
    kind: 'forbidden',
    code: 'provider-sign-up-closed',
  });
});

describe("a customer's sign-in", () => {
  it("takes the provider's own people in other environments only", async () => {
    expect(await codeOf(signIn('boss@provider.example', 'correct horse', 'PROD'))).toBe('wrong-credentials');
    expect(await codeOf(signIn('boss@provider.example', 'correct horse', 'dev'))).toBe('done');
  });

  it("takes no other provider's customers", async () => {
    await customer('theirs@example.com');
    await sql`insert into organizations (id, name, service_provider_id) values ('org-p2', 'Other', 'sp-2')`.execute(db);
    const other = { ...kit.caller, orgId: 'org-p2' };
    const answer = codeOf(
      handlers.customerSignin(request({ caller: other, body: { email: 'theirs@example.com', password: 'a long password' } })),
    );
    expect(await answer).toBe('wrong-credentials');
  });

  it('says the sentence of the reference, for whatever is wrong', async () => {
    for (const [email, password] of [
      ['nobody@example.com', 'x'],
      ['ada@example.com', 'wrong'],
      ['same@example.com', 'a long password'],
    ] as const)
      await expect(signIn(email, password)).rejects.toMatchObject({ kind: 'bad_request', message: 'wrong user email or password' });
  });

  it('lets no API key through', async () => {
    expect(await codeOf(signIn('apikey@apikeys.invalid', 'om_whatever'))).toBe('wrong-credentials');
  });
});
