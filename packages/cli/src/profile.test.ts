import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLine, type StubRequest, testToken } from './context.testing.js';

/** Servers that sign everybody in; a token says who it was. */
function servers() {
  const asked: (StubRequest & { host: string })[] = [];
  const line = commandLine(() => undefined, {
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const path = url.pathname.replace('/2022-09-01-00', '');
      const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as { email?: string }) : undefined;
      const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '');
      asked.push({ host: url.host, method: init?.method ?? 'GET', path, query: url.searchParams, body, token });
      const answer =
        path === '/signin'
          ? { jwtToken: testToken(3_600, `${url.host} ${body?.email}`), refreshToken: `refresh of ${body?.email}` }
          : path === '/user'
            ? { id: 'user-1', email: 'x@example.com', name: 'X', orgId: 'org-1', orgName: 'Org', roleType: 'root' }
            : undefined;
      return new Response(answer === undefined ? null : JSON.stringify(answer));
    },
  });
  return { asked, line };
}

const who = (token: string | undefined) =>
  (JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()) as { jti: string }).jti;

describe('profiles', () => {
  it('have a server and a session each; the current one counts where nothing is named', async () => {
    const { asked, line: made } = servers();
    const line = await made;
    const add = await line.run('profile', 'add', 'prod', '--server', 'https://prod.example', '--use');
    expect(add).toMatchObject({ code: 0, out: expect.stringContaining('Sign in with: cellplane login --profile prod') });
    await line.run('profile', 'add', 'customer', '--server', 'https://prod.example');
    for (const [profile, email] of [
      ['prod', 'ops@example.com'],
      ['customer', 'ann@example.com'],
    ] as const)
      expect(await line.run('login', '--profile', profile, '--email', email, '--password', 'secret')).toMatchObject({ code: 0, err: '' });
    const asks = async (...args: string[]) => {
      expect(await line.run(...args)).toMatchObject({ code: 0, err: '' });
      return who(asked.at(-1)?.token);
    };
    expect(await asks('whoami')).toBe('prod.example ops@example.com');
    expect(await asks('whoami', '--profile', 'customer')).toBe('prod.example ann@example.com');
    expect(await asks('--profile', 'customer', 'whoami')).toBe('prod.example ann@example.com');
    line.context.env['CELLPLANE_PROFILE'] = 'customer';
    expect(await asks('whoami')).toBe('prod.example ann@example.com');
    // A server that is named has sessions of its own.
    const elsewhere = await line.run('whoami', '--server', 'https://prod.example');
    expect(elsewhere).toMatchObject({ code: 1, err: expect.stringContaining('not signed in to https://prod.example') });
    delete line.context.env['CELLPLANE_PROFILE'];
    line.context.env['CELLPLANE_SERVER'] = 'https://other.example';
    expect((await line.run('whoami')).err).toContain('not signed in to https://other.example');
    expect((await stat(join(line.home, '.cellplane', 'config.yml'))).mode & 0o777).toBe(0o600);
  });

  it('are listed with who is signed in, left by --none, and removed after the sign-out', async () => {
    const { asked, line: made } = servers();
    const line = await made;
    await line.run('profile', 'add', 'prod', '--server', 'prod.example:443', '--use');
    await line.run('login', '--email', 'ops@example.com', '--password', 'secret');
    expect(JSON.parse((await line.run('profile', 'list', '-o', 'json')).out)).toEqual([
      { name: 'prod', server: 'http://prod.example:443', current: true, email: 'ops@example.com' },
    ]);
    expect(await line.run('profile', 'remove', 'prod')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Sign out first: cellplane logout --profile prod'),
    });
    expect(await line.run('profile', 'use', '--none')).toMatchObject({ code: 0 });
    expect((await line.run('whoami')).err).toContain('not signed in to http://127.0.0.1:8080');
    expect(await line.run('logout', '--profile', 'prod')).toMatchObject({ code: 0 });
    expect(asked.at(-1)?.body).toEqual({ refreshToken: 'refresh of ops@example.com' });
    expect(await line.run('profile', 'remove', 'prod')).toMatchObject({ code: 0 });
    expect((await line.run('profile', 'list')).out).toBe('Nothing found.\n');
  });

  it('that are current are forgotten with their removal', async () => {
    const line = await servers().line;
    await line.run('profile', 'add', 'prod', '--server', 'https://prod.example', '--use');
    await line.run('profile', 'remove', 'prod');
    expect((await line.run('whoami')).err).toContain('not signed in to http://127.0.0.1:8080');
  });

  it.each([
    [['whoami', '--profile', 'nope'], /no profile "nope"\. There is: prod/],
    [['whoami', '--profile', 'constructor'], /no profile "constructor"/],
    [['whoami', '--profile', 'prod', '--server', 'http://a'], /give one of them/],
    [['profile', 'use', 'nope'], /no profile "nope"/],
    [['profile', 'use'], /Name a profile, or give --none/],
    [['profile', 'use', 'prod', '--none'], /Name a profile, or give --none/],
    [['profile', 'remove', '__proto__'], /no profile "__proto__"/],
    [['profile', 'add', '../x', '--server', 'http://a'], /letters, digits/],
    [['profile', 'add', 'x', '--server', 'http://['], /no address of a server/],
    [['profile', 'add', 'prod', '--server', 'https://other.example'], /is that of https:\/\/prod\.example/],
  ])('refuse %j', async (args, message) => {
    const line = await servers().line;
    await line.run('profile', 'add', 'prod', '--server', 'https://prod.example');
    expect(await line.run(...args)).toMatchObject({ code: 1, err: expect.stringMatching(message) });
  });

  it('are named again in what is printed to be typed', async () => {
    const line = await servers().line;
    await line.run('profile', 'add', 'prod', '--server', 'https://prod.example');
    expect((await line.run('whoami', '--profile', 'prod')).err).toContain('Sign in with: cellplane login --profile prod');
  });
});
