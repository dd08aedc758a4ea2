import { beforeEach, describe, expect, it, vi } from 'vitest';
import { commandLine, errorBody, type StubRequest, testToken } from '../../context.testing.js';

/** What the person at the terminal types, question by question. */
const typed: string[] = [];
const asked: string[] = [];
const answer = async ({ message }: { message: string }) => {
  asked.push(message);
  return typed.shift() ?? '';
};
vi.mock('@clack/prompts', () => ({ text: answer, password: answer, isCancel: () => false }));
beforeEach(() => {
  typed.length = 0;
  asked.length = 0;
});

const SERVER = 'http://127.0.0.1:8080';
const factor = { id: 'factor-1', kind: 'TOTP', name: 'My phone', confirmed: true, createdAt: 'then', lastUsedAt: 'now' };
const recoveryCodes = ['aaaa-bbbb-cccc-dddd', 'eeee-ffff-gggg-hhhh'];
const pair = { jwtToken: testToken(3600), refreshToken: 'r1' };

function answerTo({ method, path, body }: StubRequest) {
  const { code, password } = (body ?? {}) as { code?: string; password?: string };
  if (path === '/signin') {
    if (password !== 'correct horse') return { status: 400, body: errorBody('bad_request', 'wrong user email or password') };
    if (code !== undefined) return { body: pair };
    const secondFactor = { challenge: 'c1', methods: ['TOTP', 'RECOVERY_CODE'], expiresAt: 'soon' };
    return {
      status: 401,
      body: { ...errorBody('auth_failure', 'A second factor is needed.'), code: 'second-factor-needed', secondFactor },
    };
  }
  if (path === '/api/sign-in/finish')
    return code === '123456'
      ? { body: pair }
      : { status: 401, body: { ...errorBody('auth_failure', 'The code is wrong.'), code: 'wrong-code' } };
  if (path === '/user') return { body: { kind: 'provider' } };
  if (path === '/api/factors' && method === 'GET') return { body: { factors: [factor], recoveryCodesLeft: 7, required: false } };
  if (path === '/api/factors')
    return { body: { id: 'factor-2', kind: 'TOTP', name: 'My phone', secret: 'JBSWY3DP', otpauthUrl: 'otpauth://totp/x' } };
  if (path.endsWith('/confirm')) return { body: { factor, recoveryCodes } };
  if (path === '/api/recovery-codes') return { body: { recoveryCodes } };
  if (path === '/api/sign-in-policy') return { body: { secondFactorRequired: true } };
  if (path === '/org-users') return { body: { Id: 'org-1', orgUsers: [{ userId: 'user-1', email: 'mia@example.com' }] } };
  if (path === '/fleet/users') return { body: { users: [{ userId: 'user-2', email: 'ada@example.com' }] } };
  if (path.startsWith('/api/users/')) return { body: { removed: 1 } };
  return { status: 204, body: undefined };
}

async function person({ isInteractive = false, isSignedIn = true } = {}) {
  const changes: unknown[] = [];
  const line = await commandLine(
    (request) => {
      if (request.method !== 'GET') changes.push([`${request.method} ${request.path}`, request.body]);
      return answerTo(request);
    },
    { readInput: async () => 'correct horse\n', isInteractive },
  );
  if (isSignedIn) await line.context.sessions.write(SERVER, { email: 'ops@example.com', token: testToken(3600), refreshToken: 'r1' });
  return { ...line, changes, session: () => line.context.sessions.read(SERVER) };
}

const LOGIN = ['login', '--email', 'ops@example.com', '--password-stdin'];
const credentials = { email: 'ops@example.com', password: 'correct horse' };

describe('login', () => {
  it('sends the code that was given', async () => {
    const line = await person({ isSignedIn: false });
    expect(await line.run(...LOGIN, '--code', '123456')).toMatchObject({ code: 0, err: '' });
    expect(line.changes).toEqual([['POST /signin', { ...credentials, code: '123456' }]]);
    expect(await line.session()).toBeDefined();
  });

  it('asks for the code, and again where it was wrong', async () => {
    const line = await person({ isInteractive: true, isSignedIn: false });
    typed.push('correct horse', '000000', '123456');
    expect(await line.run('login', '--email', 'ops@example.com')).toMatchObject({ code: 0, err: 'The code is wrong.\n' });
    expect(line.changes).toEqual([
      ['POST /signin', credentials],
      ['POST /api/sign-in/finish', { challenge: 'c1', code: '000000' }],
      ['POST /api/sign-in/finish', { challenge: 'c1', code: '123456' }],
    ]);
    expect(asked[1]).toContain('authenticator app');
  });

  it('asks three times', async () => {
    const line = await person({ isInteractive: true, isSignedIn: false });
    typed.push('correct horse', '1', '2', '3');
    expect(await line.run('login', '--email', 'ops@example.com')).toMatchObject({ code: 1 });
    expect([line.changes.length, await line.session()]).toEqual([4, undefined]);
  });

  it('says what to give where nobody can be asked', async () => {
    const line = await person({ isSignedIn: false });
    expect(await line.run(...LOGIN)).toMatchObject({ code: 1, err: expect.stringMatching(/second_factor_needed[^]*--code[^]*--api-key/) });
  });
});

