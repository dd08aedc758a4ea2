import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { withApp } from '../factors/factors.testing.js';
import { newId } from '../identifier.js';
import { hashPassword } from '../password.js';
import { CLIENT, githubServer, oidcServer } from './oidc-server.testing.js';
import { REDIRECT, ssoWorld } from './sso.testing.js';
import { challengeOf } from './state.js';

const { db } = await testDatabase();
const server = await oidcServer([REDIRECT, 'http://127.0.0.1/callback'], { ends: afterAll });

/** Somebody whom the identity provider knows under a name of their own. */
function known(claims: object = {}) {
  const login = newId('p').toLowerCase();
  const email = `${login}@acme.example`;
  server.people.set(login, { email, email_verified: true, name: `Name of ${login}`, ...claims });
  return { login, email };
}

const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) =>
  status === 200 ? 'done' : `${status} ${String(body['code'])}`;
const tokenOf = ({ body }: { body: Record<string, unknown> }) => String(body['jwtToken']);

describe('a customer who comes for the first time', () => {
  it('gets an account without a password and an ordinary session, and the same account the next time', async () => {
    const { made, comes, userOf, ask } = await ssoWorld(db);
    const id = await made(server, { name: 'Acme' });
    const { login, email } = known();
    const first = await comes(server, id, login, {
      identityProviderName: 'Acme',
      legalCompanyName: 'Ada Ltd',
      attributes: { affiliateCode: 'A1' },
    });
    expect(codeOf(first)).toBe('done');
    const user = await userOf(email);
    expect(user).toMatchObject({ name: `Name of ${login}`, role: 'root', status: 'ACTIVE', hash: '' });
    expect((await ask(tokenOf(first), 'GET /user')).body).toMatchObject({ id: user?.id, email, orgName: 'Ada Ltd', kind: 'customer' });
    expect((await ask(tokenOf(first), 'GET /api/sessions')).body).toMatchObject({
      sessions: [{ current: true, method: 'SSO', identityProviderName: 'Acme' }],
    });
    server.people.set(login, { email: 'renamed@acme.example', email_verified: true });
    expect((await ask(tokenOf(await comes(server, id, login)), 'GET /user')).body).toMatchObject({ id: user?.id, email });
    const { rows } = await sql<{ kind: string }>`select kind from events where subject = ${user?.id}`.execute(db);
    expect(rows).toEqual([{ kind: 'user-signed-up' }]);
  });

  it('is one account, however many sign-ins come at once', async () => {
    const { made, comes, ask } = await ssoWorld(db);
    const id = await made(server);
    const { login } = known();
    const answers = await Promise.all(['', '', '', ''].map(() => comes(server, id, login)));
    expect(answers.map(codeOf)).toEqual(['done', 'done', 'done', 'done']);
    const users = await Promise.all(answers.map(async (one) => (await ask(tokenOf(one), 'GET /user')).body['id']));
    expect(new Set(users).size).toBe(1);
  });

  it('gets no password by a reset, as long as the identity provider is there', async () => {
    const { made, comes, ask, root } = await ssoWorld(db);
    const id = await made(server);
    const { login, email } = known();
    await comes(server, id, login);
    const resets = async () => {
      expect((await ask(undefined, 'POST /reset-password', { email })).status).toBe(200);
      const { rows } = await sql<{
        count: number;
      }>`select count(*)::int as count from user_tokens t join users u on u.id = t.user_id where u.email = ${email}`.execute(db);
      return rows[0]?.count;
    };
    expect(await resets()).toBe(0);
    expect(codeOf(await ask(undefined, 'POST /signin', { email, password: '' }))).not.toBe('done');
    await ask(root.token, `DELETE /identity-provider/${id}`);
    expect(await resets()).toBe(1);
  });

  it('gets no second factor here, which would open the account without the identity provider', async () => {
    const { made, comes, ask } = await ssoWorld(db);
    const token = tokenOf(await comes(server, await made(server), known().login));
    expect(codeOf(await ask(token, 'POST /api/factors', { kind: 'PASSKEY' }))).toBe('409 identity-provider-signs-in');
  });

  it('gets none where the identity provider makes none, or sign-up is by invitation and no domain is named', async () => {
    const { made, comes } = await ssoWorld(db, { signUp: 'invited' });
    expect(codeOf(await comes(server, await made(server), known().login))).toBe('400 sign-up-closed');
    expect(codeOf(await comes(server, await made(server, { emailIdentifiers: 'acme.example', createUsers: false }), known().login))).toBe(
      '400 no-account',
    );
    expect(codeOf(await comes(server, await made(server, { emailIdentifiers: 'acme.example' }), known().login))).toBe('done');
  });
});

