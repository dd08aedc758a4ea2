import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { createConversation } from './conversation.js';
import { type Lies, listening, lyingServer, oidcServer } from './oidc-server.testing.js';
import { PORTAL, REDIRECT, ssoWorld } from './sso.testing.js';
import { deriveStateKey, makeState } from './state.js';

const { db } = await testDatabase();
const server = await oidcServer([REDIRECT, `${PORTAL}/other`], { ends: afterAll });
server.people.set('ada', { email: 'ada@acme.example', email_verified: true });
const world = await ssoWorld(db);
const { rendered, relay, made, ask, root } = world;
const id = await made(server);

const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) =>
  status === 200 ? 'done' : `${status} ${String(body['code'])}`;

async function begun() {
  const { state, renderedAuthorizationEndpoint } = await rendered(id);
  const back = await server.signIn(renderedAuthorizationEndpoint, 'ada');
  return { state, authorizationCode: back.searchParams.get('code') ?? '' };
}

describe('a sign-in', () => {
  it('counts once, whoever comes at once', async () => {
    const body = await begun();
    const answers = await Promise.all(['', '', '', '', ''].map(() => relay(body)));
    expect(answers.map(codeOf).toSorted()).toEqual([
      '400 sign-in-over',
      '400 sign-in-over',
      '400 sign-in-over',
      '400 sign-in-over',
      'done',
    ]);
    expect(codeOf(await relay(body))).toBe('400 sign-in-over');
  });

  it('does not take the code of another one', async () => {
    const [one, other] = [await begun(), await begun()];
    expect(codeOf(await relay({ ...one, authorizationCode: other.authorizationCode }))).toBe('400 not-confirmed');
  });

  it('does not take a code that was used', async () => {
    const one = await begun();
    expect(codeOf(await relay(one))).toBe('done');
    expect(codeOf(await relay({ ...one, state: (await rendered(id)).state }))).toBe('400 not-confirmed');
  });

  it('is over after ten minutes, and was not begun in the future', async () => {
    const key = deriveStateKey(Buffer.alloc(32, 7));
    const { rows } = await sql<{ now: number }>`select extract(epoch from now())::float8 as now`.execute(db);
    const now = rows[0]?.now ?? 0;
    const at = async (seconds: number) => {
      const state = makeState(key, { identityProviderId: id, redirectUrl: REDIRECT, challenge: '' }, now + seconds);
      return codeOf(await relay({ state, authorizationCode: 'any' }));
    };
    expect(await at(-601)).toBe('400 sign-in-over');
    expect(await at(300)).toBe('400 sign-in-over');
    // Told from the above by what comes next.
    expect(await at(-590)).toBe('400 not-confirmed');
  });

  it('is that of its portal, its address to come back to and its identity provider', async () => {
    const other = await ssoWorld(db);
    expect(codeOf(await other.relay(await begun()))).toBe('400 sign-in-over');
    expect(codeOf(await relay({ ...(await begun()), redirectUri: `${PORTAL}/other` }))).toBe('400 sign-in-over');
    expect(codeOf(await relay({ ...(await begun()), identityProviderName: 'Google' }))).toBe('400 sign-in-over');
    expect(codeOf(await relay({ ...(await begun()), invitedEmail: 'eve@acme.example' }))).toBe('400 another-address-invited');
    expect(codeOf(await relay({ ...(await begun()), invitedEmail: 'Ada@Acme.example' }))).toBe('done');
  });

  it.each([{ state: 'x' }, { state: `idp-0123456789.1.${'a'.repeat(22)}.${'a'.repeat(43)}` }])(
    'with a state that was not given here is none: %j',
    async (more) => {
      expect(codeOf(await relay({ authorizationCode: 'any', ...more }))).toBe('400 sign-in-over');
    },
  );

  it('without what belongs to it names the fields', async () => {
    const manyAttributes = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, 'x'.repeat(200)]));
    const long = await relay({ ...(await begun()), attributes: manyAttributes });
    expect([long.status, (long.body['details'] as { field: string }[])[0]?.field]).toEqual([400, 'attributes']);
    const { body } = await relay({ authorizationCode: '', codeVerifier: 'short' });
    expect((body['details'] as { field: string }[]).map(({ field }) => field)).toEqual(['authorizationCode', 'state', 'codeVerifier']);
    expect(codeOf(await ask(undefined, 'POST /login-with-identity-provider', { identityProviderName: 'Google', deviceCode: 'x' }))).toBe(
      '400 device-code-not-served',
    );
  });

  it('leaves a row that is removed when its time is over', async () => {
    await relay(await begun());
    const { rows } = await sql<{ most: number }>`
      select max(extract(epoch from expires_at - now()))::float8 as most from used_sign_in_states`.execute(db);
    expect(rows[0]?.most).toBeLessThanOrEqual(661);
  });
});

