/** GitHub, and whatever speaks as it does: OAuth without OpenID Connect. Who somebody is, is read from its API. */
import type { GuardedFetch } from '../../outgoing/guarded-fetch.js';
import { type Claimed, readClaims } from './claims.js';
import { type Opened, ProviderFault, type Returned } from './openid.js';
import type { Secrets } from './state.js';

/** Where a person is sent to. */
export function githubUrl(
  provider: Pick<Opened, 'authorizationEndpoint' | 'clientId' | 'scopes'>,
  { state, redirectUrl, challenge, loginHint }: { state: string; redirectUrl: string; challenge: string; loginHint?: string | undefined },
): string {
  const url = new URL(provider.authorizationEndpoint);
  const parameters = {
    client_id: provider.clientId,
    redirect_uri: redirectUrl,
    response_type: 'code',
    scope: provider.scopes,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(loginHint === undefined ? {} : { login: loginHint }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** Exchanges the code for who the person is, with their primary address, if GitHub has verified it. @throws ProviderFault */
export async function exchangeAtGithub(
  fetch: GuardedFetch,
  provider: Opened,
  { code, redirectUrl }: Returned,
  { verifier }: Pick<Secrets, 'verifier'>,
): Promise<Claimed> {
  const { access_token: token, token_type: type, error } = await askForToken(fetch, provider, { code, redirectUrl, verifier });
  if (typeof error === 'string') throw new ProviderFault(`it has answered ${error}`);
  if (typeof token !== 'string' || token === '' || typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw new ProviderFault('it has given no access token');
  const ask = (url: string) =>
    asked(fetch, url, { headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${token}`, 'user-agent': 'cellplane' } });
  const { id, name, login } = membersOf(await ask(provider.userInfoEndpoint));
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw new ProviderFault('it has not said who the user is');
  const primary = primaryOf(await ask(`${provider.userInfoEndpoint.replace(/\/$/, '')}/emails`));
  const claims = {
    sub: `${id}`,
    name: name ?? login,
    ...(primary === undefined ? {} : { email: primary.email, email_verified: primary.verified === true }),
  };
  const claimed = readClaims(provider, claims);
  if (claimed === undefined) throw new ProviderFault('it has not said who the user is');
  return claimed;
}

/** It knows the client and its secret. @throws ProviderFault */
export async function verifyAtGithub(fetch: GuardedFetch, provider: Opened, redirectUrl: string): Promise<void> {
  const wrong = {
    code: 'cellplane-asks-whether-it-is-known',
    redirectUrl,
    verifier: 'cellplane-asks-whether-it-is-known-with-a-code-that-none-is',
  };
  const { error } = await askForToken(fetch, provider, wrong);
  if (error !== 'bad_verification_code')
    throw new ProviderFault(`it has answered ${typeof error === 'string' ? error : 'no error'} to a code that it never gave`);
}

/** GitHub says with 200 that a code is not good. */
async function askForToken(
  fetch: GuardedFetch,
  provider: Opened,
  { code, redirectUrl, verifier }: { code: string; redirectUrl: string; verifier: string },
): Promise<Readonly<Record<string, unknown>>> {
  const form = new URLSearchParams({
    client_id: provider.clientId,
    client_secret: provider.secret,
    code,
    redirect_uri: redirectUrl,
    code_verifier: verifier,
  });
  return membersOf(
    await asked(fetch, provider.tokenEndpoint, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    }),
  );
}

function primaryOf(emails: unknown): { email: string; verified: unknown } | undefined {
  if (!Array.isArray(emails)) throw new ProviderFault('it has not listed the addresses of the user: allow the scope user:email');
  const found = (emails as unknown[]).map(membersOf).find(({ primary }) => primary === true);
  return typeof found?.['email'] === 'string' ? { email: found['email'], verified: found['verified'] } : undefined;
}

async function asked(fetch: GuardedFetch, url: string, question: Parameters<GuardedFetch>[1]): Promise<unknown> {
  const response = await fetch(url, question).catch((error: unknown) => {
    throw new ProviderFault((error as Error).message, { cause: error });
  });
  if (response.status !== 200) throw new ProviderFault(`${new URL(url).host} has answered ${response.status}`);
  try {
    return await response.json();
  } catch (error) {
    throw new ProviderFault(`${new URL(url).host} has not answered with JSON`, { cause: error });
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