describe('a customer who has an account', () => {
  async function withAccount(more: { isVerified?: boolean } = {}) {
    const world = await ssoWorld(db);
    const { login, email } = known();
    const signUp = { name: 'Ada', email, password: 'a long password' };
    expect((await world.ask(world.root.token, 'POST /customer-user-signup', signUp)).status).toBe(200);
    if (more.isVerified !== false)
      await sql`update users set verified_at = now(), status = 'ACTIVE', password_hash = ${await hashPassword('a long password')} where email = ${email}`.execute(
        db,
      );
    return { ...world, login, email, id: await world.made(server), user: await world.userOf(email) };
  }

  it('comes to it by a verified address, and keeps the password', async () => {
    const { comes, ask, id, login, email, user } = await withAccount();
    const answer = await comes(server, id, login);
    expect((await ask(tokenOf(answer), 'GET /user')).body).toMatchObject({ id: user?.id, email });
    expect((await ask(undefined, 'POST /signin', { email, password: 'a long password' })).status).toBe(200);
  });

  // Whoever reads somebody's mail can make an account of that address at an open identity provider: a second factor is for that day.
  it('with a second factor does not come to it by the address alone', async () => {
    const { comes, ask, id, login, email } = await withAccount();
    const password = 'a long password';
    const token = tokenOf(await ask(undefined, 'POST /signin', { email, password }));
    await withApp(db, ask, { token, userId: '', email }, password);
    const answer = await comes(server, id, login);
    expect(answer).toMatchObject({ status: 400, body: { code: 'second-factor-there', message: expect.stringContaining('factor remove') } });
    // Neither is it joined by that for the next time.
    expect(codeOf(await comes(server, id, login))).toBe('400 second-factor-there');

    const { factors } = (await ask(token, 'GET /api/factors')).body as { factors: { id: string }[] };
    await ask(token, `DELETE /api/factors/${factors[0]?.id}`, { password });
    expect(codeOf(await comes(server, id, login))).toBe('done');
    // Who is known goes on, whatever factors they add.
    await withApp(db, ask, { token, userId: '', email }, password);
    expect(codeOf(await comes(server, id, login))).toBe('done');
  });

  it('does not come to it by an address that is not verified, or only looks the same', async () => {
    const { comes, id, email, userOf } = await withAccount();
    for (const claims of [
      { email, email_verified: false },
      { email, email_verified: undefined },
    ])
      expect(codeOf(await comes(server, id, known(claims).login))).toBe('400 email-not-verified');
    for (const alike of [email.replace('p', 'р'), email.replace('acme', 'аcme'), `${email}\u200b`])
      expect(codeOf(await comes(server, id, known({ email: alike }).login))).toBe('400 no-email');
    expect(codeOf(await comes(server, id, known({ email: ` ${email.toUpperCase()} ` }).login))).toBe('done');
    expect((await userOf(email))?.status).toBe('ACTIVE');
  });

  it('does not share it with another person whom the identity provider gives the address to', async () => {
    const { comes, id, login, email } = await withAccount();
    expect(codeOf(await comes(server, id, login))).toBe('done');
    expect(codeOf(await comes(server, id, known({ email }).login))).toBe('400 address-of-another-person');
  });

  it('confirms an address that nobody has confirmed, and a stranger’s password with it counts no more', async () => {
    const { comes, id, login, email, userOf, root, ask, user } = await withAccount({ isVerified: false });
    expect(codeOf(await comes(server, id, login))).toBe('done');
    expect(await userOf(email)).toMatchObject({ id: user?.id, status: 'ACTIVE', hash: '' });
    expect(codeOf(await ask(root.token, 'POST /customer-user-signin', { email, password: 'a long password' }))).toBe(
      '400 wrong-credentials',
    );
  });

  it('stays out while suspended, by whichever way', async () => {
    const { comes, id, login, email, ask } = await withAccount();
    const { jwtToken } = (await comes(server, id, login)).body as { jwtToken: string };
    await sql`update users set suspended_at = now(), status = 'NOT_ENABLED' where email = ${email}`.execute(db);
    expect((await ask(jwtToken, 'GET /user')).status).toBe(401);
    expect(codeOf(await comes(server, id, login))).toBe('400 account-suspended');
    const other = await withAccount();
    await sql`update users set suspended_at = now(), status = 'NOT_ENABLED' where email = ${other.email}`.execute(db);
    expect(codeOf(await other.comes(server, other.id, other.login))).toBe('400 account-suspended');
  });

  it('is of that provider only: the same address with another provider is another account', async () => {
    const [one, other] = [await ssoWorld(db), await ssoWorld(db)];
    const { login, email } = known();
    await one.comes(server, await one.made(server), login);
    await other.comes(server, await other.made(server), login);
    expect((await one.userOf(email))?.id).not.toBe((await other.userOf(email))?.id);
  });
});