describe('an identity provider that lies', () => {
  async function comesFrom(lies: Lies) {
    let nonce = '';
    const liar = await made({ issuer: await lyingServer(lies, () => nonce) });
    const { state, renderedAuthorizationEndpoint } = await rendered(liar);
    nonce = new URL(renderedAuthorizationEndpoint).searchParams.get('nonce') ?? '';
    return relay({ state, authorizationCode: 'any' });
  }

  it('is believed when it tells the truth', async () => {
    expect(codeOf(await comesFrom({}))).toBe('done');
  });

  const now = Math.floor(Date.now() / 1_000);
  it.each<[string, Lies]>([
    ['another issuer', { claims: { iss: 'https://accounts.google.com' } }],
    ['another audience', { claims: { aud: 'another-client' } }],
    ['two audiences without the authorized party', { claims: { aud: ['another-client', 'cellplane'], azp: 'another-client' } }],
    ['another nonce', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['a token that is over', { claims: { iat: now - 7_200, exp: now - 3_600 } }],
    ['a token without end', { claims: { exp: undefined } }],
    ['a token signed by nobody known', { isForged: true }],
    ['no token', { token: { status: 200, body: { access_token: 'a', token_type: 'Bearer' } } }],
    ['no subject', { claims: { sub: undefined } }],
    ['a subject that cannot be kept', { claims: { sub: 'ä' } }],
    ['an error', { token: { status: 400, body: { error: 'invalid_grant', error_description: 'the code is unknown' } } }],
    ['an answer that is none', { token: { status: 200, body: 'x'.repeat(2 * 1024 * 1024) } }],
    ['a redirect', { token: { status: 302, body: {} } }],
  ])('lets nobody in: %s', async (_, lies) => {
    const answer = await comesFrom(lies);
    expect(codeOf(answer)).toBe('400 not-confirmed');
  });

  const told = 'told@acme.example';
  it.each<[string, Lies, string]>([
    ['not there', { claims: { email: undefined }, userInfo: { email: told, email_verified: false } }, '400 email-not-verified'],
    ['nowhere', { claims: { email: undefined }, userInfo: { email: told } }, '400 email-not-verified'],
    ['of another', { claims: { email_verified: undefined }, userInfo: { email: told, email_verified: true } }, '400 email-not-verified'],
    ['there', { claims: { email: undefined }, userInfo: { email: told, email_verified: true } }, 'done'],
  ])('verifies an address where it says which one: %s', async (_, lies, expected) => {
    expect(codeOf(await comesFrom(lies))).toBe(expected);
  });

  it('sends nobody to a script', async () => {
    const script = await made({ issuer: await lyingServer({ discovery: { authorization_endpoint: 'javascript:alert(1)//' } }, () => '') });
    await expect(rendered(script)).rejects.toThrow('not offered');
  });

  it('and never answers is given up', async () => {
    const silent = await listening(() => {}, afterAll);
    const slow = await ssoWorld(db, { sso: { conversation: createConversation({ arePrivateAllowed: true, deadlineMs: 50 }) } });
    const silentId = await slow.made({ issuer: silent });
    expect((await slow.ask(slow.root.token, `POST /identity-provider/${silentId}`)).body).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('did not answer within 0.05 s'),
    });
    expect((await slow.ask(slow.root.token, `GET /identity-provider-render?redirectUrl=${REDIRECT}`)).body).toEqual({
      identityProviders: [],
    });
  });
});

it('others’ sessions and roles do not reach the doors of portals', async () => {
  const { body } = await relay(await begun());
  const customer = String(body['jwtToken']);
  expect((await ask(customer, 'GET /identity-provider')).status).toBe(403);
  expect((await ask(customer, `GET /identity-provider-render?redirectUrl=${REDIRECT}`)).status).toBe(403);
  expect((await ask(undefined, `GET /identity-provider-render?redirectUrl=${REDIRECT}`)).status).toBe(401);
  expect((await ask(root.token, 'GET /identity-provider')).status).toBe(200);
});
