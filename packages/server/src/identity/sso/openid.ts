/**
 * The conversation with identity providers of OpenID Connect. The library checks what they answer: issuer, audience, signature, nonce and
 * age of ID tokens, and that nothing is used that discovery does not name.
 */
import * as oidc from 'openid-client';
import { messageOf } from '../../errors.js';
import type { GuardedFetch } from '../../outgoing/guarded-fetch.js';
import { type Claimed, readClaims } from './claims.js';
import type { IdentityProviderFields } from './identity-provider.js';
import type { Secrets } from './state.js';

/** An identity provider, with its secret in clear. */
export type Opened = IdentityProviderFields & { id: string; secret: string };

/** What came back with a person. */
export interface Returned {
  code: string;
  state: string;
  redirectUrl: string;
  /** The issuer that the identity provider says it is (RFC 9207), if whoever relays it has kept it. */
  issuer: string | undefined;
  /** Whoever relays it keeps the whole answer: without the issuer, of an identity provider that sends it, it is not from there. */
  isWhole: boolean;
}

/** The identity provider cannot be asked, or what it answers is not good. The message is for the provider's people and never has a secret. */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';
}

export interface OpenIdDeps {
  fetch: GuardedFetch;
  /** Servers without TLS may be asked. */
  isPlainAllowed: boolean;
}

/** Seconds, of one question. */
const QUESTION_SECONDS = 8;
/** Seconds by which clocks may differ. */
const CLOCK_SECONDS = 30;

/**
 * What discovery tells of an identity provider, once for each way to send the secret that it takes, in the order in which they are tried:
 * which one it wants of this client is known to itself only.
 */
export type Discovered = oidc.Configuration[];

/** @throws ProviderFault */
export async function discover(deps: OpenIdDeps, provider: Opened): Promise<Discovered> {
  const { secret, clientId, issuer } = provider;
  const options = {
    [oidc.customFetch]: fetchFor(deps.fetch),
    timeout: QUESTION_SECONDS,
    // Signatures are checked although the tokens come by TLS from the issuer itself.
    execute: [oidc.enableNonRepudiationChecks, ...(deps.isPlainAllowed ? [oidc.allowInsecureRequests] : [])],
  };
  return explained(async () => {
    const found = await oidc.discovery(new URL(issuer), clientId, secret, undefined, options);
    const metadata = found.serverMetadata();
    // Where it does not say, the one that everybody must take.
    const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const ways = [
      ...(methods.includes('client_secret_post') ? [oidc.ClientSecretPost(secret)] : []),
      ...(methods.includes('client_secret_basic') ? [oidc.ClientSecretBasic(secret)] : []),
    ];
    if (ways.length === 0) throw new Error('it takes a client secret neither in the body nor in the header of a request');
    return ways.map((way) => {
      const configuration = new oidc.Configuration(metadata, clientId, { [oidc.clockTolerance]: CLOCK_SECONDS }, way);
      configuration[oidc.customFetch] = options[oidc.customFetch];
      configuration.timeout = QUESTION_SECONDS;
      for (const extension of options.execute) extension(configuration);
      return configuration;
    });
  });
}

/** Tries the ways to send the secret; one that the identity provider has taken is the first from then on. */
async function tryWays<T>(discovered: Discovered, work: (configuration: oidc.Configuration) => Promise<T>): Promise<T> {
  const [first, ...others] = discovered;
  if (first === undefined) throw new Error('there is no way to send the secret');
  try {
    return await work(first);
  } catch (error) {
    if (others.length === 0 || !isOfClient(error)) throw error;
    const done = await tryWays(others, work);
    discovered.reverse();
    return done;
  }
}

/** It does not know the client, or not its secret in this way. Codes are looked at after that, and are still good. */
function isOfClient(error: unknown): boolean {
  if (error instanceof oidc.WWWAuthenticateChallengeError) return true;
  return error instanceof oidc.ResponseBodyError && /^(?:invalid_client|unauthorized_client)$/.test(error.error);
}

/** Where a person is sent to. */
export function authorizationUrl(
  [configuration]: Discovered,
  provider: Pick<Opened, 'scopes'>,
  {
    state,
    redirectUrl,
    challenge,
    nonce,
    loginHint,
  }: { state: string; redirectUrl: string; challenge: string; nonce: string; loginHint?: string | undefined },
): string {
  if (configuration === undefined) throw new ProviderFault('there is no way to send the secret');
  return oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUrl,
    scope: provider.scopes,
    state,
    nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
  }).href;
}

