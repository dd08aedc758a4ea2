/**
 * Access tokens: three-part JWTs (HS256), checked without a database look-up of the session; the user is read anyway. Checked at once, not
 * in the threads that passwords are hashed in: however many sign-ins wait, nobody who is signed in waits behind them.
 * Clients refuse a token with less than five minutes left before they send anything (docs/reference/api.md#sessions), so tokens live longer.
 */
import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { deriveKey } from '../derived-key.js';

/** @default lifetime of an access token, seconds */
export const ACCESS_TOKEN_SECONDS = 60 * 60;

const ISSUER = 'cellplane';
/** Ours have some 300 characters. */
const MOST_CHARACTERS = 2_048;

export interface AccessToken {
  userId: string;
  sessionId: string;
}

/** A token whose signature is ours. Whether it is still good is the database's to say: the copies' own clocks may differ. */
export interface SignedToken extends AccessToken {
  /** Epoch seconds. */
  expiresAt: number;
}

/** The signing key of all copies of the program on one master key. Bytes the library would try to read as a PEM first, at each request. */
export function deriveSigningKey(masterKey: Uint8Array): KeyObject {
  return createSecretKey(deriveKey(masterKey, 'access tokens'));
}

/** Signs a token that begins `now`, by the database's time; `jti` makes every one different, even within a second. */
export function signAccessToken(key: KeyObject, token: AccessToken, now: Date): string {
  const iat = Math.floor(now.getTime() / 1000);
  return jwt.sign({ sid: token.sessionId, iat, exp: iat + ACCESS_TOKEN_SECONDS }, key, {
    algorithm: 'HS256',
    subject: token.userId,
    issuer: ISSUER,
    jwtid: randomUUID(),
  });
}

/** The token's content, or nothing if it is forged or not ours. Its age is not looked at. */
export function verifyAccessToken(key: KeyObject, token: string): SignedToken | undefined {
  if (token.length > MOST_CHARACTERS) return undefined;
  try {
    // By this copy's clock the library would judge the age.
    const payload = jwt.verify(token, key, { issuer: ISSUER, algorithms: ['HS256'], ignoreExpiration: true });
    if (typeof payload === 'string') return undefined;
    const { sub, sid, exp } = payload as { sub?: unknown; sid?: unknown; exp?: unknown };
    if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') return undefined;
    return { userId: sub, sessionId: sid, expiresAt: exp };
  } catch (error) {
    // The parser throws for a payload that is no JSON.
    if (error instanceof jwt.JsonWebTokenError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
