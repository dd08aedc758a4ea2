import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandLine, errorBody, type StubRequest, testToken } from '../../context.testing.js';

const SERVER = 'http://127.0.0.1:8080';

interface Visit {
  status: number;
  text: string;
}

/** What a browser asks for at the loopback address, given the address and the state of the sign-in. */
type Browser = (redirectUrl: string, state: string) => string[];

/** A terminal whose person opens the printed address in a browser, which asks for what `browser` says. */
async function terminal(
  browser: Browser,
  login: (request: StubRequest) => { status?: number; body: unknown } = () => ({ body: { jwtToken: testToken(3600), refreshToken: 'r1' } }),
) {
  const requests: StubRequest[] = [];
  const visits: Promise<Visit[]>[] = [];
  let redirectUrl = '';
  const provider = (name: string) => ({
    id: `idp-${name}`,
    name,
    identityProviderName: 'OIDC',
    emailIdentifiers: '',
    loginButtonIconUrl: '',
    loginButtonText: '',
    renderedAuthorizationEndpoint: `https://id.example/auth?to=${name}`,
    state: `state of ${name}`,
  });
  const line = await commandLine((request) => {
    requests.push(request);
    redirectUrl = request.query.get('redirectUrl') ?? redirectUrl;
    const asked = request.query.get('email');
    if (request.path === '/api/sign-in/identity-providers')
      return {
        body: {
          identityProviders:
            asked === 'nobody@example.com' ? [] : asked === 'two@example.com' ? [provider('One'), provider('Two')] : [provider('One')],
        },
      };
    if (request.path === '/login-with-identity-provider') return login(request);
    return { body: { id: 'user-1', email: 'ada@example.com', orgId: 'org-1', kind: 'customer' } };
  });
  let err = '';
  line.context.stderr = (text) => {
    err += text;
    if (text.includes('https://id.example/auth')) visits.push(inTurn(browser(redirectUrl, 'state of One')));
  };
  return {
    ...line,
    requests,
    visits: async () => (await Promise.all(visits)).flat(),
    login: async (...args: string[]) => ({ ...(await line.run('login', '--sso', ...args)), err }),
  };
}

async function inTurn(urls: string[]): Promise<Visit[]> {
  const [first, ...others] = urls;
  if (first === undefined) return [];
  const response = await fetch(first);
  const visit = { status: response.status, text: await response.text() };
  return [visit, ...(await inTurn(others))];
}

describe('login --sso', () => {
  it('prints an address, waits for the browser, and keeps the session of whoever comes back', async () => {
    const { login, requests, visits, context } = await terminal((url, state) => [
      `${url}?code=c&state=${state}&iss=https%3A%2F%2Fid.example`,
    ]);
    const { code, out, err } = await login('--email', 'ada@example.com');
    expect({ code, out }).toEqual({ code: 0, out: `Signed in to ${SERVER} as ada@example.com.\n` });
    expect(err).toContain('Open this address in a browser on this machine, and sign in with One:\n\n  https://id.example/auth?to=One\n');
    const [offer, exchange] = requests;
    expect(offer?.query.get('redirectUrl')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    const { codeVerifier, ...body } = (exchange?.body ?? {}) as Record<string, string>;
    expect(body).toEqual({
      identityProviderName: 'idp-One',
      authorizationCode: 'c',
      state: 'state of One',
      redirectUri: offer?.query.get('redirectUrl'),
      iss: 'https://id.example',
    });
    expect(
      createHash('sha256')
        .update(codeVerifier ?? '')
        .digest('base64url'),
    ).toBe(offer?.query.get('codeChallenge'));
    expect(await visits()).toEqual([{ status: 200, text: 'You can close this window and go back to the terminal.\n' }]);
    expect(await context.sessions.read(SERVER)).toMatchObject({ email: 'ada@example.com', kind: 'customer', refreshToken: 'r1' });
  });

  it('takes nothing but the answer to what it has begun', async () => {
    const { login, visits, requests } = await terminal((url, state) => [
      `${url}?code=evil&state=another`,
      `${url}?code=evil`,
      `${url}?state=${state}`,
      `${new URL(url).origin}/other?code=evil&state=${state}`,
      `${url}?code=good&state=${state}`,
    ]);
    expect((await login()).code).toBe(0);
    expect((await visits()).map(({ status }) => status)).toEqual([400, 400, 400, 404, 200]);
    expect(requests.filter(({ path }) => path === '/login-with-identity-provider').map(({ body }) => body)).toEqual([
      expect.objectContaining({ authorizationCode: 'good' }),
    ]);
  });

  it('says what the identity provider or the server has refused, in one line', async () => {
    const refusedThere = await terminal((url, state) => [`${url}?error=access_denied&error_description=No%0A%1B%5B2Jway&state=${state}`]);
    expect(await refusedThere.login()).toMatchObject({
      code: 1,
      err: expect.stringContaining('The identity provider has refused the sign-in: access_denied: No [2Jway\n'),
    });
    const refusedHere = await terminal(
      (url, state) => [`${url}?code=c&state=${state}`],
      () => ({ status: 400, body: errorBody('bad_request', 'The account is suspended.') }),
    );
    expect(await refusedHere.login()).toMatchObject({ code: 1, err: expect.stringContaining('Detail: The account is suspended.') });
    expect(await refusedHere.context.sessions.read(SERVER)).toBeUndefined();
  });

  it('names the choice where there are several identity providers, or none', async () => {
    const { login } = await terminal(() => []);
    expect((await login('--email', 'two@example.com')).err).toContain('choose one with --identity-provider: "One", "Two".');
    expect((await login('--email', 'nobody@example.com')).err).toContain('The server offers no identity provider for this');
  });

  it('listens on the port that is asked for, and says so if it is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const { login } = await terminal(() => []);
    expect((await login('--callback-port', String(port))).err).toContain(`Port ${port} cannot be listened on`);
    for (const wrong of ['0', '65536', 'x']) expect((await login('--callback-port', wrong)).err).toContain(`--callback-port is "${wrong}"`);
  });
});

