/** Signing in with a real identity provider: a customer through the portal, one of the provider's people by themselves. */
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { CLIENT, oidcServer } from '../../../packages/server/src/identity/sso/oidc-server.testing.js';
import { REDIRECT, type World } from '../world.testing.js';

const CALLBACK = 'http://127.0.0.1:8976/callback';

export async function identityProviders({ provider, nobody, witness }: World): Promise<void> {
  const server = await oidcServer([REDIRECT, CALLBACK]);
  server.people.set('joy', { email: 'joy@joy.example', email_verified: true, name: 'Joy' });
  server.people.set('kim', { email: 'kim@example.com', email_verified: true, name: 'Kim' });
  const body = { identityProviderName: 'OIDC', clientId: CLIENT.id, clientSecret: CLIENT.secret, issuer: server.issuer };
  const forCustomers = await provider.createIdentityProvider({ body: { ...body, name: 'For customers' } });
  const forPeople = await provider.createIdentityProvider({
    body: { ...body, name: 'For people', signsIn: 'people', createUsers: true, defaultRole: 'reader', emailIdentifiers: 'example.com' },
  });
  await provider.updateIdentityProvider({ params: { id: forCustomers }, body: { loginButtonText: 'Sign in with Joy' } });
  expect(await provider.describeIdentityProvider({ params: { id: forCustomers } })).toMatchObject({ loginButtonText: 'Sign in with Joy' });
  await provider.verifyIdentityProvider({ params: { id: forCustomers } });
  expect((await provider.listIdentityProviders({})).identityProviders).toHaveLength(2);
  await provider.listIdentityProviderTypes({});

  const { identityProviders: shown } = await provider.renderIdentityProviders({
    query: { environmentType: 'PROD', redirectUrl: REDIRECT },
  });
  const offered = shown.find(({ id }) => id === forCustomers);
  const back = await server.signIn(offered?.renderedAuthorizationEndpoint ?? '', 'joy');
  const signedIn = await provider.customerLoginWithIdentityProvider({
    body: { authorizationCode: code(back), state: offered?.state, redirectUri: REDIRECT, environmentType: 'PROD' },
  });
  const joy = witness.as('customer', () => signedIn.jwtToken);
  expect(await joy.describeUser({})).toMatchObject({ email: 'joy@joy.example' });

  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const { identityProviders: found } = await nobody.offerIdentityProviders({
    query: { email: 'kim@example.com', redirectUrl: CALLBACK, codeChallenge },
  });
  const own = found.find(({ id }) => id === forPeople);
  const returned = await server.signIn(own?.renderedAuthorizationEndpoint ?? '', 'kim');
  await nobody.loginWithIdentityProvider({
    body: {
      identityProviderName: 'OIDC',
      authorizationCode: code(returned),
      state: own?.state,
      redirectUri: CALLBACK,
      codeVerifier,
      iss: returned.searchParams.get('iss') ?? '',
    },
  });
  await provider.revokeUserRole({ body: { email: 'kim@example.com', roleType: 'reader' } });
  for (const id of [forCustomers, forPeople]) await provider.deleteIdentityProvider({ params: { id } });
}

function code(back: URL): string {
  return back.searchParams.get('code') ?? '';
}
