import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { lyingServer } from '../identity/sso/oidc-server.testing.js';
import { REDIRECT, ssoWorld } from '../identity/sso/sso.testing.js';
import { silentLogger } from '../log.js';
import { createRecorder } from './record.js';

const { db } = await testDatabase();

it('a sign-in with an identity provider stands in the trail with its user and method, without code, state and secret', async () => {
  let nonce = '';
  const issuer = await lyingServer({}, () => nonce, afterAll);
  const world = await ssoWorld(db, {
    audit: ({ doors }, providerOrgId) => createRecorder({ db, log: silentLogger, doors, providerOrgId }),
  });
  const { made, rendered, relay, ask, orgId, userOf } = world;
  const id = await made({ issuer });
  const begin = async () => {
    const { state, renderedAuthorizationEndpoint } = await rendered(id);
    nonce = new URL(renderedAuthorizationEndpoint).searchParams.get('nonce') ?? '';
    return { state, authorizationCode: 'the code' };
  };
  const { jwtToken } = (await relay(await begin())).body as { jwtToken: string };
  await ask(undefined, 'POST /login-with-identity-provider', { ...(await begin()), redirectUri: REDIRECT, identityProviderName: 'OIDC' });
  await ask(undefined, 'POST /login-with-identity-provider', {
    ...(await begin()),
    redirectUri: `${REDIRECT}/other`,
    identityProviderName: 'OIDC',
  });
  await ask(jwtToken, 'POST /logout');
  const { rows } = await sql<Record<string, unknown>>`
    select operation, auth_method as method, user_id as "userId", outcome, code, targets from audit_events where provider_org_id = ${orgId} order by at, id`.execute(
    db,
  );
  const user = await userOf('liar@acme.example');
  expect(rows).toEqual([
    expect.objectContaining({ operation: 'createIdentityProvider', method: 'PASSWORD', outcome: 'succeeded', targets: [`id=${id}`] }),
    expect.objectContaining({ operation: 'customerLoginWithIdentityProvider', method: 'SSO', userId: user?.id, outcome: 'succeeded' }),
    expect.objectContaining({ operation: 'loginWithIdentityProvider', method: 'SSO', userId: user?.id, outcome: 'succeeded' }),
    expect.objectContaining({ operation: 'loginWithIdentityProvider', method: '', userId: '', outcome: 'refused', code: 'sign-in-over' }),
    expect.objectContaining({ operation: 'logout', method: 'SSO', userId: user?.id, outcome: 'succeeded' }),
  ]);
  const { rows: all } = await sql<{ text: string }>`select a::text as text from audit_events a where provider_org_id = ${orgId}`.execute(
    db,
  );
  expect(all.filter(({ text }) => text.includes('the code') || text.includes('a secret of 32') || /idp-\w{10}\.\w+\./.test(text))).toEqual(
    [],
  );
});
