/**
 * Access tokens: three-part JWTs (HS256), checked without a database look-up of the session; the user is read anyway.
 * Clients refuse a token with less than five minutes left before they send anything (reference 1.2), so tokens live longer.
 */
import { hkdfSync, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';

/** @default lifetime of an access token, seconds */
export const ACCESS_TOKEN_SECONDS = 60 * 60;

const ISSUER = 'cellplane';

/** For the library, which would judge a token's age by this copy's clock. */
const BEFORE_ALL = new Date(0);

export interface AccessToken {
  userId: string;
  sessionId: string;
}

/** A token whose signature is ours. Whether it is still good is the database's to say: the copies' own clocks may differ. */
export interface SignedToken extends AccessToken {
  /** Epoch seconds. */
  expiresAt: number;
}

/** The signing key of all copies of the program on one master key. */
export function deriveSigningKey(masterKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, Buffer.alloc(0), 'cellplane access tokens, version 1', 32));
}

/** Signs a token that begins `now`, by the database's time; `jti` makes every one different, even within a second. */
export async function signAccessToken(key: Uint8Array, token: AccessToken, now: Date): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  return new SignJWT({ sid: token.sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(token.userId)
    .setIssuer(ISSUER)
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ACCESS_TOKEN_SECONDS)
    .sign(key);
}

/** The token's content, or nothing if it is forged or not ours. Its age is not looked at. */
export async function verifyAccessToken(key: Uint8Array, jwt: string): Promise<SignedToken | undefined> {
  try {
    const { payload } = await jwtVerify(jwt, key, {
      issuer: ISSUER,
      algorithms: ['HS256'],
      requiredClaims: ['exp'],
      currentDate: BEFORE_ALL,
    });
    if (typeof payload.sub !== 'string' || typeof payload['sid'] !== 'string' || typeof payload.exp !== 'number') return undefined;
    return { userId: payload.sub, sessionId: payload['sid'], expiresAt: payload.exp };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
