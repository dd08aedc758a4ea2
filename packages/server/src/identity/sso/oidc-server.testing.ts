/** Identity providers for tests, on loopback: a real one (`oidc-provider`), and ones that lie as a test wants. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { Provider } from 'oidc-provider';
import { onTestFinished } from 'vitest';

export const CLIENT = { id: 'cellplane', secret: 'a secret of 32 characters, or so' };

/** Listens, until the test or file ends. */
export async function listening(listener: RequestListener, ends: (end: () => void) => void = onTestFinished): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface OidcServer {
  issuer: string;
  /** Claims of people, by the name that they sign in with. */
  people: Map<string, Record<string, unknown>>;
  /** Does what a person does in a browser at an authorization address; answers where they are sent back to. */
  signIn(authorizationUrl: string, login: string): Promise<URL>;
}

/** A real identity provider. `method`: how its client must send its secret. */
export async function oidcServer(
  redirectUris: string[],
  {
    method = 'client_secret_post',
    ends = onTestFinished,
  }: { method?: 'client_secret_post' | 'client_secret_basic'; ends?: (end: () => void) => void } = {},
): Promise<OidcServer> {
  let listener: RequestListener = () => {};
  const issuer = await listening((request, response) => listener(request, response), ends);
  const people = new Map<string, Record<string, unknown>>();
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: redirectUris,
        token_endpoint_auth_method: method,
        application_type: 'native',
      },
    ],
    clientAuthMethods: ['client_secret_post', 'client_secret_basic'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['a key of tests'] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people.get(id) }) }),
    ttl: { Grant: 600, Session: 600, Interaction: 600, AccessToken: 600, AuthorizationCode: 60, IdToken: 600 },
  });
  const answer = provider.callback();
  listener = (request, response) => void answer(request, response);
  return { issuer, people, signIn: (url, login) => signInByForms(url, login) };
}

/** Follows redirects and fills in the forms of `oidc-provider`, until it is sent elsewhere. */
async function signInByForms(start: string, login: string): Promise<URL> {
  const cookies = new Map<string, string>();
  const own = new URL(start).origin;
  let [url, form]: [string, URLSearchParams | undefined] = [start, undefined];
  for (let step = 0; step < 20; step += 1) {
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      ...(form === undefined ? {} : { body: form }),
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const text = await response.text();
    if (location !== null) {
      const next = new URL(location, url);
      if (next.origin !== own) return next;
      [url, form] = [next.href, undefined];
      continue;
    }
    const [, action] = /<form[^>]*action="([^"]+)"/.exec(text) ?? [];
    if (action === undefined)
      throw new Error(
        `no form and no redirect (${response.status}): ${text.replaceAll(/<style>[^]*<\/style>|<[^>]*>|\s+/g, ' ').slice(0, 500)}`,
      );
    const isLogin = text.includes('name="login"');
    [url, form] = [
      new URL(action, url).href,
      new URLSearchParams(isLogin ? { prompt: 'login', login, password: 'any' } : { prompt: 'consent' }),
    ];
  }
  throw new Error('the identity provider sends people around in a circle');
}

/** What an identity provider of a test puts into its answers in place of what would be right. */
export interface Lies {
  /** Members of the discovery document. */
  discovery?: Record<string, unknown>;
  /** Claims of the ID token; undefined takes one away. */
  claims?: Record<string, unknown>;
  /** The token is signed with a key that is not shown. */
  isForged?: boolean;
  /** Answers of the token endpoint. */
  token?: { status: number; body: unknown };
  /** What it tells of the user beside the ID token; undefined: it tells nothing. */
  userInfo?: Record<string, unknown>;
}

/** An identity provider that gives a token for any code. `nonce` and the like are right unless it lies. */
export async function lyingServer(lies: Lies, nonceOf: () => string, ends: (end: () => void) => void = onTestFinished): Promise<string> {
  const [shown, hidden] = [generateKeyPairSync('rsa', { modulusLength: 2_048 }), generateKeyPairSync('rsa', { modulusLength: 2_048 })];
  const jwk = { ...shown.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
  const issuer = await listening((request, response) => {
    const answers: Record<string, () => { status?: number; body: unknown }> = {
      '/.well-known/openid-configuration': () => ({
        body: {
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          token_endpoint_auth_methods_supported: ['client_secret_post'],
          ...(lies.userInfo === undefined ? {} : { userinfo_endpoint: `${issuer}/me` }),
          ...lies.discovery,
        },
      }),
      '/me': () => ({ body: { sub: 'liar', ...lies.userInfo } }),
      '/keys': () => ({ body: { keys: [jwk] } }),
      '/token': () => {
        if (lies.token !== undefined) return lies.token;
        const now = Math.floor(Date.now() / 1_000);
        const right = {
          iss: issuer,
          aud: CLIENT.id,
          sub: 'liar',
          nonce: nonceOf(),
          iat: now,
          exp: now + 300,
          email: 'liar@acme.example',
          email_verified: true,
        };
        const key = (lies.isForged === true ? hidden : shown).privateKey;
        const claims = JSON.parse(JSON.stringify({ ...right, ...lies.claims })) as object;
        const idToken = jwt.sign(claims, key, { algorithm: 'RS256', keyid: 'one' });
        return { body: { access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token: idToken } };
      },
    };
    const found = answers[pathOf(request)]?.() ?? { status: 404, body: {} };
    response.writeHead(found.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found.body));
  }, ends);
  return issuer;
}

/** What GitHub answers, of a user with these addresses. */
export async function githubServer(user: { id: number; login: string; name: string | null; emails: object[] }): Promise<string> {
  const forms: URLSearchParams[] = [];
  return listening((request, response) => {
    const answer = (body: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (pathOf(request) === '/login/oauth/access_token') {
      void bodyOf(request).then((text) => {
        const form = new URLSearchParams(text);
        forms.push(form);
        if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret)
          return answer({ error: 'incorrect_client_credentials' });
        const isGood = form.get('code') === 'good' && (form.get('code_verifier') ?? '').length >= 43;
        return answer(
          isGood ? { access_token: 'gho_1', token_type: 'bearer', scope: 'read:user,user:email' } : { error: 'bad_verification_code' },
        );
      });
      return;
    }
    if (request.headers.authorization !== 'Bearer gho_1') return answer({}, 401);
    if (pathOf(request) === '/user') return answer({ id: user.id, login: user.login, name: user.name, email: 'public@elsewhere.example' });
    return answer(user.emails);
  });
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
