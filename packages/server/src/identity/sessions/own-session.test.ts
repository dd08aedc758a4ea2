import { describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { keyOf } from '../keys/key.testing.js';
import { peopleApp, person } from '../people.testing.js';
import { ensureFirstProvider } from '../provider.js';
import { API_KEY_EMAIL } from '../sign-in.js';

const { db } = await testDatabase();
const { ask, identity } = peopleApp(db);
const [email, password] = ['ops@example.com', 'correct horse'];
const provider = await ensureFirstProvider(db, { email, password });

interface Listed {
  id: string;
  current: boolean;
  lastUsedAt: string;
}

async function tokenOf(body: object, userAgent = 'tests/1'): Promise<string> {
  const answer = await ask(undefined, 'POST /signin', body, { 'user-agent': userAgent });
  return (answer.body as { jwtToken: string }).jwtToken;
}

async function listed(token: string): Promise<Listed[]> {
  return ((await ask(token, 'GET /api/sessions')).body as { sessions: Listed[] }).sessions;
}

const own = await tokenOf({ email, password });
const colleague = (await person(db, identity, { orgId: provider.orgId, roleType: 'root' })).token;

describe('sessions', () => {
  it('are listed with where and how they were begun, and which one asks', async () => {
    const { id: apiKeyId, key } = await keyOf(db, provider.userId);
    await tokenOf({ email: API_KEY_EMAIL, password: key }, `ci\u00e9 ${'x'.repeat(1_000)}`);
    expect(await listed(own)).toEqual([
      expect.objectContaining({ current: false, method: 'API_KEY', apiKeyId, apiKeyName: expect.any(String) }),
      {
        id: expect.stringMatching(/^session-/),
        current: true,
        method: 'PASSWORD',
        address: 'unknown',
        userAgent: 'tests/1',
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        expiresAt: expect.any(String),
      },
    ]);
    const { rows } = await sql<{ most: number }>`select max(length(user_agent)) as most from sessions`.execute(db);
    expect(rows[0]?.most).toBe(256);
  });

  it('are of their own user only', async () => {
    const [mine] = await listed(own);
    expect((await listed(colleague)).map(({ id }) => id)).not.toContain(mine?.id);
    expect((await ask(colleague, `DELETE /api/sessions/${mine?.id}`)).status).toBe(404);
    expect((await ask(own, 'GET /user')).status).toBe(200);
  });

  it('come in pages', async () => {
    const { userId, token } = await person(db, identity, { orgId: provider.orgId, roleType: 'reader' });
    await sql`insert into sessions (id, user_id, expires_at) select 'session-' || n, ${userId}, now() + interval '1 day' from generate_series(1, 4) n`.execute(
      db,
    );
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const { body } = await ask(token, `GET /api/sessions?pageSize=2&nextPageToken=${after}`);
      const page = body as { sessions: Listed[]; nextPageToken?: string };
      seen.push(...page.sessions.map(({ id }) => id));
      if (page.nextPageToken === undefined) break;
      after = page.nextPageToken;
    }
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
  });

  it('tell their last use, to some minutes', async () => {
    const token = await tokenOf({ email, password });
    const current = async () => (await listed(token)).find((one) => one.current)!;
    const { id, lastUsedAt } = await current();
    expect((await current()).lastUsedAt).toBe(lastUsedAt);
    await sql`update sessions set last_used_at = now() - interval '1 day' where id = ${id}`.execute(db);
    expect(Date.parse((await current()).lastUsedAt)).toBeGreaterThan(Date.parse(lastUsedAt) - 1_000);
  });

  it('end one at a time', async () => {
    const token = await tokenOf({ email, password });
    const { id } = (await listed(token)).find((one) => one.current)!;
    expect((await ask(own, `DELETE /api/sessions/${id}`)).status).toBe(204);
    expect((await ask(own, `DELETE /api/sessions/${id}`)).status).toBe(404);
    expect((await ask(token, 'GET /user')).status).toBe(401);
  });

  it('end everywhere else, and everywhere', async () => {
    const { body } = await ask(undefined, 'POST /signin', { email, password });
    const { jwtToken, refreshToken } = body as { jwtToken: string; refreshToken: string };
    expect((await ask(jwtToken, 'DELETE /api/sessions?others=true')).body).toEqual({ ended: expect.any(Number) });
    expect([(await listed(jwtToken)).length, (await ask(own, 'GET /user')).status]).toEqual([1, 401]);
    expect((await ask(jwtToken, 'DELETE /api/sessions')).body).toEqual({ ended: 1 });
    expect((await ask(jwtToken, 'GET /user')).status).toBe(401);
    expect((await ask(undefined, 'POST /refresh-token', { refreshToken })).status).toBe(401);
    expect((await ask(colleague, 'GET /user')).status).toBe(200);
  });

  it('of an API key are all that the key reaches', async () => {
    const keep = await tokenOf({ email, password });
    const { key } = await keyOf(db, provider.userId, 'reader');
    const byKey = await tokenOf({ email: API_KEY_EMAIL, password: key });
    const [mine] = await listed(keep);
    expect((await listed(byKey)).map(({ current }) => current)).toEqual([true]);
    expect((await ask(byKey, `DELETE /api/sessions/${(await listed(keep)).find((one) => one.current)?.id}`)).status).toBe(404);
    expect((await ask(byKey, 'DELETE /api/sessions')).body).toEqual({ ended: 1 });
    expect([mine === undefined, (await ask(keep, 'GET /user')).status]).toEqual([false, 200]);
  });
});
