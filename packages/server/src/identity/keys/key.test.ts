import { describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { newId } from '../identifier.js';
import { peopleApp, person } from '../people.testing.js';
import { ensureFirstProvider } from '../provider.js';
import { API_KEY_EMAIL } from '../sign-in.js';

const { db } = await testDatabase();
const { ask, identity } = peopleApp(db);
const provider = await ensureFirstProvider(db, { email: 'ops@example.com', password: 'correct horse' });
const { orgId } = provider;

type Person = Awaited<ReturnType<typeof person>>;
const root = await person(db, identity, { orgId, roleType: 'root' });
const admin = await person(db, identity, { orgId, roleType: 'admin' });
const editor = await person(db, identity, { orgId, roleType: 'editor' });
await sql`insert into organizations (id, service_provider_id, name) values ('org-other', 'sp-other', 'Other')`.execute(db);
const other = await person(db, identity, { orgId: 'org-other', roleType: 'root' });
await sql`insert into organizations (id, provider_org_id, name) values ('org-customer', ${orgId}, 'Customer')`.execute(db);
const customer = await person(db, identity, { orgId: 'org-customer', roleType: 'root', providerOrgId: orgId });
await sql`insert into services (id, org_id, name, url_key) values ('s-one', ${orgId}, 'One', 'one'), ('s-theirs', 'org-other', 'Theirs', 'theirs')`.execute(
  db,
);

async function made(who: Person, wanted: object): Promise<{ id: string; key: string; metadata: Record<string, string> }> {
  const { status, body } = await ask(who.token, 'POST /api-key', { name: newId('key'), ...wanted });
  expect([status, body]).toEqual([200, expect.objectContaining({ key: expect.stringMatching(/^om_[\w-]{32}$/) })]);
  return body as unknown as { id: string; key: string; metadata: Record<string, string> };
}

async function sessionOf(key: string): Promise<string | undefined> {
  const { body } = await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key });
  return (body as { jwtToken?: string }).jwtToken;
}

