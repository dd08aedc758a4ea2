import { decode } from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { createSealer } from '../secrets/envelope.js';
import { testDatabase } from '../database/test-database.testing.js';
import { createIdentity } from './identity.js';
import { keyOf } from './keys/key.testing.js';
import { ensureFirstProvider } from './provider.js';
import { refresh as refreshAt, revoke as revokeAt } from './session.js';
import { API_KEY_EMAIL, signIn as signInAt } from './sign-in.js';
import { deriveSigningKey, signAccessToken } from './token.js';

const { db } = await testDatabase();
const signingKey = deriveSigningKey(Buffer.alloc(32, 7));
const identity = createIdentity({ db, sealing: createSealer(Buffer.alloc(32, 7)), signingKey });
const email = 'ops@example.com';
const provider = await ensureFirstProvider(db, { email, password: 'correct horse' });
const visitor = { address: '192.0.2.1' };
const signIn = (deps: typeof identity, input: { email: string; password: string }) => signInAt(deps, { ...input, ...visitor });
const refresh = (deps: typeof identity, token: string) => refreshAt(deps, token, visitor);
const revoke = (deps: typeof identity, token: string) => revokeAt(deps, token, visitor);
const decodeJwt = (token: string) => decode(token, { json: true }) ?? {};
const signedIn = () => signIn(identity, { email, password: 'correct horse' });

describe('first provider', () => {
  it('is made once and found again, by copies that start together', async () => {
    const again = await Promise.all([ensureFirstProvider(db, {}), ensureFirstProvider(db, { email })]);
    expect(again.map((one) => [one.userId, one.created])).toEqual([
      [provider.userId, false],
      [provider.userId, false],
    ]);
    expect(provider).toMatchObject({ created: true, email });
    expect(provider.password).toBeUndefined();
  });

  it('refuses the e-mail of somebody else', async () => {
    await expect(ensureFirstProvider(db, { email: 'other@example.com' })).rejects.toThrow('ops@example.com');
  });

  it('takes a changed password from the configuration', async () => {
    await ensureFirstProvider(db, { email, password: 'another one' });
    await expect(signedIn()).rejects.toThrow('wrong user email or password');
    await ensureFirstProvider(db, { password: 'correct horse' });
    await expect(signedIn()).resolves.toHaveProperty('jwtToken');
  });
});

describe('sign-in', () => {
  it('gives a three-part token with jti and more than five minutes to live', async () => {
    const { jwtToken } = await signedIn();
    expect(jwtToken.split('.')).toHaveLength(3);
    const payload = decodeJwt(jwtToken);
    expect(payload.exp).toBeGreaterThan(Date.now() / 1000 + 300);
    expect(payload.jti).toBeTruthy();
    expect(await identity.authenticate(jwtToken)).toMatchObject({ email, orgId: provider.orgId, userId: provider.userId });
  });

  it.each([
    ['a wrong password', email, 'no'],
    ['an unknown user', 'nobody@example.com', 'correct horse'],
    ['an unknown API key', API_KEY_EMAIL, 'om_nothing'],
    ['an absurdly long password', email, 'x'.repeat(1_000_000)],
  ])('answers %s with 400 bad_request', async (_, email, password) => {
    await expect(signIn(identity, { email, password })).rejects.toMatchObject({
      kind: 'bad_request',
      message: 'wrong user email or password',
    });
  });

  it('ignores the case of the e-mail address', async () => {
    await expect(signIn(identity, { email: 'OPS@example.com ', password: 'correct horse' })).resolves.toBeTruthy();
  });

  it('takes an API key under the constant e-mail', async () => {
    const { key } = await keyOf(db, provider.userId);
    const { jwtToken } = await signIn(identity, { email: API_KEY_EMAIL, password: key });
    expect(await identity.authenticate(jwtToken)).toMatchObject({ userId: provider.userId });
  });
});

