import { describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { keyOf } from '../keys/key.testing.js';
import { peopleApp } from '../people.testing.js';
import { ensureFirstProvider } from '../provider.js';
import { API_KEY_EMAIL } from '../sign-in.js';
import { codeOf, PASSWORD, somebody, withApp } from './factors.testing.js';

const { db } = await testDatabase();
const { ask } = peopleApp(db);
const { orgId } = await ensureFirstProvider(db, { email: 'ops@example.com', password: PASSWORD });
await sql`insert into organizations (id, service_provider_id, name) values ('org-elsewhere', 'sp-elsewhere', 'Elsewhere')`.execute(db);
await sql`insert into organizations (id, name, provider_org_id) values ('org-customer', 'Acme', ${orgId})`.execute(db);
const customer = await somebody(db, ask, { orgId: 'org-customer', roleType: 'root', providerOrgId: orgId });

const guarded = async (roleType: 'root' | 'admin' | 'reader' = 'admin') => {
  const who = await somebody(db, ask, { orgId, roleType });
  return { ...who, ...(await withApp(db, ask, who)) };
};
const require = (token: string, secondFactorRequired: boolean, proof: object = { password: PASSWORD }) =>
  ask(token, 'PUT /api/sign-in-policy', { secondFactorRequired, ...proof });

describe('a required second factor', () => {
  it('leaves who has none to add one, and nothing else', async () => {
    const [admin, plain] = [await guarded(), await somebody(db, ask, { orgId })];
    const { key } = await keyOf(db, plain.userId);
    expect((await require(admin.token, true)).body).toEqual({ secondFactorRequired: true });
    try {
      // Whoever is signed in already, and whoever signs in now.
      const again = String((await ask(undefined, 'POST /signin', { email: plain.email, password: PASSWORD })).body['jwtToken']);
      for (const token of [plain.token, again]) {
        for (const route of [
          'GET /org-users',
          'GET /api/sessions',
          'GET /api-key',
          'POST /api-key',
          'POST /update-password',
          'GET /resource-instance',
        ])
          expect([
            route,
            await ask(
              token,
              route,
              route.startsWith('POST') ? { name: 'x', roleType: 'reader', currentPassword: PASSWORD, password: PASSWORD } : undefined,
            ),
          ]).toMatchObject([
            route,
            { status: 403, body: { code: 'second-factor-required', message: expect.stringContaining('cellplane factor add') } },
          ]);
        expect((await ask(token, 'GET /user')).status).toBe(200);
        expect((await ask(token, 'GET /api/factors')).body).toMatchObject({ required: true });
      }
      // API keys and customers go on.
      const program = String((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).body['jwtToken']);
      expect((await ask(program, 'GET /org-users')).status).toBe(200);
      expect((await ask(customer.token, 'GET /api/sessions')).status).toBe(200);
      expect((await ask(customer.token, 'GET /api/factors')).body).toMatchObject({ required: false });
      expect((await ask(admin.token, 'GET /org-users')).status).toBe(200);

      const { secret, factorId } = await withApp(db, ask, { ...plain, token: again });
      expect((await ask(again, 'GET /org-users')).status).toBe(200);
      // Taken off again, it is as before.
      await ask(again, `DELETE /api/factors/${factorId}`, { code: await codeOf(db, secret) });
      expect((await ask(again, 'GET /org-users')).status).toBe(403);
      expect((await ask(again, 'POST /logout')).status).toBe(200);
    } finally {
      expect((await require(admin.token, false)).status).toBe(200);
    }
    expect((await ask(admin.token, 'GET /api/sign-in-policy')).body).toEqual({ secondFactorRequired: false });
  });

  it('is required, or no longer, by whoever shows that it is them', async () => {
    const admin = await guarded();
    for (const wanted of [true, false]) {
      expect(await require(admin.token, wanted, {})).toMatchObject({ status: 400, body: { code: 'proof-needed' } });
      expect(await require(admin.token, wanted, { password: 'wrong' })).toMatchObject({ status: 400, body: { code: 'wrong-password' } });
      expect(await require(admin.token, wanted, { code: '000000' })).toMatchObject({ status: 400, body: { code: 'wrong-code' } });
    }
    const { key } = await keyOf(db, admin.userId);
    const program = String((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).body['jwtToken']);
    expect(await require(program, false)).toMatchObject({ status: 403, body: { code: 'not-with-api-key' } });
    expect(await require(admin.token, false, { code: await codeOf(db, admin.secret) })).toMatchObject({ status: 200 });
  });

  it('is required by nobody who has none, and by no reader', async () => {
    const [plain, reader] = [await somebody(db, ask, { orgId }), await guarded('reader')];
    expect(await require(plain.token, true)).toMatchObject({ status: 409, body: { code: 'own-factor-first' } });
    expect((await require(reader.token, true)).status).toBe(403);
    expect((await ask(reader.token, 'GET /api/sign-in-policy')).status).toBe(200);
    expect((await ask(customer.token, 'GET /api/sign-in-policy')).status).toBe(403);
  });
});

describe('lost factors', () => {
  const reset = (token: string, userId: string) => ask(token, `DELETE /api/users/${userId}/factors`);

  it('are taken off by an administrator, and everything that was begun ends', async () => {
    const [admin, lost] = [await somebody(db, ask, { orgId }), await guarded()];
    const { key } = await keyOf(db, lost.userId);
    const program = String((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).body['jwtToken']);
    const half = (await ask(undefined, 'POST /signin', { email: lost.email, password: PASSWORD })).body['secondFactor'] as {
      challenge: string;
    };
    expect(await reset(admin.token, lost.userId)).toMatchObject({ status: 200, body: { removed: 1 } });
    expect((await ask(lost.token, 'GET /user')).status).toBe(401);
    expect((await ask(program, 'GET /user')).status).toBe(200);
    const late = { challenge: half.challenge, code: lost.recoveryCodes[0] };
    expect(await ask(undefined, 'POST /api/sign-in/finish', late)).toMatchObject({ status: 401, body: { code: 'challenge-over' } });
    expect((await ask(undefined, 'POST /signin', { email: lost.email, password: PASSWORD })).status).toBe(200);
    expect(await reset(admin.token, lost.userId)).toMatchObject({ status: 200, body: { removed: 0 } });
  });

  it('of a root are taken off by a root', async () => {
    const [admin, root, lost] = [await guarded(), await guarded('root'), await guarded('root')];
    expect(await reset(admin.token, lost.userId)).toMatchObject({ status: 403, body: { code: 'only-a-root' } });
    expect((await reset(root.token, lost.userId)).body).toEqual({ removed: 1 });
  });

  it('of a customer are taken off by the provider', async () => {
    const admin = await somebody(db, ask, { orgId });
    const lost = await somebody(db, ask, { orgId: 'org-customer', roleType: 'reader', providerOrgId: orgId });
    await withApp(db, ask, lost);
    expect((await reset(customer.token, lost.userId)).status).toBe(403);
    expect((await reset(admin.token, lost.userId)).body).toEqual({ removed: 1 });
  });

  it('of oneself, of others and of nobody are not', async () => {
    const [admin, reader] = [await guarded(), await somebody(db, ask, { orgId, roleType: 'reader' })];
    const foreign = await somebody(db, ask, { orgId: 'org-elsewhere' });
    expect(await reset(admin.token, admin.userId)).toMatchObject({ status: 409, body: { code: 'own-factors' } });
    expect((await reset(admin.token, foreign.userId)).status).toBe(404);
    expect((await reset(admin.token, 'user-nobody')).status).toBe(404);
    expect((await reset(reader.token, admin.userId)).status).toBe(403);
  });
});