describe('domains', () => {
  it('keep others out, also those who were let in before', async () => {
    const { made, comes, ask, root } = await ssoWorld(db);
    const id = await made(server);
    const { login } = known();
    expect(codeOf(await comes(server, id, login))).toBe('done');
    await ask(root.token, `PATCH /identity-provider/${id}`, { emailIdentifiers: 'other.example' });
    expect(codeOf(await comes(server, id, login))).toBe('400 email-domain-not-allowed');
    expect(codeOf(await comes(server, id, known().login))).toBe('400 email-domain-not-allowed');
  });

  it('are believed unsaid where somebody has said so', async () => {
    const { made, comes } = await ssoWorld(db);
    const id = await made(server, { emailIdentifiers: 'acme.example', trustEmail: true });
    expect(codeOf(await comes(server, id, known({ email_verified: undefined }).login))).toBe('done');
    expect(codeOf(await comes(server, id, known({ email_verified: false }).login))).toBe('400 email-not-verified');
  });
});

const people = { signsIn: 'people', emailIdentifiers: 'acme.example', groupRoles: { platform: 'admin', dev: 'editor' } };

describe('a provider’s own people', () => {
  const comesAs = async ({ rendered, ask }: Awaited<ReturnType<typeof ssoWorld>>, id: string, login: string) => {
    const { renderedAuthorizationEndpoint, state } = await rendered(id, { environmentType: 'DEV' });
    const back = await server.signIn(renderedAuthorizationEndpoint, login);
    return ask(undefined, 'POST /login-with-identity-provider', {
      identityProviderName: 'OIDC',
      authorizationCode: back.searchParams.get('code'),
      state,
      redirectUri: REDIRECT,
      iss: back.searchParams.get('iss'),
    });
  };

  it('get the highest role of their groups, at each sign-in, and none without', async () => {
    const world = await ssoWorld(db);
    const id = await world.made(server, people);
    const { login, email } = known({ groups: ['dev', 'platform', 'x'] });
    const answer = await comesAs(world, id, login);
    expect((await world.ask(tokenOf(answer), 'GET /user')).body).toMatchObject({ email, orgId: world.orgId, roleType: 'admin' });
    expect(await world.userOf(email)).toMatchObject({ role: 'admin', hash: '', providerOrgId: null });
    server.people.set(login, { email, email_verified: true, groups: ['dev'] });
    await comesAs(world, id, login);
    expect((await world.userOf(email))?.role).toBe('editor');
    server.people.set(login, { email, email_verified: true, groups: ['constructor', '__proto__'] });
    expect(codeOf(await comesAs(world, id, login))).toBe('400 no-role');
    expect(codeOf(await comesAs(world, id, known().login))).toBe('400 no-role');
    await world.ask(world.root.token, `PATCH /identity-provider/${id}`, { defaultRole: 'reader' });
    await comesAs(world, id, login);
    expect((await world.userOf(email))?.role).toBe('reader');
  });

  it('who are roots stay so, and who is invited gets what the invitation says', async () => {
    const world = await ssoWorld(db);
    const id = await world.made(server, people);
    const { login, email } = known({ groups: ['dev'] });
    await world.ask(world.root.token, 'POST /invite-user', { email, roleType: 'root' });
    expect(codeOf(await comesAs(world, id, login))).toBe('done');
    expect((await world.userOf(email))?.role).toBe('root');
    expect((await world.ask(world.root.token, 'GET /api/invitations')).body).toEqual({ invitations: [] });
  });

  it('who were removed stay out until they are invited again', async () => {
    const world = await ssoWorld(db);
    const id = await world.made(server, people);
    const { login, email } = known({ groups: ['dev'] });
    await comesAs(world, id, login);
    const user = await world.userOf(email);
    await world.ask(world.root.token, 'DELETE /revoke-user-role', { email, roleType: 'editor' });
    expect(codeOf(await comesAs(world, id, login))).toBe('400 account-removed');
    await world.ask(world.root.token, 'POST /invite-user', { email, roleType: 'reader' });
    expect(codeOf(await comesAs(world, id, login))).toBe('done');
    expect(await world.userOf(email)).toMatchObject({ id: user?.id, status: 'ACTIVE', hash: '' });
    // As before: no password opens the account beside the identity provider, and the groups give the role.
    const { rows } = await sql`select identity_provider_id as "madeBy", role_type as role from users where id = ${user?.id}`.execute(db);
    expect(rows).toEqual([{ madeBy: id, role: 'editor' }]);
  });

  it('are not let in as customers by the same door', async () => {
    const world = await ssoWorld(db);
    const id = await world.made(server, people);
    await expect(world.rendered(id)).rejects.toThrow('not offered');
    const { state, renderedAuthorizationEndpoint } = await world.rendered(id, { environmentType: 'DEV' });
    const back = await server.signIn(renderedAuthorizationEndpoint, known({ groups: ['dev'] }).login);
    expect(codeOf(await world.relay({ authorizationCode: back.searchParams.get('code'), state }))).toBe('400 sign-in-over');
  });
});

