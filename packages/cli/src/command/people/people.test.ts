import { describe, expect, it } from 'vitest';
import { commandLine, type StubRequest, testToken } from '../../context.testing.js';

const apiKey = {
  id: 'apikey-1',
  name: 'ci',
  prefix: 'om_abcd',
  roleType: 'reader',
  status: 'ACTIVE',
  createdAt: 'then',
  createdByUserId: 'user-1',
};
const session = {
  id: 'session-1',
  current: true,
  method: 'PASSWORD',
  address: '192.0.2.1',
  userAgent: 'x',
  createdAt: 'a',
  lastUsedAt: 'b',
  expiresAt: 'c',
};
const mia = {
  userId: 'user-1',
  email: 'mia@example.com',
  name: 'Mia',
  roleType: 'reader',
  invitedAt: 'then',
  status: 'ACTIVE',
  serviceIds: [],
};
const invitation = { ...mia, id: 'invitation-1', invitedByUserName: 'Ops', expiresAt: 'then', token: 'invitation-1.x' };

function answerTo({ method, path, query }: StubRequest) {
  if (method === 'GET' && path === '/api-key') return { body: { apiKeys: [apiKey] } };
  if (method === 'POST' && path === '/api-key') return { body: { id: 'apikey-1', key: 'om_secret', metadata: apiKey } };
  if (path.startsWith('/api-key/')) return method === 'DELETE' ? { status: 204, body: undefined } : { body: { metadata: apiKey } };
  if (method === 'GET' && path === '/api/sessions')
    return {
      body:
        query.get('nextPageToken') === null
          ? { sessions: [session], nextPageToken: 'more' }
          : { sessions: [{ ...session, id: 'session-2', current: false }] },
    };
  if (path === '/api/sessions') return { body: { ended: 2 } };
  if (path.startsWith('/api/sessions/')) return { status: 204, body: undefined };
  if (path === '/org-users') return { body: { Id: 'org-1', orgUsers: [mia] } };
  if (path === '/api/invitations') return { body: { invitations: [invitation] } };
  if (path === '/api/invitations/accept') return { body: { userId: 'user-1', email: 'mia@example.com' } };
  return { body: {} };
}

async function person() {
  const changes: unknown[] = [];
  const line = await commandLine(
    (request) => {
      if (request.method !== 'GET')
        changes.push([`${request.method} ${request.path}${request.query.size > 0 ? `?${request.query}` : ''}`, request.body]);
      return answerTo(request);
    },
    { readInput: async () => 'correct horse\n' },
  );
  await line.context.sessions.write('http://127.0.0.1:8080', { email: 'ops@example.com', token: testToken(3600), refreshToken: 'r1' });
  return { ...line, changes };
}

describe('commands on people', () => {
  it.each([
    [['api-key', 'create', 'ci', '--role', 'reader'], 'POST /api-key', { name: 'ci', roleType: 'reader' }],
    [
      ['api-key', 'create', 'ci', '--role', 'reader', '--expires', '90d'],
      'POST /api-key',
      { name: 'ci', roleType: 'reader', expiresAt: expect.stringMatching(/Z$/) },
    ],
    [['api-key', 'revoke', 'CI', '-y'], 'POST /api-key/apikey-1:revoke', undefined],
    [['api-key', 'revoke', 'apikey-1', '--delete', '-y'], 'DELETE /api-key/apikey-1', undefined],
    [['session', 'end', 'session-1', '-y'], 'DELETE /api/sessions/session-1', undefined],
    [['session', 'end', '--others', '-y'], 'DELETE /api/sessions?others=true', undefined],
    [['session', 'end', '--all', '-y'], 'DELETE /api/sessions?others=false', undefined],
    [
      ['user', 'invite', 'Mia@example.com', '--role', 'service_reader', '--service', 's-1', 's-2'],
      'POST /invite-user',
      { email: 'Mia@example.com', roleType: 'service_reader', serviceIds: ['s-1', 's-2'] },
    ],
    [
      ['user', 'role', 'mia@example.com', '--role', 'editor'],
      'POST /change-user-role',
      { email: 'mia@example.com', newRoleType: 'editor' },
    ],
    [['user', 'remove', 'mia@example.com', '-y'], 'DELETE /revoke-user-role', { email: 'mia@example.com', roleType: 'reader' }],
    [
      ['user', 'accept', '--token', 't', '--name', 'Mia', '--password-stdin'],
      'POST /api/invitations/accept',
      { token: 't', name: 'Mia', password: 'correct horse' },
    ],
  ])('%j is sent where it belongs', async (args, request, body) => {
    const line = await person();
    expect(await line.run(...args)).toMatchObject({ code: 0, err: '' });
    expect(line.changes).toEqual([[request, body]]);
  });

  it.each([
    [['api-key', 'list'], /apikey-1 +ci +om_abcd… +reader +ACTIVE +never +never/],
    [['api-key', 'describe', 'ci'], /status +ACTIVE/],
    [['api-key', 'create', 'ci', '--role', 'reader'], /key +om_secret\nThe key is not shown again/],
    [['session', 'list'], /session-1 \(this\) +password +192\.0\.2\.1[^]*session-2 /],
    [['user', 'list'], /mia@example\.com +Mia +reader +ACTIVE +user-1/],
    [['user', 'invite', 'mia@example.com', '--role', 'reader'], /token +invitation-1\.x/],
  ])('%j is shown', async (args, text) => {
    expect((await (await person()).run(...args)).out).toMatch(text);
  });

  it.each([
    [['session', 'end', '-y'], 'Give the id of a session'],
    [['session', 'end', 'session-1', '--all', '-y'], 'Give the id of a session'],
    [['api-key', 'revoke', 'other', '-y'], 'There is no API key "other"'],
    [['user', 'remove', 'eve@example.com', '-y'], 'There is no user "eve@example.com"'],
    [['user', 'remove', 'mia@example.com'], 'Say so with --yes'],
  ])('%j is refused', async (args, words) => {
    const line = await person();
    expect(await line.run(...args)).toMatchObject({ code: 1, err: expect.stringContaining(words) });
    expect(line.changes).toEqual([]);
  });
});