/** Exchanges the code for who the person is. @throws ProviderFault */
export async function exchange(discovered: Discovered, provider: Opened, returned: Returned, secrets: Secrets): Promise<Claimed> {
  return explained(() => tryWays(discovered, (configuration) => exchangeAt(configuration, provider, returned, secrets)));
}

async function exchangeAt(
  configuration: oidc.Configuration,
  provider: Opened,
  returned: Returned,
  { verifier, nonce }: Secrets,
): Promise<Claimed> {
  const { issuer, authorization_response_iss_parameter_supported: sendsIssuer } = configuration.serverMetadata();
  if (returned.isWhole && sendsIssuer === true && returned.issuer === undefined)
    throw new Error('what came back does not name the issuer (iss), which it always sends: it may be of another identity provider');
  const url = new URL(returned.redirectUrl);
  url.search = new URLSearchParams({
    code: returned.code,
    state: returned.state,
    // Portals of the reference keep no more than code and state. The state is of one identity provider only, and so is the ID token.
    iss: returned.issuer ?? issuer,
  }).toString();
  const tokens = await oidc.authorizationCodeGrant(configuration, url, {
    pkceCodeVerifier: verifier,
    expectedState: returned.state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('it has given no ID token');
  const claimed = readClaims(provider, await wholeClaims(configuration, provider, tokens.access_token, claims));
  if (claimed === undefined) throw new Error('its subject is not one of 1 to 255 ASCII characters');
  return claimed;
}

/** What says whether the address beside it is verified. */
const VERIFYING = ['email_verified', 'xms_edov'];

/** With what only the user's information tells. What an ID token says counts; that an address is verified is said of that address only. */
async function wholeClaims(
  configuration: oidc.Configuration,
  { groupRoles, groupsClaim }: Opened,
  accessToken: string,
  claims: oidc.IDToken,
): Promise<Record<string, unknown>> {
  const isWhole =
    claims['email'] !== undefined &&
    claims['email_verified'] !== undefined &&
    (Object.keys(groupRoles).length === 0 || claims[groupsClaim] !== undefined);
  if (isWhole || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
  const told = await oidc.fetchUserInfo(configuration, accessToken, claims.sub);
  const whole: Record<string, unknown> = { ...told, ...claims };
  for (const member of VERIFYING) {
    const ofToken = claims['email'] === undefined ? undefined : claims[member];
    whole[member] = ofToken ?? (whole['email'] === told.email ? told[member] : undefined);
  }
  return whole;
}

/** The identity provider knows the client and its secret, and has keys. @throws ProviderFault */
export async function verifyClient(discovered: Discovered, fetch: GuardedFetch, redirectUrl: string): Promise<void> {
  await explained(async () => {
    const keysUrl = discovered[0]?.serverMetadata().jwks_uri;
    const keys = keysUrl === undefined ? undefined : await fetch(keysUrl, { headers: { accept: 'application/json' } });
    if (keys?.status !== 200) throw new Error(`it shows no keys at ${keysUrl ?? 'a jwks_uri'}`);
    // No code is like this one: whoever knows the client says that the code is wrong.
    const wrong = { code: 'cellplane-asks-whether-it-is-known', redirect_uri: redirectUrl, code_verifier: oidc.randomPKCECodeVerifier() };
    await tryWays(discovered, async (configuration) => {
      await oidc.genericGrantRequest(configuration, 'authorization_code', wrong).catch((error: unknown) => {
        if (error instanceof oidc.ResponseBodyError && !isOfClient(error)) return;
        throw error;
      });
    });
  });
}

/** As the library calls it: bodies are forms. */
function fetchFor(fetch: GuardedFetch): oidc.CustomFetch {
  return (url, { method, headers, body, signal }) => {
    if (body !== undefined && body !== null && typeof body !== 'string' && !(body instanceof URLSearchParams))
      throw new Error('a question to an identity provider has a body that is no form');
    return fetch(url, { method, headers, body: body?.toString(), signal });
  };
}

/** Texts of the library name what was wrong; what the identity provider says of it follows. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderFault) throw error;
    throw new ProviderFault(textOf(error), { cause: error });
  }
}

function textOf(error: unknown): string {
  if (error instanceof oidc.WWWAuthenticateChallengeError) return `it does not take client id and secret (${error.status}): check both`;
  if (error instanceof oidc.ResponseBodyError)
    return `it has answered ${error.error}${error.error_description === undefined ? '' : `: ${error.error_description}`}`;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${messageOf(error.cause)}` : '';
  return `${messageOf(error)}${cause}`;
}