describe('commands on identity providers', () => {
  const row = {
    id: 'idp-1',
    name: 'Acme',
    identityProviderName: 'OIDC',
    clientId: 'c',
    clientSecret: '***',
    status: 'READY',
    signsIn: 'people',
    emailIdentifiers: 'acme.example',
  };

  async function keeper(verified: object = { status: 'READY' }) {
    const changes: unknown[] = [];
    const line = await commandLine(
      ({ method, path, body }) => {
        if (method !== 'GET') changes.push([`${method} ${path}`, body]);
        if (method === 'GET') return { body: path === '/identity-provider' ? { identityProviders: [row] } : row };
        if (path === '/identity-provider') return { body: '"idp-2"' };
        return { body: method === 'POST' ? { id: 'idp-2', identityProviderName: 'OIDC', clientId: 'c', name: 'Acme', ...verified } : {} };
      },
      { readInput: async () => 'secret\n' },
    );
    await line.context.sessions.write(SERVER, { email: 'ops@example.com', token: testToken(3600), refreshToken: 'r1' });
    return { changes, run: (...args: string[]) => line.run(...args) };
  }

  it('make one, with the secret from standard input, and ask it at once', async () => {
    const { run, changes } = await keeper({ status: 'FAILED', message: 'it does not answer' });
    const { code, out } = await run(
      'identity-provider',
      'create',
      'OIDC',
      '--name',
      'Acme',
      '--issuer',
      'https://id.acme.example',
      '--client-id',
      'c',
      '--client-secret-stdin',
      '--signs-in',
      'people',
      '--domains',
      'acme.example',
      '--group-role',
      'a=b=admin',
      'dev=editor',
      '--create-users',
      'no',
      '--trust-email',
      'yes',
    );
    expect(code).toBe(0);
    expect(out).toContain('it does not answer');
    expect(changes).toEqual([
      [
        'POST /identity-provider',
        {
          identityProviderName: 'OIDC',
          name: 'Acme',
          issuer: 'https://id.acme.example',
          clientId: 'c',
          clientSecret: 'secret',
          signsIn: 'people',
          emailIdentifiers: 'acme.example',
          groupRoles: { 'a=b': 'admin', dev: 'editor' },
          createUsers: false,
          trustEmail: true,
        },
      ],
      ['POST /identity-provider/idp-2', undefined],
    ]);
  });

  it.each([
    [
      ['update', 'acme', '--disable'],
      [
        ['PATCH /identity-provider/idp-1', { disabled: true }],
        ['POST /identity-provider/idp-1', undefined],
      ],
    ],
    [
      ['update', 'idp-1', '--enable'],
      [
        ['PATCH /identity-provider/idp-1', { disabled: false }],
        ['POST /identity-provider/idp-1', undefined],
      ],
    ],
    [['verify', 'Acme'], [['POST /identity-provider/idp-1', undefined]]],
    [['delete', 'Acme', '--yes'], [['DELETE /identity-provider/idp-1', undefined]]],
  ])('%j', async (args, expected) => {
    const { run, changes } = await keeper();
    expect(await run('identity-provider', ...args)).toMatchObject({ code: 0, err: '' });
    expect(changes).toEqual(expected);
  });

  it('list and describe them', async () => {
    const { run } = await keeper();
    expect((await run('identity-provider', 'list')).out).toMatch(/idp-1 +Acme +OIDC +people +acme\.example +READY/);
    expect(JSON.parse((await run('identity-provider', 'describe', 'acme', '-o', 'json')).out)).toEqual(row);
  });

  it.each([
    [['create', 'OIDC'], 'Give --client-id and --client-secret-stdin'],
    [['update', 'Acme', '--enable', '--disable'], 'not both'],
    [['update', 'Acme', '--create-users', 'maybe'], '--create-users is "maybe"'],
    [['update', 'Acme', '--group-role', 'admin'], '--group-role is "admin"'],
    [['verify', 'Nobody'], 'There is no identity provider "Nobody"'],
    [['delete', 'Acme'], 'Say so with --yes'],
  ])('%j is refused', async (args, text) => {
    const { run, changes } = await keeper();
    expect(await run('identity-provider', ...args)).toMatchObject({ code: 1, err: expect.stringContaining(text) });
    expect(changes).toEqual([]);
  });
});
