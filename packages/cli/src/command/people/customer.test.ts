import { describe, expect, it } from 'vitest';
import { commandLine, testToken } from '../../context.testing.js';

const ada = {
  userId: 'user-1',
  email: 'ada@example.com',
  userName: 'Ada',
  orgId: 'org-1',
  orgName: 'Acme',
  orgUrl: '',
  status: 'ACTIVE',
  enabled: true,
  createdAt: 'then',
  lastModifiedAt: 'then',
  attributes: {},
  subscriptionCount: 2,
  instanceCount: 1,
};

async function provider() {
  const changes: unknown[] = [];
  const line = await commandLine(
    ({ method, path, query, body }) => {
      if (method !== 'GET') changes.push([`${method} ${path}`, body]);
      if (path === '/fleet/users')
        return {
          body:
            query.get('nextPageToken') === null
              ? { users: [ada], nextPageToken: 'more' }
              : { users: [{ ...ada, email: 'bea@example.com' }] },
        };
      if (method === 'GET') return { body: { ...ada, subscriptions: [] } };
      return { body: path === '/fleet/user' ? JSON.stringify('user-1') : {} };
    },
    { readInput: async () => 'correct horse\n' },
  );
  await line.context.sessions.write('http://127.0.0.1:8080', { email: 'ops@example.com', token: testToken(3600), refreshToken: 'r1' });
  return { ...line, changes };
}

const body = { email: 'ada@example.com', name: 'Ada', password: 'correct horse', legalCompanyName: 'Ada' };
const create = ['create', '--email', 'ada@example.com', '--name', 'Ada', '--password-stdin'];

describe('customer', () => {
  it.each([
    [create, 'POST /fleet/user', { ...body, enableAutoVerification: true }],
    [[...create, '--mail'], 'POST /fleet/user', { ...body, enableAutoVerification: false }],
    [['verify', 'user-1'], 'POST /api/customers/user-1/verify', undefined],
    [['suspend', 'user-1'], 'PUT /fleet/user/user-1/suspend', undefined],
    [['unsuspend', 'user-1'], 'PUT /fleet/user/user-1/unsuspend', undefined],
    [['delete', 'user-1', '--yes'], 'DELETE /fleet/user/user-1', undefined],
  ])('%j sends %s', async (args, call, sent) => {
    const line = await provider();
    expect(await line.run('customer', ...args)).toMatchObject({ code: 0, err: '' });
    expect(line.changes).toEqual([[call, sent]]);
  });

  it.each([
    [['list'], /user-1 +ada@example\.com +Ada +Acme +ACTIVE +2 +1[^]*bea@example\.com/],
    [['describe', 'user-1'], /company +Acme/],
    [create, /id +user-1/],
  ])('%j is shown', async (args, text) => {
    expect((await (await provider()).run('customer', ...args)).out).toMatch(text);
  });

  it('delete without --yes does nothing where nobody can be asked', async () => {
    const line = await provider();
    expect(await line.run('customer', 'delete', 'user-1')).toMatchObject({ code: 1, err: expect.stringContaining('Say so with --yes') });
    expect(line.changes).toEqual([]);
  });
});
