import { MASK } from '@cellplane/plan';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { newId } from '../identifier.js';
import { person } from '../people.testing.js';
import { createConversation } from './conversation.js';
import { CLIENT, lyingServer, oidcServer } from './oidc-server.testing.js';
import { PORTAL, REDIRECT, ssoWorld } from './sso.testing.js';

const { db } = await testDatabase();
const world = await ssoWorld(db);
const { ask, root, orgId, identity, made } = world;
const server = await oidcServer([REDIRECT], { ends: afterAll });

const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => `${status} ${String(body['code'])}`;
const create = (body: object, token = root.token) =>
  ask(token, 'POST /identity-provider', {
    identityProviderName: 'OIDC',
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    issuer: server.issuer,
    ...body,
  });

describe('keeping identity providers', () => {
  it('makes, lists, describes, changes and deletes one, and never shows the secret', async () => {
    const id = await made(server, { name: 'Acme', emailIdentifiers: '@Acme.example, other.example' });
    expect(id).toMatch(/^idp-[A-Za-z0-9]{10}$/);
    const { body } = await ask(root.token, `GET /identity-provider/${id}`);
    expect(body).toEqual({
      id,
      identityProviderName: 'OIDC',
      name: 'Acme',
      signsIn: 'customers',
      issuer: server.issuer,
      clientId: CLIENT.id,
      clientSecret: MASK,
      scopes: 'openid email profile',
      emailIdentifiers: 'acme.example,other.example',
      loginButtonText: 'Sign in with Acme',
      loginButtonIconUrl: '',
      redirectUrls: [],
      createUsers: true,
      trustEmail: false,
      groupsClaim: 'groups',
      groupRoles: {},
      disabled: false,
      status: 'PENDING',
    });
    const { body: list } = await ask(root.token, 'GET /identity-provider');
    expect(JSON.stringify(list)).not.toContain(CLIENT.secret);
    expect(list['identityProviders']).toContainEqual(body);
    const { rows } = await sql<{ secret: Buffer }>`select client_secret as secret from identity_providers where id = ${id}`.execute(db);
    expect(rows[0]?.secret.includes(Buffer.from(CLIENT.secret))).toBe(false);

    expect(
      await ask(root.token, `PATCH /identity-provider/${id}`, { name: 'Acme Inc.', emailIdentifiers: '', clientSecret: MASK }),
    ).toMatchObject({ status: 200 });
    expect((await ask(root.token, `GET /identity-provider/${id}`)).body).toEqual({ ...body, name: 'Acme Inc.', emailIdentifiers: '' });
    expect(await ask(root.token, `DELETE /identity-provider/${id}`)).toMatchObject({ status: 200 });
    expect(codeOf(await ask(root.token, `DELETE /identity-provider/${id}`))).toBe('404 identity-provider-not-found');
  });

  it('asks one whether it knows the client, whichever way it wants the secret', async () => {
    const basic = await oidcServer([REDIRECT], { method: 'client_secret_basic' });
    for (const one of [server, basic]) {
      const id = await made(one);
      expect((await ask(root.token, `POST /identity-provider/${id}`)).body).toMatchObject({ id, status: 'READY', clientSecret: MASK });
      expect((await ask(root.token, `GET /identity-provider/${id}`)).body).toMatchObject({ status: 'READY' });
      await ask(root.token, `PATCH /identity-provider/${id}`, { clientSecret: 'another' });
      const { body } = await ask(root.token, `POST /identity-provider/${id}`);
      expect(body).toMatchObject({ status: 'FAILED', message: 'it does not take client id and secret (401): check both' });
    }
    const gone = await made({ issuer: 'http://127.0.0.1:1' });
    expect((await ask(root.token, `POST /identity-provider/${gone}`)).body).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const elsewhere = await made({ issuer: await lyingServer({ discovery: { issuer: 'https://id.elsewhere.example' } }, () => '') });
    expect((await ask(root.token, `POST /identity-provider/${elsewhere}`)).body).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('issuer'),
    });
  });

  it('refuses what cannot be meant, by name', async () => {
    const fields = async (body: object) => {
      const { status, body: answer } = await create(body);
      return [status, ...((answer['details'] ?? []) as { field: string }[]).map(({ field }) => field)];
    };
    expect(await fields({ identityProviderName: 'SAML' })).toEqual([400, 'identityProviderName']);
    expect(await fields({ issuer: '' })).toEqual([400, 'issuer']);
    expect(await fields({ issuer: 'ftp://x' })).toEqual([400, 'issuer']);
    expect(await fields({ issuer: 'https://a:b@x.example' })).toEqual([400, 'issuer']);
    expect(await fields({ identityProviderName: 'Microsoft Entra', issuer: 'https://login.microsoftonline.com/common/v2.0' })).toEqual([
      400,
      'issuer',
    ]);
    expect(await fields({ clientId: 'a\nb', clientSecret: 'x'.repeat(4_097), name: ' ' })).toEqual([
      400,
      'name',
      'clientId',
      'clientSecret',
    ]);
    expect(await fields({ emailIdentifiers: 'аcme.example' })).toEqual([400, 'emailIdentifiers']);
    expect(await fields({ trustEmail: true })).toEqual([400, 'trustEmail']);
    expect(await fields({ signsIn: 'people' })).toEqual([400, 'emailIdentifiers']);
    expect(await fields({ groupRoles: { a: 'admin' } })).toEqual([400, 'groupRoles']);
    expect(await fields({ signsIn: 'people', emailIdentifiers: 'acme.example', groupRoles: { a: 'root' } })).toEqual([400, 'groupRoles.a']);
    expect(await fields({ environmentType: 'MOON' })).toEqual([400, 'environmentType']);
    expect(await fields({ redirectUrls: ['javascript:alert(1)'] })).toEqual([400, 'redirectUrls']);
    const id = await made(server);
    expect(codeOf(await ask(root.token, `PATCH /identity-provider/${id}`, { issuer: 'https://evil.example' }))).toBe('400 secret-needed');
    expect(codeOf(await ask(root.token, `PATCH /identity-provider/${id}`, { signsIn: 'people', emailIdentifiers: 'acme.example' }))).toBe(
      '400 fixed-field',
    );
  });

  it('finds the issuer of the reference’s endpoints', async () => {
    const issuerOf = async (identityProviderName: string, authorizationEndpoint: string) => {
      const { body } = await ask(root.token, 'POST /identity-provider', {
        identityProviderName,
        name: newId('IdP'),
        clientId: 'a',
        clientSecret: 'b',
        authorizationEndpoint,
      });
      return (await ask(root.token, `GET /identity-provider/${String(body)}`)).body['issuer'];
    };
    expect(await issuerOf('okta', 'https://acme.okta.com/oauth2/v1/authorize')).toBe('https://acme.okta.com');
    expect(await issuerOf('Okta', 'https://acme.okta.com/oauth2/default/v1/authorize')).toBe('https://acme.okta.com/oauth2/default');
    expect(await issuerOf('Keycloak', 'https://id.example/realms/a/protocol/openid-connect/auth')).toBe('https://id.example/realms/a');
    expect(await issuerOf('Auth0', 'https://acme.auth0.com/authorize')).toBe('https://acme.auth0.com/');
    expect(await issuerOf('Microsoft Entra', 'https://login.microsoftonline.com/t/oauth2/v2.0/authorize')).toBe(
      'https://login.microsoftonline.com/t/v2.0',
    );
    expect(await issuerOf('Google', '')).toBe('https://accounts.google.com');
  });

  it('gives a name once, to one of those who ask at once', async () => {
    const name = newId('IdP');
    const answers = await Promise.all(['', '', ''].map(() => create({ name: name.toUpperCase() })));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409', '409']);
    expect(codeOf(await create({ name: name.toLowerCase() }))).toBe('409 name-taken');
    const other = await made(server);
    expect(codeOf(await ask(root.token, `PATCH /identity-provider/${other}`, { name }))).toBe('409 name-taken');
  });

  it('lets nobody but a root choose who vouches for the organization’s people', async () => {
    const admin = await person(db, identity, { orgId, roleType: 'admin' });
    const people = { name: newId('IdP'), signsIn: 'people', emailIdentifiers: 'acme.example' };
    expect(codeOf(await create(people, admin.token))).toBe('403 only-a-root');
    const { body: id } = await create(people);
    expect(codeOf(await ask(admin.token, `PATCH /identity-provider/${String(id)}`, { clientId: 'mine' }))).toBe('403 only-a-root');
    expect(codeOf(await ask(admin.token, `DELETE /identity-provider/${String(id)}`))).toBe('403 only-a-root');
    expect((await create({ name: newId('IdP') }, admin.token)).status).toBe(200);
  });

  it('shows an organization its own only', async () => {
    const other = await ssoWorld(db);
    const id = await made(server);
    for (const route of ['GET', 'PATCH', 'DELETE', 'POST'].map((method) => `${method} /identity-provider/${id}`))
      expect(codeOf(await other.ask(other.root.token, route, route.startsWith('PATCH') ? {} : undefined))).toBe(
        '404 identity-provider-not-found',
      );
    expect((await other.ask(other.root.token, 'GET /identity-provider')).body).toEqual({ identityProviders: [] });
    expect((await other.ask(other.root.token, `GET /identity-provider-render?redirectUrl=${REDIRECT}`)).body).toEqual({
      identityProviders: [],
    });
  });
});

