import { decode } from 'jsonwebtoken';
import { afterEach, expect, it, vi } from 'vitest';
import { databaseTime } from '../database/clock.js';
import { createSealer } from '../secrets/envelope.js';
import { testDatabase } from '../database/test-database.testing.js';
import { createIdentity } from './identity.js';
import { ensureFirstProvider } from './provider.js';
import { refresh as refreshAt } from './session.js';
import { signIn as signInAt } from './sign-in.js';
import { ACCESS_TOKEN_SECONDS, deriveSigningKey, signAccessToken } from './token.js';

const { db } = await testDatabase();
const signingKey = deriveSigningKey(Buffer.alloc(32, 7));
const identity = createIdentity({ db, sealing: createSealer(Buffer.alloc(32, 7)), signingKey });
const provider = await ensureFirstProvider(db, { email: 'ops@example.com', password: 'correct horse' });
const visitor = { address: '192.0.2.1' };
const signIn = (deps: typeof identity, input: { email: string; password: string }) => signInAt(deps, { ...input, ...visitor });
const refresh = (deps: typeof identity, token: string) => refreshAt(deps, token, visitor);
const decodeJwt = (token: string) => decode(token, { json: true }) ?? {};
afterEach(() => vi.useRealTimers());

const HOUR_MS = 3_600_000;
const ahead = (off: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + off });

it.each([2 * HOUR_MS, -24 * HOUR_MS])('tokens of a copy whose clock is off by %i ms are like those of any other', async (off) => {
  ahead(off);
  const pair = await signIn(identity, { email: 'ops@example.com', password: 'correct horse' });
  const time = (await databaseTime(db)).getTime() / 1_000;
  expect(Math.abs(Number(decodeJwt(pair.jwtToken).exp) - time - ACCESS_TOKEN_SECONDS)).toBeLessThan(60);
  expect(await identity.authenticate(pair.jwtToken)).toMatchObject({ userId: provider.userId });
  vi.useRealTimers();
  expect(await identity.authenticate(pair.jwtToken)).toMatchObject({ userId: provider.userId });
  ahead(-off);
  expect(await identity.authenticate(pair.jwtToken)).toMatchObject({ userId: provider.userId });
  await expect(refresh(identity, pair.refreshToken)).resolves.toHaveProperty('jwtToken');
});

it('a token is over when the database says so, whatever the copy believes', async () => {
  const { jwtToken } = await signIn(identity, { email: 'ops@example.com', password: 'correct horse' });
  const time = (await databaseTime(db)).getTime();
  const old = signAccessToken(
    signingKey,
    { userId: provider.userId, sessionId: String(decodeJwt(jwtToken)['sid']) },
    new Date(time - ACCESS_TOKEN_SECONDS * 1_000 - 1_000),
  );
  expect(await identity.authenticate(old)).toBeUndefined();
  ahead(-24 * HOUR_MS);
  expect(await identity.authenticate(old)).toBeUndefined();
});
