/**
 * Sessions. Signing in begins one and gives a short-lived access token and a refresh token. A refresh token works once and
 * gives the next pair; using one a second time means that somebody has a copy, so it ends the session for both.
 */
import { createHash, randomBytes } from 'node:crypto';
import { databaseTime } from '../database/clock.js';
import { type Database, transaction } from '../database/database.js';
import { badRequest, DomainError } from '../errors.js';
import type { Attempts } from './attempts.js';
import { newId } from './identifier.js';
import { PASSWORD_MAX_BYTES, verifyPassword } from './password.js';
import {
  deleteOldSessions,
  endSession,
  endSessionOfToken,
  insertRefreshToken,
  insertSession,
  markRefreshTokenUsed,
  selectRefreshToken,
  selectUserByApiKey,
  selectUserByEmail,
  selectUserOfSession,
  type UserRow,
} from './store.js';
import { signAccessToken, verifyAccessToken } from './token.js';

export interface SessionDeps {
  db: Database;
  /** See `deriveSigningKey`. */
  signingKey: Uint8Array;
  attempts: Attempts;
}

export interface TokenPair {
  jwtToken: string;
  refreshToken: string;
}

/** E-mail under which an API key is sent as the password (reference 1.2). */
export const API_KEY_EMAIL = 'apikey@apikeys.invalid';

const SESSION_DAYS = 30;

/** Begins a session. @throws DomainError bad_request "wrong user email or password", or too many attempts */
export async function signIn(deps: SessionDeps, input: { email: string; password: string }): Promise<TokenPair> {
  const email = input.email.trim();
  const isApiKey = email.toLowerCase() === API_KEY_EMAIL;
  // All API keys share one e-mail, so failures are counted per key there.
  const name = isApiKey ? hashOf(input.password).toString('hex') : email;
  const seconds = deps.attempts.blockedFor(name);
  if (seconds > 0) throw badRequest('too-many-sign-ins', `Too many failed sign-ins for this user: try again in ${seconds} s.`);
  const user = isApiKey ? await selectUserByApiKey(deps.db, hashOf(input.password)) : await userByPassword(deps.db, email, input.password);
  if (user === undefined || user.status !== 'ACTIVE') {
    deps.attempts.failed(name);
    throw badRequest('wrong-credentials', 'wrong user email or password');
  }
  deps.attempts.succeeded(name);
  await deleteOldSessions(deps.db);
  return transaction(deps.db, async (tx) => {
    const sessionId = newId('session');
    await insertSession(tx, { id: sessionId, userId: user.id, days: SESSION_DAYS });
    return issue(deps, tx, sessionId, user.id);
  });
}

/** Exchanges a refresh token, once, for a new pair. @throws DomainError auth_failure */
export async function refresh(deps: SessionDeps, refreshToken: string): Promise<TokenPair> {
  const hash = hashOf(refreshToken);
  const pair = await transaction(deps.db, async (tx) => {
    const found = await selectRefreshToken(tx, hash);
    if (found === undefined) return undefined;
    if (found.used) {
      // Committed, although the answer is a refusal.
      await endSession(tx, found.sessionId);
      return undefined;
    }
    await markRefreshTokenUsed(tx, hash);
    return issue(deps, tx, found.sessionId, found.userId);
  });
  if (pair === undefined)
    throw new DomainError('auth_failure', 'invalid-refresh-token', 'The refresh token is used, revoked or expired: sign in again.');
  return pair;
}

/** Ends the session of a refresh token. Unknown tokens are no error: there is nothing left to end. */
export async function revoke(deps: SessionDeps, refreshToken: string): Promise<void> {
  await endSessionOfToken(deps.db, hashOf(refreshToken));
}

/** The user behind an access token, or nothing if the token or its session is no longer good. */
export async function userOfToken(deps: SessionDeps, jwt: string): Promise<UserRow | undefined> {
  const token = await verifyAccessToken(deps.signingKey, jwt);
  if (token === undefined) return undefined;
  const user = await selectUserOfSession(deps.db, token);
  return user?.status === 'ACTIVE' ? user : undefined;
}

/** How tokens and API keys are kept: they are long and random, so a plain hash is enough. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function userByPassword(db: Database, email: string, password: string): Promise<UserRow | undefined> {
  if (Buffer.byteLength(password) > PASSWORD_MAX_BYTES) return undefined;
  const user = await selectUserByEmail(db, email);
  return (await verifyPassword(password, user?.passwordHash ?? '')) ? user : undefined;
}

async function issue(deps: SessionDeps, tx: Database, sessionId: string, userId: string): Promise<TokenPair> {
  const refreshToken = randomBytes(32).toString('base64url');
  await insertRefreshToken(tx, hashOf(refreshToken), sessionId);
  return { jwtToken: await signAccessToken(deps.signingKey, { userId, sessionId }, await databaseTime(tx)), refreshToken };
}