describe('private addresses', () => {
  it('are neither configured nor asked, unless the operator allows it', async () => {
    const { ask: asks, root: boss } = await ssoWorld(db, { sso: { arePrivateAllowed: false } });
    const body = { identityProviderName: 'OIDC', clientId: 'a', clientSecret: 'b' };
    for (const issuer of [
      'https://127.0.0.1',
      'https://10.0.0.1/realms/a',
      'https://[::1]',
      'https://169.254.169.254',
      'http://id.example.com',
    ]) {
      const answer = await asks(boss.token, 'POST /identity-provider', { ...body, issuer });
      expect([answer.status, (answer.body['details'] as { field: string }[])[0]?.field]).toEqual([400, 'issuer']);
    }
    const resolve = async () => [{ address: '10.0.0.7', family: 4 }];
    const conversation = createConversation({ arePrivateAllowed: false, resolve });
    const hidden = await ssoWorld(db, { sso: { arePrivateAllowed: false, conversation } });
    const id = await hidden.made({ issuer: 'https://id.example.com' });
    expect((await hidden.ask(hidden.root.token, `POST /identity-provider/${id}`)).body).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('id.example.com stands at 10.0.0.7'),
    });
  });
});

it('tells which presets there are', async () => {
  const { body } = await ask(root.token, 'GET /identity-provider-types');
  expect((body['identityProviderTypes'] as object[]).length).toBe(8);
  expect(body['identityProviderTypes']).toContainEqual({
    identityProviderName: 'Google',
    SupportCustomEndpoints: false,
    SupportCustomScopes: true,
  });
});