describe('an identity provider that is taken away', () => {
  it('ends the sessions that were begun with it, and a sign-in on its way', async () => {
    const { made, comes, rendered, relay, ask, root } = await ssoWorld(db);
    for (const away of ['disabled', 'deleted']) {
      const id = await made(server);
      const { login } = known();
      const token = tokenOf(await comes(server, id, login));
      const { state, renderedAuthorizationEndpoint } = await rendered(id);
      const back = await server.signIn(renderedAuthorizationEndpoint, login);
      if (away === 'disabled') await ask(root.token, `PATCH /identity-provider/${id}`, { disabled: true });
      else await ask(root.token, `DELETE /identity-provider/${id}`);
      expect((await ask(token, 'GET /user')).status).toBe(401);
      expect(codeOf(await relay({ authorizationCode: back.searchParams.get('code'), state }))).toBe('400 sign-in-over');
    }
  });
});

it('a program on the person’s machine comes with a verifier that nobody else has', async () => {
  const { made, ask } = await ssoWorld(db);
  await made(server);
  const { login, email } = known();
  const verifier = 'v'.repeat(43);
  const redirectUrl = 'http://127.0.0.1:5123/callback';
  const begin = async () => {
    const query = new URLSearchParams({ email, redirectUrl, codeChallenge: challengeOf(verifier) });
    const { body } = await ask(undefined, `GET /api/sign-in/identity-providers?${query}`);
    const [{ state = '', renderedAuthorizationEndpoint = '', id = '' } = {}] = body['identityProviders'] as Record<string, string>[];
    const back = await server.signIn(renderedAuthorizationEndpoint, login);
    const [code, iss] = [back.searchParams.get('code'), back.searchParams.get('iss')];
    return { identityProviderName: id, authorizationCode: code, state, redirectUri: redirectUrl, iss };
  };
  const login2 = async (more: object) =>
    codeOf(await ask(undefined, 'POST /login-with-identity-provider', { ...(await begin()), ...more }));
  expect(await login2({})).toBe('400 sign-in-over');
  // It sends the issuer, and this client relays all that came.
  expect(await login2({ codeVerifier: verifier, iss: undefined })).toBe('400 not-confirmed');
  expect(await login2({ codeVerifier: verifier, iss: 'https://id.elsewhere.example' })).toBe('400 not-confirmed');
  expect(await login2({ codeVerifier: 'w'.repeat(43) })).toBe('400 sign-in-over');
  expect(await login2({ codeVerifier: verifier, iss: 'https://id.elsewhere.example' })).toBe('400 not-confirmed');
  expect(await login2({ codeVerifier: verifier })).toBe('done');
});

