import { describe, expect, it } from 'vitest';
import { commandLine, errorBody, type StubRequest, testToken } from '../../context.testing.js';

const SERVER = 'http://127.0.0.1:8080';
const mail = {
  id: 'mail-1',
  recipient: 'ada@example.com',
  type: 'CustomerSignUp',
  status: 'WAITING',
  failures: 0,
  message: 'No mail server is set.',
  createdAt: 'then',
};

function answerTo({ method, path, query }: StubRequest) {
  if (path === '/api/mails')
    return {
      body: query.get('nextPageToken') === null ? { mails: [mail], nextPageToken: 'more' } : { mails: [{ ...mail, id: 'mail-2' }] },
    };
  if (path === '/api/mails/mail-1')
    return { body: { ...mail, subject: 'Confirm', text: 'Hello,\n\ncellplane signup verify\u001b[2J --token t\n' } };
  return method === 'POST' ? { status: 204, body: undefined } : { body: {} };
}

async function account(input: string, answer: typeof answerTo | ((request: StubRequest) => { status?: number; body: unknown }) = answerTo) {
  const requests: unknown[] = [];
  const line = await commandLine(
    (request) => {
      requests.push([
        `${request.method} ${request.path}${request.query.size > 0 ? `?${request.query}` : ''}`,
        request.token === undefined ? 'nobody' : 'signed in',
        request.body,
      ]);
      return answer(request);
    },
    { readInput: async () => input },
  );
  await line.context.sessions.write(SERVER, { email: 'ops@example.com', token: testToken(3600), refreshToken: 'r1' });
  return { ...line, requests, session: () => line.context.sessions.read(SERVER) };
}

describe('commands on accounts', () => {
  const ada = ['--email', 'ada@example.com'];

  it.each([
    [
      ['signup', ...ada, '--name', 'Ada', '--password-stdin'],
      'POST /api/sign-up',
      { email: 'ada@example.com', name: 'Ada', password: 'correct horse' },
      'A mail to ada@example.com says how to go on.',
    ],
    [
      ['signup', ...ada, '--name', 'Ada', '--company', 'Engines', '--password-stdin'],
      'POST /api/sign-up',
      { email: 'ada@example.com', name: 'Ada', password: 'correct horse', legalCompanyName: 'Engines' },
      'A mail to',
    ],
    [
      ['signup', 'verify', ...ada, '--token', 't'],
      'POST /validate-token',
      { email: 'ada@example.com', token: 't' },
      'cellplane login --email ada@example.com',
    ],
    [['password', 'reset', ...ada], 'POST /reset-password', { email: 'ada@example.com' }, 'If ada@example.com has an account'],
    [
      ['password', 'change', ...ada, '--token', 't', '--password-stdin'],
      'POST /change-password',
      { email: 'ada@example.com', token: 't', password: 'correct horse' },
      'The password is changed.',
    ],
  ])('%j is sent by nobody in particular', async (args, request, body, words) => {
    const line = await account('correct horse\n');
    expect(await line.run(...args)).toMatchObject({ code: 0, err: '', out: expect.stringContaining(words) });
    expect(line.requests).toEqual([[request, 'nobody', body]]);
    expect(await line.session()).toBeDefined();
    expect((await line.run(...args, '-o', 'json')).out).toBe('');
  });

  it.each(['old one\nnew one', 'old one\r\nnew one\r\n'])(
    'password change signed in takes both passwords from standard input: %j',
    async (input) => {
      const line = await account(input);
      expect(await line.run('password', 'change', '--password-stdin')).toMatchObject({ code: 0, err: '' });
      expect(line.requests).toEqual([['POST /update-password', 'signed in', { currentPassword: 'old one', password: 'new one' }]]);
      expect(await line.session()).toBeUndefined();
    },
  );

  it('keeps the session where the password stays as it is', async () => {
    const line = await account('wrong\nnew one', () => ({ status: 400, body: errorBody('bad_request', 'The current password is wrong.') }));
    expect(await line.run('password', 'change', '--password-stdin')).toMatchObject({
      code: 1,
      err: expect.stringContaining('The current password is wrong.'),
    });
    expect(await line.session()).toBeDefined();
  });

  it.each([
    [['signup'], 'give --email'],
    [['signup', ...ada], 'give --name'],
    [['signup', ...ada, '--name', 'Ada'], 'give --password-stdin'],
    [['signup', 'verfy', ...ada, '--name', 'Ada', '--password-stdin'], 'too many arguments'],
    [['signup', 'verify', ...ada], 'give --token'],
    [['password', 'reset'], 'give --email'],
    [['password', 'change'], 'give --password-stdin'],
    [['password', 'change', '--password-stdin'], 'two lines'],
    [['password', 'change', ...ada], '--email goes with --token'],
    [['password', 'change', '--token', 't', '--password-stdin'], 'give --email'],
    [['mail', 'list', '--limit', '0'], 'whole number above 0'],
  ])('%j is refused before anything is sent', async (args, words) => {
    const line = await account('correct horse');
    expect(await line.run(...args)).toMatchObject({ code: 1, err: expect.stringContaining(words) });
    expect(line.requests).toEqual([]);
  });

  it('signup tells of the options that each command has', async () => {
    expect((await (await account('')).run('signup', '--help')).out).toMatch(/--email[^]*--server[^]*--output[^]*verify/);
  });
});

describe('mail', () => {
  it('lists every page', async () => {
    const line = await account('');
    expect((await line.run('mail', 'list', '--to', 'ada@example.com')).out).toMatch(
      /mail-1 +ada@example\.com +CustomerSignUp +WAITING +then +No mail server is set\.\nmail-2/,
    );
    expect(line.requests).toEqual([
      ['GET /api/mails?recipient=ada%40example.com', 'signed in', undefined],
      ['GET /api/mails?recipient=ada%40example.com&nextPageToken=more', 'signed in', undefined],
    ]);
  });

  it('asks for no page behind the limit', async () => {
    const line = await account('');
    expect(JSON.parse((await line.run('mail', 'list', '--limit', '1', '-o', 'json')).out)).toEqual([mail]);
    expect(line.requests).toHaveLength(1);
  });

  it('shows what a mail says, line by line, and nothing that moves the cursor', async () => {
    const line = await account('');
    const { out } = await line.run('mail', 'show', 'mail-1');
    expect(out).toMatch(/subject +Confirm\n\nHello,\n\ncellplane signup verify \[2J --token t\n$/);
    expect(JSON.parse((await line.run('mail', 'show', 'mail-1', '-o', 'json')).out)).toMatchObject({ id: 'mail-1', subject: 'Confirm' });
  });
});
