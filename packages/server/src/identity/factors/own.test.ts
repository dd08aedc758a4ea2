import { describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { keyOf } from '../keys/key.testing.js';
import { peopleApp } from '../people.testing.js';
import { ensureFirstProvider } from '../provider.js';
import { API_KEY_EMAIL } from '../sign-in.js';
import { codeOf, forget, PASSWORD, type Somebody, somebody, statusesOf, withApp } from './factors.testing.js';

const { db } = await testDatabase();
const { ask } = peopleApp(db);
const { orgId } = await ensureFirstProvider(db, { email: 'ops@example.com', password: PASSWORD });

const add = (token: string, more: object = {}) => ask(token, 'POST /api/factors', { kind: 'TOTP', password: PASSWORD, ...more });
const confirm = (token: string, id: string, code: string) => ask(token, `POST /api/factors/${id}/confirm`, { code });
const list = async (token: string) =>
  (await ask(token, 'GET /api/factors')).body as { factors: { id: string }[]; recoveryCodesLeft: number };
const signIn = ({ email }: Somebody) => ask(undefined, 'POST /signin', { email, password: PASSWORD });

async function guarded() {
  const who = await somebody(db, ask, { orgId });
  return { ...who, ...(await withApp(db, ask, who)) };
}

describe('a new app', () => {
  it('shows its key once, and counts once a code of it came back', async () => {
    const who = await somebody(db, ask, { orgId });
    const { status, body } = await add(who.token, { name: ' My phone ' });
    const secret = String(body['secret']);
    expect([status, body]).toEqual([
      200,
      {
        id: expect.stringMatching(/^factor-/),
        kind: 'TOTP',
        name: 'My phone',
        secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
        otpauthUrl: expect.stringContaining(`secret=${secret}`),
      },
    ]);
    const id = String(body['id']);
    expect(await list(who.token)).toEqual({
      factors: [{ id, kind: 'TOTP', name: 'My phone', confirmed: false, createdAt: expect.any(String) }],
      recoveryCodesLeft: 0,
      required: false,
    });
    expect((await signIn(who)).status).toBe(200);
    expect(await confirm(who.token, id, '000000')).toMatchObject({ status: 400, body: { code: 'wrong-code' } });
    const done = await confirm(who.token, id, await codeOf(db, secret));
    expect(done).toMatchObject({ status: 200, body: { factor: { id, confirmed: true } } });
    expect(new Set(done.body['recoveryCodes'] as string[]).size).toBe(10);
    expect(await list(who.token)).toMatchObject({ factors: [{ confirmed: true, lastUsedAt: expect.any(String) }], recoveryCodesLeft: 10 });
    expect(await confirm(who.token, id, await codeOf(db, secret))).toMatchObject({ status: 404 });
    expect((await signIn(who)).status).toBe(401);
    const { rows } = await sql<{ sealed: string }>`select encode(sealed_secret, 'escape') as sealed from factors`.execute(db);
    expect(rows.some(({ sealed }) => sealed.includes(secret))).toBe(false);
  });

  it('ends what else was begun with a password alone, when it is the first', async () => {
    const who = await somebody(db, ask, { orgId });
    const elsewhere = String((await signIn(who)).body['jwtToken']);
    const { key } = await keyOf(db, who.userId);
    const program = String((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).body['jwtToken']);
    await withApp(db, ask, who);
    const statuses = [elsewhere, who.token, program].map(async (token) => (await ask(token, 'GET /user')).status);
    expect(await Promise.all(statuses)).toEqual([401, 200, 200]);
  });

  it('brings no second recovery codes, when it is the second', async () => {
    const who = await guarded();
    const { body } = await add(who.token);
    const done = await confirm(who.token, String(body['id']), await codeOf(db, String(body['secret'])));
    expect(done.body).toEqual({ factor: expect.objectContaining({ confirmed: true }) });
    expect(await list(who.token)).toMatchObject({ recoveryCodesLeft: 10 });
    expect(
      (await ask(undefined, 'POST /signin', { email: who.email, password: PASSWORD, code: await codeOf(db, who.secret) })).status,
    ).toBe(200);
  });

  it('is confirmed by one of several requests that come at once', async () => {
    const who = await somebody(db, ask, { orgId });
    const { body } = await add(who.token);
    const code = await codeOf(db, String(body['secret']));
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(who.token, String(body['id']), code)));
    expect(statusesOf(answers)).toEqual([200, 404, 404, 404, 404]);
    expect(answers.filter((answer) => answer.body['recoveryCodes'] !== undefined)).toHaveLength(1);
  });

  it('is too late to be confirmed after an hour', async () => {
    const who = await somebody(db, ask, { orgId });
    const { body } = await add(who.token);
    await sql`update factors set created_at = now() - interval '61 minutes' where id = ${body['id']}`.execute(db);
    expect((await confirm(who.token, String(body['id']), await codeOf(db, String(body['secret'])))).status).toBe(404);
    await add(who.token);
    expect((await list(who.token)).factors).toHaveLength(1);
  });

  it('is one of twenty at most, however many are asked for at once', async () => {
    const who = await guarded();
    const codes = [...who.recoveryCodes];
    await sql`insert into factors (id, user_id, kind, name, sealed_secret) select 'factor-' || n, ${who.userId}, 'TOTP', 'x', '' from generate_series(1, 17) n`.execute(
      db,
    );
    const answers = await Promise.all(codes.slice(0, 4).map((code) => ask(who.token, 'POST /api/factors', { kind: 'TOTP', code })));
    expect(statusesOf(answers)).toEqual([200, 200, 409, 409]);
    // What was refused has used no code.
    expect((await list(who.token)).recoveryCodesLeft).toBe(8);
    await sql`delete from factors where user_id = ${who.userId}`.execute(db);
  });

  it.each([
    [{ kind: 'SMS' }, 'kind must be one of TOTP, PASSKEY'],
    [{ kind: 'TOTP', name: ' ' }, 'name must have 1 to 100 characters'],
    [{ kind: 'TOTP', name: 'a\nb' }, 'name must have 1 to 100 characters'],
    [{ kind: 'TOTP', code: 'x'.repeat(65) }, 'code must not have more than 64 characters'],
    [{}, 'kind is missing'],
  ])('%j is refused', async (body, words) => {
    const { token } = await somebody(db, ask, { orgId });
    expect(await ask(token, 'POST /api/factors', body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(words) } });
  });
});