describe('GitHub', () => {
  const emails = (verified: boolean) => [
    { email: 'other@acme.example', primary: false, verified: true },
    { email: 'octo@acme.example', primary: true, verified },
  ];
  async function world(verified: boolean) {
    const base = await githubServer({ id: 583_231, login: 'octo', name: null, emails: emails(verified) });
    const own = await ssoWorld(db);
    const id = await own.made(
      { issuer: '' },
      {
        identityProviderName: 'GitHub',
        authorizationEndpoint: `${base}/login/oauth/authorize`,
        tokenEndpoint: `${base}/login/oauth/access_token`,
        userInfoEndpoint: `${base}/user`,
      },
    );
    return { ...own, id };
  }

  it('lets somebody in by the primary address, if that is verified', async () => {
    const { id, rendered, relay, userOf } = await world(true);
    const { state, renderedAuthorizationEndpoint } = await rendered(id);
    const url = new URL(renderedAuthorizationEndpoint);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: CLIENT.id,
      state,
      redirect_uri: REDIRECT,
      code_challenge_method: 'S256',
      scope: 'read:user user:email',
    });
    expect(codeOf(await relay({ authorizationCode: 'good', state }))).toBe('done');
    expect(await userOf('octo@acme.example')).toMatchObject({ name: 'octo' });
    expect(codeOf(await relay({ authorizationCode: 'bad', state: (await rendered(id)).state }))).toBe('400 not-confirmed');
    const unverified = await world(false);
    const begun = await unverified.rendered(unverified.id);
    expect(codeOf(await unverified.relay({ authorizationCode: 'good', state: begun.state }))).toBe('400 email-not-verified');
  });

  it('is asked whether it knows the client', async () => {
    const { id, ask, root } = await world(true);
    expect((await ask(root.token, `POST /identity-provider/${id}`)).body).toMatchObject({ status: 'READY' });
    await ask(root.token, `PATCH /identity-provider/${id}`, { clientSecret: 'another' });
    expect((await ask(root.token, `POST /identity-provider/${id}`)).body).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('incorrect_client_credentials'),
    });
  });
});

it('an answer is not taken for one of another identity provider, though the portal relays no issuer', async () => {
  const world = await ssoWorld(db);
  const [mixed, asked] = [await world.made(server), await world.made(server, people)];
  // The state of the one, the code of the other: as of somebody who was sent on to another identity provider than the portal meant.
  const { state } = await world.rendered(mixed, { environmentType: 'DEV' });
  const { renderedAuthorizationEndpoint } = await world.rendered(asked, { environmentType: 'DEV' });
  const back = await server.signIn(renderedAuthorizationEndpoint, known({ groups: ['dev'] }).login);
  expect(codeOf(await world.relay({ authorizationCode: back.searchParams.get('code'), state }))).toBe('400 not-confirmed');
});

it('people of the provider are not sent to the customers’ portal by whoever has no session', async () => {
  const world = await ssoWorld(db);
  const id = await world.made(server, people);
  const offered = async (redirectUrl: string) => {
    const query = new URLSearchParams({ identityProvider: id, redirectUrl });
    const { body } = await world.ask(undefined, `GET /api/sign-in/identity-providers?${query}`);
    return ((body['identityProviders'] ?? []) as { id: string }[]).map((one) => one.id);
  };
  expect(await offered(REDIRECT)).toEqual([]);
  expect(await offered('http://127.0.0.1:5123/callback')).toEqual([id]);
});
