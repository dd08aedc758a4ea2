import { decode } from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { createIdentity } from './identity.js';
import { identityHandlers } from './operations.js';
import { createApiKey, ensureFirstProvider } from './provider.js';
import { refresh as refreshAt, revoke as revokeAt } from './session.js';
import { API_KEY_EMAIL, signIn as signInAt } from './sign-in.js';
import { deriveSigningKey, signAccessToken } from './token.js';

const { db } = await testDatabase();
const signingKey = deriveSigningKey(Buffer.alloc(32, 7));
const identity = createIdentity({ db, signingKey });
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
    const { key } = await createApiKey(db, { userId: provider.userId, name: 'ci' });
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

describe('GET /user', () => {
  it('has what the clients read', async () => {
    const caller = { userId: provider.userId, email, orgId: provider.orgId, roleType: 'root' };
    const user = await identityHandlers(identity).describeUser({ params: {}, query: {}, body: undefined, caller });
    expect(user).toMatchObject({ id: provider.userId, orgId: provider.orgId, email, status: 'ACTIVE', enabled: true });
  });
});