describe('tokens', () => {
  it('rotate, with another JWT within the same second', async () => {
    const first = await signedIn();
    const second = await refresh(identity, first.refreshToken);
    expect(second.jwtToken).not.toBe(first.jwtToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    await expect(refresh(identity, second.refreshToken)).resolves.toBeTruthy();
  });

  it('end the session when a refresh token is used twice', async () => {
    const first = await signedIn();
    const second = await refresh(identity, first.refreshToken);
    await expect(refresh(identity, first.refreshToken)).rejects.toMatchObject({ kind: 'auth_failure' });
    await expect(refresh(identity, second.refreshToken)).rejects.toMatchObject({ kind: 'auth_failure' });
    expect(await identity.authenticate(second.jwtToken)).toBeUndefined();
  });

  describe('in the cookie of a browser', () => {
    const exchange = (token: string) => identity.exchangeOfBrowser(token, visitor);
    const isOver = async (token: string) => (await exchange(token).catch(() => undefined)) === undefined;
    const later = (seconds: number) =>
      sql`update refresh_tokens set used_at = used_at - ${seconds} * interval '1 second' where used_at is not null`.execute(db);

    it('are exchanged again where reloads have cut the answers off', async () => {
      const { refreshToken } = await signedIn();
      const results = await Promise.all([exchange(refreshToken), exchange(refreshToken), exchange(refreshToken)]);
      const open = await Promise.all(results.map(({ jwtToken }) => identity.authenticate(jwtToken)));
      expect(open.every((one) => one !== undefined)).toBe(true);
      expect(await exchange(refreshToken)).toBeTruthy();
    });

    it('end the session when what they were exchanged for was used, or after half a minute', async () => {
      const first = await signedIn();
      const second = await exchange(first.refreshToken);
      await exchange(second.refreshToken);
      expect(await isOver(first.refreshToken)).toBe(true);
      expect(await identity.authenticate(second.jwtToken)).toBeUndefined();
      const other = await signedIn();
      const next = await exchange(other.refreshToken);
      await later(31);
      expect([await isOver(other.refreshToken), await isOver(next.refreshToken)]).toEqual([true, true]);
    });

    it('tell of a copy: whoever comes with what the other one has replaced ends the session', async () => {
      const { refreshToken } = await signedIn();
      const owner = await exchange(refreshToken);
      const thief = await exchange(refreshToken);
      await later(31);
      expect([await isOver(owner.refreshToken), await isOver(thief.refreshToken)]).toEqual([true, true]);
    });
  });

  it('let only one of two simultaneous uses win', async () => {
    const { refreshToken } = await signedIn();
    const results = await Promise.allSettled([refresh(identity, refreshToken), refresh(identity, refreshToken)]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  it('are worthless after revoking', async () => {
    const { jwtToken, refreshToken } = await signedIn();
    await revoke(identity, refreshToken);
    await expect(refresh(identity, refreshToken)).rejects.toMatchObject({ kind: 'auth_failure' });
    expect(await identity.authenticate(jwtToken)).toBeUndefined();
    await expect(revoke(identity, 'unknown')).resolves.toBeUndefined();
  });

  it('are refused if expired, forged, or of a suspended user', async () => {
    const { jwtToken } = await signedIn();
    const [head, , signature] = jwtToken.split('.');
    const forged = `${head}.${Buffer.from(JSON.stringify({ ...decodeJwt(jwtToken), sub: 'user-other' })).toString('base64url')}.${signature}`;
    expect(await identity.authenticate(forged)).toBeUndefined();
    expect(await identity.authenticate('garbage')).toBeUndefined();
    const old = signAccessToken(
      signingKey,
      { userId: provider.userId, sessionId: String(decodeJwt(jwtToken)['sid']) },
      new Date(Date.now() - 7_200_000),
    );
    expect(await identity.authenticate(old)).toBeUndefined();
    await sql`update users set status = 'NOT_ENABLED' where id = ${provider.userId}`.execute(db);
    expect(await identity.authenticate(jwtToken)).toBeUndefined();
    await sql`update users set status = 'ACTIVE' where id = ${provider.userId}`.execute(db);
  });

  it('are not in the database', async () => {
    const { refreshToken } = await signedIn();
    const { rows } = await sql<{
      found: number;
    }>`select count(*)::int as found from refresh_tokens where encode(hash, 'escape') like ${`%${refreshToken.slice(0, 8)}%`}`.execute(db);
    expect(rows[0]?.found).toBe(0);
  });
});

describe('a session ends with what it was begun by', () => {
  const isOver = async ({ jwtToken, refreshToken }: { jwtToken: string; refreshToken: string }) => {
    const refused = await refresh(identity, refreshToken).then(
      () => false,
      (error: { kind?: string }) => error.kind === 'auth_failure',
    );
    return refused && (await identity.authenticate(jwtToken)) === undefined;
  };

  it('the password: replaced by the configuration', async () => {
    const before = await signedIn();
    expect(await ensureFirstProvider(db, { password: 'correct horse' })).toMatchObject({ passwordChanged: false });
    expect(await identity.authenticate(before.jwtToken)).toBeDefined();
    expect(await ensureFirstProvider(db, { password: 'another one' })).toMatchObject({ passwordChanged: true });
    expect(await isOver(before)).toBe(true);
    await ensureFirstProvider(db, { password: 'correct horse' });
    expect(await isOver(before)).toBe(true);
    expect(await identity.authenticate((await signedIn()).jwtToken)).toBeDefined();
  });

  it('the user: suspended, by whatever statement; it does not come back with them', async () => {
    const before = await signedIn();
    await sql`update users set status = 'NOT_ENABLED' where id = ${provider.userId}`.execute(db);
    await sql`update users set status = 'ACTIVE' where id = ${provider.userId}`.execute(db);
    expect(await isOver(before)).toBe(true);
  });

  it('the API key: revoked, removed or expired', async () => {
    const byPassword = await signedIn();
    const begun = async (change: (id: string) => ReturnType<typeof sql>) => {
      const { id, key } = await keyOf(db, provider.userId);
      const pair = await signIn(identity, { email: API_KEY_EMAIL, password: key });
      expect(await identity.authenticate(pair.jwtToken)).toBeDefined();
      await change(id).execute(db);
      expect(await isOver(pair)).toBe(true);
      await expect(signIn(identity, { email: API_KEY_EMAIL, password: key })).rejects.toMatchObject({ code: 'wrong-credentials' });
    };
    await begun((id) => sql`update api_keys set revoked_at = now() where id = ${id}`);
    await begun((id) => sql`delete from api_keys where id = ${id}`);
    expect(await identity.authenticate(byPassword.jwtToken)).toBeDefined();

    const { id, key } = await keyOf(db, provider.userId);
    await sql`update api_keys set expires_at = now() + interval '1 hour' where id = ${id}`.execute(db);
    await signIn(identity, { email: API_KEY_EMAIL, password: key });
    const { rows } = await sql<{ same: boolean }>`
      select s.expires_at = k.expires_at as same from sessions s join api_keys k on k.id = s.api_key_id where k.id = ${id}`.execute(db);
    expect(rows).toEqual([{ same: true }]);
  });

  it('a replaced password is stronger than a sign-in or a refresh that goes on at the same time', async () => {
    const old = await signedIn();
    const [, ...others] = await Promise.allSettled([
      sql`update users set password_hash = 'another' where id = ${provider.userId}`.execute(db),
      ...Array.from({ length: 4 }, () => signedIn()),
      refresh(identity, old.refreshToken),
    ]);
    const begun = others.flatMap((other) => (other.status === 'fulfilled' ? [other.value] : []));
    expect(await Promise.all([old, ...begun].map((pair) => isOver(pair)))).not.toContain(false);
    await ensureFirstProvider(db, { password: 'correct horse' });
  });
});

it('a user keeps the newest thousand sessions; those of API keys push no others out', async () => {
  const first = await signedIn();
  const { id, key } = await keyOf(db, provider.userId);
  await sql`insert into sessions (id, user_id, api_key_id, created_at, expires_at)
    select 'by-key-' || i, ${provider.userId}, ${id}, now() - interval '1 hour' + i * interval '1 second', now() + interval '1 day'
    from generate_series(1, 1005) i`.execute(db);
  await signIn(identity, { email: API_KEY_EMAIL, password: key });
  const { rows } = await sql<{ open: number; oldest: string }>`
    select count(*)::int as open, (array_agg(id order by created_at))[1] as oldest from sessions where api_key_id = ${id} and ended_at is null`.execute(
    db,
  );
  expect(rows).toEqual([{ open: 1_000, oldest: 'by-key-7' }]);
  expect(await identity.authenticate(first.jwtToken)).toBeDefined();
});

it('a session keeps the newest thousand of its used refresh tokens', async () => {
  const { refreshToken } = await signedIn();
  await sql`insert into refresh_tokens (hash, session_id, used_at)
    select sha256(convert_to('used ' || i, 'UTF8')), (select session_id from refresh_tokens where hash = sha256(convert_to(${refreshToken}, 'UTF8'))),
      now() - i * interval '1 minute' from generate_series(1, 1005) i`.execute(db);
  const next = await refresh(identity, refreshToken);
  const { rows } = await sql<{ tokens: number }>`
    select count(*)::int as tokens from refresh_tokens t where session_id in (
      select session_id from refresh_tokens where hash = sha256(convert_to(${next.refreshToken}, 'UTF8')))`.execute(db);
  expect(rows).toEqual([{ tokens: 1_001 }]);
});