describe('what is offered', () => {
  it('is decided by the domain of an address, and says nothing of accounts', async () => {
    const { ask: asks, made: make, orgId: own } = await ssoWorld(db);
    const all = await make(server, { name: 'Everybody' });
    const acme = await make(server, { name: 'Acme', emailIdentifiers: 'acme.example' });
    await make(server, { name: 'Off', disabled: true });
    const offered = async (query: Record<string, string>) => {
      const { body } = await asks(
        undefined,
        `GET /api/sign-in/identity-providers?${new URLSearchParams({ redirectUrl: REDIRECT, ...query })}`,
      );
      return ((body['identityProviders'] ?? []) as { id: string }[]).map(({ id }) => id);
    };
    await sql`insert into users (id, org_id, email, name, password_hash, role_type, provider_org_id, verified_at)
      values (${newId('user')}, ${own}, 'known@other.example', 'Known', '', 'root', ${own}, now())`.execute(db);
    expect(await offered({})).toEqual([all]);
    expect(await offered({ email: 'known@other.example' })).toEqual([all]);
    expect(await offered({ email: 'nobody@other.example' })).toEqual([all]);
    expect(await offered({ email: 'no address' })).toEqual([all]);
    expect(await offered({ email: 'Ada@ACME.example' })).toEqual([acme, all]);
    expect(await offered({ email: 'ada@sub.acme.example' })).toEqual([all]);
    expect(await offered({ identityProvider: 'acme' })).toEqual([acme]);
    expect(await offered({ identityProvider: 'off' })).toEqual([]);
  });

  it('sends people back to nowhere that nobody has configured', async () => {
    const { ask: asks, made: make, root: boss } = await ssoWorld(db);
    const render = async (redirectUrl: string) => asks(boss.token, `GET /identity-provider-render?${new URLSearchParams({ redirectUrl })}`);
    await make(server, { redirectUrls: ['https://other.example/back'] });
    for (const url of ['https://evil.example/', `${PORTAL}.evil.example/idp-auth`, 'https://other.example/back/more'])
      expect(codeOf(await render(url))).toBe('400 redirect-not-allowed');
    for (const url of ['javascript:alert(1)', '/idp-auth', `${PORTAL}/../x`])
      expect(codeOf(await render(url))).toBe('400 invalid-redirect');
    for (const url of [REDIRECT, 'https://other.example/back', 'http://127.0.0.1:5123/callback', ''])
      expect((await render(url)).body['identityProviders']).toHaveLength(1);
  });

  it('leaves out one that does not answer', async () => {
    const { ask: asks, made: make, root: boss } = await ssoWorld(db);
    const good = await make(server);
    await make({ issuer: 'http://127.0.0.1:1' });
    const { body } = await asks(boss.token, `GET /identity-provider-render?redirectUrl=${REDIRECT}`);
    expect(body['identityProviders']).toEqual([expect.objectContaining({ id: good })]);
  });
});