describe('whoever changes factors', () => {
  it('shows that it is them: by the password, a code, or a recovery code', async () => {
    const who = await guarded();
    const path = `DELETE /api/factors/${who.factorId}`;
    expect(await ask(who.token, path, {})).toMatchObject({ status: 400, body: { code: 'proof-needed' } });
    expect(await ask(who.token, path, { password: 'wrong' })).toMatchObject({ status: 400, body: { code: 'wrong-password' } });
    expect(await ask(who.token, path, { code: '000000' })).toMatchObject({ status: 400, body: { code: 'wrong-code' } });
    expect(await ask(who.token, 'POST /api/recovery-codes', {})).toMatchObject({ status: 400, body: { code: 'proof-needed' } });
    expect(await add(who.token, { password: undefined })).toMatchObject({ status: 400, body: { code: 'proof-needed' } });
    const renewed = await ask(who.token, 'POST /api/recovery-codes', { code: await codeOf(db, who.secret) });
    const codes = renewed.body['recoveryCodes'] as string[];
    expect([renewed.status, codes.length, codes.some((code) => who.recoveryCodes.includes(code))]).toEqual([200, 10, false]);
    expect(await ask(who.token, path, { code: who.recoveryCodes[0] })).toMatchObject({ status: 400, body: { code: 'wrong-code' } });
    expect((await ask(who.token, path, { code: codes[0] })).status).toBe(204);
    expect(await list(who.token)).toEqual({ factors: [], recoveryCodesLeft: 0, required: false });
    expect((await signIn(who)).status).toBe(200);
    expect(await ask(who.token, 'POST /api/recovery-codes', { password: PASSWORD })).toMatchObject({
      status: 409,
      body: { code: 'no-factor' },
    });
  });

  it('is a person, not an API key', async () => {
    const who = await guarded();
    const { key } = await keyOf(db, who.userId, 'admin');
    const token = String((await ask(undefined, 'POST /signin', { email: API_KEY_EMAIL, password: key })).body['jwtToken']);
    const refused = { status: 403, body: { code: 'not-with-api-key' } };
    expect(await add(token)).toMatchObject(refused);
    expect(await ask(token, `DELETE /api/factors/${who.factorId}`, { password: PASSWORD })).toMatchObject(refused);
    expect(await confirm(token, who.factorId, '123456')).toMatchObject(refused);
    expect(await ask(token, 'POST /api/recovery-codes', { password: PASSWORD })).toMatchObject(refused);
    expect(await ask(token, `DELETE /api/users/${who.userId}/factors`)).toMatchObject(refused);
  });

  it('reaches their own only', async () => {
    const [who, eve] = [await guarded(), await somebody(db, ask, { orgId })];
    expect((await ask(eve.token, `DELETE /api/factors/${who.factorId}`, { password: PASSWORD })).status).toBe(404);
    const { body } = await add(who.token);
    expect((await confirm(eve.token, String(body['id']), await codeOf(db, String(body['secret'])))).status).toBe(404);
    expect((await list(eve.token)).factors).toEqual([]);
  });

  it('guesses the password ten times a minute', async () => {
    const who = await guarded();
    for (let guess = 0; guess < 10; guess += 1) await ask(who.token, 'POST /api/recovery-codes', { password: `guess ${guess}` });
    expect(await ask(who.token, 'POST /api/recovery-codes', { password: PASSWORD })).toMatchObject({
      status: 400,
      body: { code: 'too-many-requests' },
    });
  });

  it('and has no password, as who signs in elsewhere, adds the first one shortly after signing in', async () => {
    const who = await somebody(db, ask, { orgId });
    await sql`alter table users disable trigger user`.execute(db);
    await sql`update users set password_hash = '' where id = ${who.userId}`.execute(db);
    await sql`alter table users enable trigger user`.execute(db);
    const { status, body } = await ask(who.token, 'POST /api/factors', { kind: 'TOTP' });
    expect([status, (await confirm(who.token, String(body['id']), await codeOf(db, String(body['secret'])))).status]).toEqual([200, 200]);
    expect(await ask(who.token, 'POST /api/factors', { kind: 'TOTP' })).toMatchObject({ body: { code: 'proof-needed' } });
    await forget(db, who.userId);
    await sql`delete from factors where user_id = ${who.userId}`.execute(db);
    await sql`update sessions set created_at = now() - interval '11 minutes' where user_id = ${who.userId}`.execute(db);
    expect(await ask(who.token, 'POST /api/factors', { kind: 'TOTP' })).toMatchObject({ body: { code: 'proof-needed' } });
  });

  it('goes, and the factors with them', async () => {
    const who = await guarded();
    await sql`update users set removed_at = now(), status = 'NOT_ENABLED' where id = ${who.userId}`.execute(db);
    const { rows } = await sql`select 1 from factors where user_id = ${who.userId}
      union all select 1 from recovery_codes where user_id = ${who.userId}`.execute(db);
    expect(rows).toEqual([]);
  });
});