describe('commands on factors', () => {
  it.each([
    [['factor', 'add', '--password-stdin'], 'POST /api/factors', { kind: 'TOTP', password: 'correct horse' }],
    [['factor', 'add', 'My phone', '--code', '123456'], 'POST /api/factors', { kind: 'TOTP', name: 'My phone', code: '123456' }],
    [['factor', 'confirm', 'my PHONE', '--code', '123456'], 'POST /api/factors/factor-1/confirm', { code: '123456' }],
    [['factor', 'remove', 'factor-1', '--code', '123456', '-y'], 'DELETE /api/factors/factor-1', { code: '123456' }],
    [['factor', 'remove', 'My phone', '--password-stdin', '-y'], 'DELETE /api/factors/factor-1', { password: 'correct horse' }],
    [['factor', 'recovery-codes', '--code', '123456'], 'POST /api/recovery-codes', { code: '123456' }],
    [['factor', 'reset', 'Mia@example.com', '-y'], 'DELETE /api/users/user-1/factors', undefined],
    [['factor', 'reset', 'ada@example.com', '-y'], 'DELETE /api/users/user-2/factors', undefined],
    [['factor', 'reset', 'user-9', '-y'], 'DELETE /api/users/user-9/factors', undefined],
    [['factor', 'require', 'on', '--code', '123456'], 'PUT /api/sign-in-policy', { secondFactorRequired: true, code: '123456' }],
    [
      ['factor', 'require', 'off', '--password-stdin'],
      'PUT /api/sign-in-policy',
      { secondFactorRequired: false, password: 'correct horse' },
    ],
  ])('%j is sent where it belongs', async (args, request, body) => {
    const line = await person();
    expect(await line.run(...args)).toMatchObject({ code: 0, err: '' });
    expect(line.changes).toEqual([[request, body]]);
  });

  it.each([
    [['factor', 'list'], /factor-1 +TOTP +My phone +confirmed +now\n7 recovery codes left/],
    [['factor', 'add', '--code', '1'], /key +JBSWY3DP\naddress +otpauth:\/\/totp\/x\n[^]*factor confirm factor-2 --code/],
    [
      ['factor', 'confirm', 'factor-1', '--code', '1'],
      /My phone is your second factor now[^]*\naaaa-bbbb-cccc-dddd\neeee-ffff-gggg-hhhh\n$/,
    ],
    [['factor', 'require'], /secondFactorRequired +true/],
    [['factor', 'reset', 'user-9', '-y'], /user-9 had 1 second factor, and has none now/],
  ])('%j is shown', async (args, text) => {
    expect((await (await person()).run(...args)).out).toMatch(text);
  });

  it.each([
    [['factor', 'list'], { factors: [factor], recoveryCodesLeft: 7, required: false }],
    [['factor', 'add', '--code', '1'], expect.objectContaining({ secret: 'JBSWY3DP' })],
    [['factor', 'confirm', 'factor-1', '--code', '1'], { factor, recoveryCodes }],
    [['factor', 'recovery-codes', '--code', '1'], { recoveryCodes }],
  ])('%j -o json is what the server answers', async (args, whole) => {
    expect(JSON.parse((await (await person()).run(...args, '-o', 'json')).out)).toEqual(whole);
  });

  it('add asks for password and code of whoever is there', async () => {
    const line = await person({ isInteractive: true });
    typed.push('correct horse', '123456');
    expect((await line.run('factor', 'add')).out).toMatch(/key +JBSWY3DP[^]*97;40m█[^]*aaaa-bbbb-cccc-dddd/);
    expect(line.changes).toEqual([
      ['POST /api/factors', { kind: 'TOTP', password: 'correct horse' }],
      ['POST /api/factors/factor-2/confirm', { code: '123456' }],
    ]);
  });

  it.each([
    [['factor', 'add'], 'give --password-stdin'],
    [['factor', 'confirm', 'factor-1'], '--code'],
    [['factor', 'remove', 'other', '--code', '1', '-y'], 'You have no second factor "other"'],
    [['factor', 'remove', 'factor-1', '--code', '1'], 'Say so with --yes'],
    [['factor', 'reset', 'eve@example.com', '-y'], 'There is no user "eve@example.com"'],
    [['factor', 'require', 'maybe'], 'Say on or off'],
    [['factor', 'require', 'off'], '--password-stdin'],
  ])('%j is refused', async (args, words) => {
    const line = await person();
    expect(await line.run(...args)).toMatchObject({ code: 1, err: expect.stringContaining(words) });
    expect(line.changes).toEqual([]);
  });
});