describe('an API key', () => {
  it('is shown once, and what is listed of it tells its life', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id, key, metadata } = await made(editor, { name: ' deploys ', description: 'of the CI', roleType: 'reader', expiresAt });
    expect(metadata).toEqual({
      id,
      name: 'deploys',
      description: 'of the CI',
      prefix: key.slice(0, 7),
      roleType: 'reader',
      status: 'ACTIVE',
      createdAt: expect.any(String),
      createdByUserId: editor.userId,
      createdByUserName: `Name of ${editor.userId}`,
      expiresAt,
    });
    await sessionOf(key);
    const listed = await ask(editor.token, 'GET /api-key');
    expect(JSON.stringify(listed.body)).not.toContain(key);
    const described = await ask(editor.token, `GET /api-key/${id}`);
    expect(described.body).toEqual({ metadata: { ...metadata, lastUsedAt: expect.any(String) } });
    expect((listed.body as { apiKeys: unknown[] }).apiKeys).toContainEqual(described.body['metadata']);
    const { rows } = await sql<{ text: string }>`select to_jsonb(k)::text as text from api_keys k where id = ${id}`.execute(db);
    expect(rows[0]?.text).not.toContain(key);
  });

  it('has an answer that nothing keeps', async () => {
    const { body } = await ask(admin.token, 'POST /api-key', { name: 'once', roleType: 'reader' }, { 'idempotency-key': 'a' });
    const { rows } = await sql`select 1 from idempotency_keys`.execute(db);
    expect([body['key'], rows]).toEqual([expect.any(String), []]);
  });

  it('is renamed, revoked, and deleted', async () => {
    const { id, key, metadata } = await made(editor, { roleType: 'reader' });
    const token = await sessionOf(key);
    const renamed = await ask(editor.token, `PATCH /api-key/${id}`, { name: `new ${id}`, description: 'why' });
    expect(renamed.body['metadata']).toMatchObject({ ...metadata, name: `new ${id}`, description: 'why' });
    for (let time = 0; time < 2; time += 1) {
      const revoked = await ask(admin.token, `POST /api-key/${id}:revoke`);
      expect(revoked.body['metadata']).toMatchObject({
        status: 'REVOKED',
        revokedAt: expect.any(String),
        revokedByUserId: admin.userId,
        revokedByUserName: `Name of ${admin.userId}`,
      });
    }
    expect([(await ask(token, 'GET /user')).status, await sessionOf(key)]).toEqual([401, undefined]);
    expect((await ask(editor.token, `DELETE /api-key/${id}`)).status).toBe(204);
    expect((await ask(editor.token, `DELETE /api-key/${id}`)).status).toBe(404);
  });

  it('ends at its time, with its sessions', async () => {
    const { id, key } = await made(editor, { roleType: 'reader', expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const token = await sessionOf(key);
    await sql`update api_keys set expires_at = now() - interval '1 second' where id = ${id}`.execute(db);
    await sql`update sessions set expires_at = now() - interval '1 second' where api_key_id = ${id}`.execute(db);
    expect((await ask(editor.token, `GET /api-key/${id}`)).body['metadata']).toMatchObject({ status: 'EXPIRED' });
    expect([(await ask(token, 'GET /user')).status, await sessionOf(key)]).toEqual([401, undefined]);
  });

  it.each([
    ['a root', { roleType: 'root' }, 'invalid-enum-value'],
    ['an unknown role', { roleType: 'emperor' }, 'invalid-enum-value'],
    ['no role', { roleType: '' }, 'missing-field'],
    ['a role above its maker', { roleType: 'admin' }, 'role-too-high'],
    ['an end in the past', { roleType: 'reader', expiresAt: '2020-01-01T00:00:00Z' }, 'invalid-expiry'],
    ['an end without a zone', { roleType: 'reader', expiresAt: '2120-01-01T00:00:00' }, 'invalid-expiry'],
    ['an end that is no time', { roleType: 'reader', expiresAt: 'tomorrow' }, 'invalid-expiry'],
    ['a blank name', { roleType: 'reader', name: ' ' }, 'invalid-length'],
    ['a long description', { roleType: 'reader', description: 'x'.repeat(1_001) }, 'invalid-length'],
  ])('is not made with %s', async (_, wanted, code) => {
    expect((await ask(editor.token, 'POST /api-key', { name: newId('key'), ...wanted })).body).toMatchObject({ code });
  });

  it('has a name of its own in the organization, also where two are made or renamed at once', async () => {
    const twice = await Promise.all([1, 2].map(() => ask(editor.token, 'POST /api-key', { name: 'same', roleType: 'reader' })));
    expect(twice.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
    expect((await ask(admin.token, 'POST /api-key', { name: 'SAME', roleType: 'reader' })).body).toMatchObject({
      code: 'api-key-name-taken',
    });
    expect((await ask(other.token, 'POST /api-key', { name: 'same', roleType: 'reader' })).status).toBe(200);
    const both = [await made(editor, { roleType: 'reader' }), await made(editor, { roleType: 'reader' })];
    const renamed = await Promise.all(both.map(({ id }) => ask(editor.token, `PATCH /api-key/${id}`, { name: 'one of two' })));
    expect(renamed.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
  });

  it('is one of a hundred at most', async () => {
    const { userId, token } = await person(db, identity, { orgId, roleType: 'reader' });
    await sql`insert into api_keys (id, user_id, org_id, name, prefix, hash, role_type)
      select 'many-' || n, ${userId}, ${orgId}, 'many ' || n, 'om_', decode(md5(n::text), 'hex'), 'reader' from generate_series(1, 99) n`.execute(
      db,
    );
    const answers = await Promise.all([1, 2].map(() => ask(token, 'POST /api-key', { name: newId('key'), roleType: 'reader' })));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
  });
});

describe('who reaches an API key', () => {
  it('is its maker, and root and admin of the organization', async () => {
    const { id } = await made(editor, { roleType: 'reader' });
    const colleague = await person(db, identity, { orgId, roleType: 'editor' });
    const seen = async (who: Person) => [
      (await ask(who.token, `GET /api-key/${id}`)).status,
      JSON.stringify((await ask(who.token, 'GET /api-key')).body).includes(id),
    ];
    for (const who of [root, admin, editor]) expect(await seen(who)).toEqual([200, true]);
    for (const who of [colleague, other, customer]) {
      expect(await seen(who)).toEqual([404, false]);
      const tried = await Promise.all([
        ask(who.token, `PATCH /api-key/${id}`, { name: 'mine' }),
        ask(who.token, `POST /api-key/${id}:revoke`),
        ask(who.token, `DELETE /api-key/${id}`),
      ]);
      expect(tried.map(({ status }) => status)).toEqual([404, 404, 404]);
    }
  });

  it('is no session of a key, unless the key is an admin and makes none that outlives it', async () => {
    const weak = await sessionOf((await made(root, { roleType: 'editor' })).key);
    const own = await made(root, { roleType: 'reader' });
    const tried = await Promise.all([
      ask(weak, 'POST /api-key', { name: newId('key'), roleType: 'reader' }),
      ask(weak, `PATCH /api-key/${own.id}`, { name: newId('key') }),
      ask(weak, `POST /api-key/${own.id}:revoke`),
      ask(weak, `DELETE /api-key/${own.id}`),
    ]);
    expect(tried.map(({ body }) => body['code'])).toEqual(Array.from({ length: 4 }, () => 'api-key-cannot-keep-keys'));
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const strong = await sessionOf((await made(root, { roleType: 'admin', expiresAt })).key);
    const without = await ask(strong, 'POST /api-key', { name: newId('key'), roleType: 'reader' });
    const within = await ask(strong, 'POST /api-key', { name: newId('key'), roleType: 'reader', expiresAt });
    expect([without.body['code'], within.status]).toEqual(['invalid-expiry', 200]);
  });
});

describe('a session that is begun with a key', () => {
  const who = async (key: string) => identity.authenticate((await sessionOf(key)) ?? '');

  it("has the key's role, and its maker's where that is lower by now", async () => {
    const maker = await person(db, identity, { orgId, roleType: 'admin' });
    const { id, key } = await made(maker, { roleType: 'editor' });
    expect(await who(key)).toMatchObject({ userId: maker.userId, roleType: 'editor', apiKeyId: id });
    expect((await ask(await sessionOf(key), 'GET /user')).body).toMatchObject({ roleType: 'editor' });
    await sql`update users set role_type = 'reader' where id = ${maker.userId}`.execute(db);
    expect(await who(key)).toMatchObject({ roleType: 'reader' });
  });

  it('reaches all products of the organization, and only those, with a role for products', async () => {
    const { key } = await made(root, { roleType: 'service_operator' });
    expect(await who(key)).toMatchObject({ roleType: 'service_operator', grants: [{ serviceId: 's-one', role: 'service_operator' }] });
  });

  it('keeps to the products of its maker', async () => {
    const maker = await person(db, identity, { orgId, roleType: 'service_editor' });
    await sql`insert into services (id, org_id, name, url_key) values ('s-two', ${orgId}, 'Two', 'two')`.execute(db);
    await sql`insert into user_product_roles (user_id, service_id, role_type) values (${maker.userId}, 's-two', 'service_editor')`.execute(
      db,
    );
    expect((await ask(maker.token, 'POST /api-key', { name: newId('key'), roleType: 'reader' })).body).toMatchObject({
      code: 'role-too-high',
    });
    const { key } = await made(maker, { roleType: 'service_reader' });
    expect(await who(key)).toMatchObject({ roleType: 'service_reader', grants: [{ serviceId: 's-two', role: 'service_reader' }] });
  });

  it('caps each membership of a customer', async () => {
    const { key } = await made(customer, { roleType: 'editor' });
    expect((await ask(customer.token, 'POST /api-key', { name: newId('key'), roleType: 'service_editor' })).body).toMatchObject({
      code: 'invalid-enum-value',
    });
    expect(await who(key)).toMatchObject({ roleType: 'editor', providerOrgId: orgId, memberships: [] });
  });
});
