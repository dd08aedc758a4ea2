import { afterAll, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { createConversation } from './conversation.js';
import { CLIENT, lyingServer } from './oidc-server.testing.js';
import { ssoWorld } from './sso.testing.js';

const { db } = await testDatabase();
const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) =>
  status === 200 ? 'done' : `${status} ${String(body['code'])}`;

let nonce = '';
/** An identity provider that numbers its people, as GitHub and GitLab do: everywhere somebody is the first. */
const numbering = (email: string, more: object = {}) => lyingServer({ claims: { sub: '1', email, ...more } }, () => nonce, afterAll);

async function comes({ rendered, relay }: Awaited<ReturnType<typeof ssoWorld>>, id: string) {
  const { state, renderedAuthorizationEndpoint } = await rendered(id);
  nonce = new URL(renderedAuthorizationEndpoint).searchParams.get('nonce') ?? '';
  return relay({ state, authorizationCode: 'any' });
}

it('an identity provider that stands elsewhere means another person by the same subject, and ends the sessions of the former one', async () => {
  const world = await ssoWorld(db);
  const { made, ask, root, userOf } = world;
  const id = await made({ issuer: await numbering('ada@acme.example') });
  const ada = String((await comes(world, id)).body['jwtToken']);
  const change = async (issuer: string) => ask(root.token, `PATCH /identity-provider/${id}`, { issuer, clientSecret: CLIENT.secret });

  await change(await numbering('eve@acme.example', { email_verified: false }));
  expect((await ask(ada, 'GET /user')).status).toBe(401);
  expect(codeOf(await comes(world, id))).toBe('400 email-not-verified');

  await change(await numbering('eve@acme.example'));
  const eve = String((await comes(world, id)).body['jwtToken']);
  expect((await ask(eve, 'GET /user')).body).toMatchObject({ email: 'eve@acme.example' });
  expect((await userOf('eve@acme.example'))?.id).not.toBe((await userOf('ada@acme.example'))?.id);

  await ask(root.token, `PATCH /identity-provider/${id}`, { loginButtonText: 'Come in', clientSecret: CLIENT.secret });
  expect((await ask(eve, 'GET /user')).status).toBe(200);
});

it('a sign-in that was on its way while the identity provider was changed is over', async () => {
  let meanwhile = async (): Promise<unknown> => undefined;
  const asking = createConversation({ arePrivateAllowed: true });
  const conversation: typeof asking = {
    ...asking,
    async exchange(...asked) {
      const claimed = await asking.exchange(...asked);
      await meanwhile();
      return claimed;
    },
  };
  const world = await ssoWorld(db, { sso: { conversation } });
  const { made, ask, root, userOf } = world;
  const id = await made({ issuer: await numbering('late@acme.example') });
  meanwhile = () => ask(root.token, `PATCH /identity-provider/${id}`, { emailIdentifiers: 'other.example' });
  expect(codeOf(await comes(world, id))).toBe('400 sign-in-over');
  expect(await userOf('late@acme.example')).toBeUndefined();
  const { rows } = await sql`select 1 from user_identities where identity_provider_id = ${id}`.execute(db);
  expect(rows).toEqual([]);
});

it('another client of Entra, to which people have other subjects, finds them by their verified address once; another client elsewhere by their subject', async () => {
  const subjects = new Map([
    ['first', 'a'],
    ['second', 'b'],
  ]);
  for (const type of ['OIDC', 'Microsoft Entra'] as const) {
    const world = await ssoWorld(db);
    const { made, ask, root, userOf } = world;
    const email = `client-${type.slice(0, 1).toLowerCase()}@acme.example`;
    const claims: Record<string, unknown> = { sub: subjects.get('first'), aud: CLIENT.id, email, xms_edov: true };
    const issuer = await lyingServer({ claims }, () => nonce, afterAll);
    const id = await made({ issuer }, { identityProviderName: type, emailIdentifiers: 'acme.example' });
    expect(codeOf(await comes(world, id))).toBe('done');
    const user = await userOf(email);
    await ask(root.token, `PATCH /identity-provider/${id}`, { clientId: 'another', clientSecret: CLIENT.secret });
    Object.assign(claims, { sub: subjects.get('second'), aud: 'another' });
    // Elsewhere a subject is a person: one who is new has the address of somebody else.
    expect(codeOf(await comes(world, id))).toBe(type === 'OIDC' ? '400 address-of-another-person' : 'done');
    expect((await userOf(email))?.id).toBe(user?.id);
  }
});
