/**
 * Sessions. Signing in begins one and gives a short-lived access token and a refresh token. A refresh token works once and
 * gives the next pair; using one a second time means that somebody has a copy, so it ends the session for both.
 */
import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { databaseTime } from '../database/clock.js';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { DomainError } from '../errors.js';
import type { Sealing } from '../mail/outbox.js';
import type { Doors, Visitor } from './doors.js';
import { newId } from './identifier.js';
import type { SessionMethod } from './method.js';
import {
  deleteUsedTokens,
  endSession,
  endSessionOfToken,
  endSurplusSessions,
  insertRefreshToken,
  insertSession,
  markRefreshTokenUsed,
  replaceUnused,
  selectRefreshToken,
  selectUserOfSession,
  type SessionUserRow,
  touchSession,
} from './store.js';
import { noteOtherAddress } from './sessions/address-store.js';
import { signAccessToken, type SignedToken, verifyAccessToken } from './token.js';

export interface SessionDeps {
  db: Database;
  /** Opens the keys of people's second factors. */
  sealing: Sealing;
  /** See `deriveSigningKey`. */
  signingKey: KeyObject;
  doors: Doors;
  /** What begins with a session, in its transaction. */
  onSession?: ((tx: Transaction, userId: string) => Promise<void>) | undefined;
  /** Is told of what no call of its person tells, in the transaction that makes it true. */
  onSessionNews?: ((tx: Transaction, news: SessionNews) => Promise<void>) | undefined;
}

/**
 * `session-signed-out`: ended with its refresh token. `session-moved`: a browser has it at an address that it was not seen at before.
 * `session-copied`: ended, because a refresh token came a second time.
 */
export interface SessionNews {
  kind: 'session-signed-out' | 'session-moved' | 'session-copied';
  sessionId: string;
  /** Who came with the token. */
  visitor: Pick<Visitor, 'address' | 'userAgent' | 'correlationId'>;
}

export interface TokenPair {
  jwtToken: string;
  refreshToken: string;
}

const SESSION_DAYS = 30;
/** Begun with an identity provider: it is asked each day whether the person is still there. */
const SSO_DAYS = 1;
/** Open sessions of a user that were begun with a password, and with API keys: of more, the oldest end. */
const SESSIONS_KEPT = 1_000;
/** Of each session, to tell a second use by. One a quarter of an hour makes as many in ten days. */
const USED_TOKENS_KEPT = 1_000;

/** A browser that was cut off before the answer came exchanges the same token again within so long. Seconds. */
const LOST_ANSWER_SECONDS = 30;

/** Kept of what a client calls itself. Characters. */
const MOST_OF_USER_AGENT = 256;

/** Whose session begins, and with which API key or identity provider, if with one. */
export interface SessionOwner {
  userId: string;
  apiKeyId?: string;
  /** @default with the API key, or else with a password alone */
  method?: SessionMethod;
  identityProviderId?: string;
}

/** Begins a session of whom `admit` lets in, in the same transaction; undefined if nobody. */
export async function beginSession(
  deps: SessionDeps,
  admit: (tx: Transaction) => Promise<SessionOwner | undefined>,
  { address = '', userAgent = '' }: Partial<Visitor> = {},
): Promise<TokenPair | undefined> {
  return transaction(deps.db, async (tx) => {
    const owner = await admit(tx);
    if (owner === undefined) return undefined;
    const sessionId = newId('session');
    const method = owner.apiKeyId === undefined ? 'PASSWORD' : 'API_KEY';
    const days = owner.identityProviderId === undefined ? SESSION_DAYS : SSO_DAYS;
    const place = { address, userAgent: userAgent.slice(0, MOST_OF_USER_AGENT) };
    await insertSession(tx, { id: sessionId, days, method, ...place, ...owner });
    await endSurplusSessions(tx, owner.userId, SESSIONS_KEPT, owner.apiKeyId);
    await deps.onSession?.(tx, owner.userId);
    return issue(deps, tx, sessionId, owner.userId);
  });
}

/**
 * Exchanges a refresh token, once, for a new pair. `mayRepeat`: for a browser, which is cut off by each reload of a page. It may exchange
 * the token again within half a minute, as long as nobody has used what it was exchanged for, which then counts as used as well: whoever
 * holds that, if it was no lost answer, ends the session with it. `isBrowser`: no call tells of it, so that another address is news.
 * @throws DomainError auth_failure
 */
export async function refresh(
  deps: SessionDeps,
  refreshToken: string,
  visitor: Visitor,
  { mayRepeat = false, isBrowser = mayRepeat }: { mayRepeat?: boolean; isBrowser?: boolean } = {},
): Promise<TokenPair> {
  const hash = hashOf(refreshToken);
  const exchange = () =>
    transaction(deps.db, async (tx) => {
      const found = await selectRefreshToken(tx, hash);
      if (found === undefined) return undefined;
      if (found.used && !(mayRepeat && (await replaceUnused(tx, hash, LOST_ANSWER_SECONDS)))) {
        // Committed, although the answer is a refusal.
        await endSession(tx, found.sessionId);
        await tell(deps, tx, 'session-copied', found.sessionId, visitor);
        return undefined;
      }
      if (isBrowser && (await noteOtherAddress(tx, found.sessionId, visitor.address)))
        await tell(deps, tx, 'session-moved', found.sessionId, visitor);
      if (!found.used) await markRefreshTokenUsed(tx, hash);
      await touchSession(tx, found.sessionId);
      await deleteUsedTokens(tx, found.sessionId, USED_TOKENS_KEPT);
      return issue(deps, tx, found.sessionId, found.userId);
    });
  const pair = await deps.doors.query(visitor, exchange);
  if (pair === undefined)
    throw new DomainError('auth_failure', 'invalid-refresh-token', 'The refresh token is used, revoked or expired: sign in again.');
  return pair;
}

/** Ends the session of a refresh token. Unknown tokens are no error: there is nothing left to end. */
export async function revoke(deps: SessionDeps, refreshToken: string, visitor: Visitor): Promise<void> {
  await deps.doors.query(visitor, () =>
    transaction(deps.db, async (tx) => {
      const sessionId = await endSessionOfToken(tx, hashOf(refreshToken));
      if (sessionId !== undefined) await tell(deps, tx, 'session-signed-out', sessionId, visitor);
    }),
  );
}

/** The user behind an access token, or nothing if the token or its session is no longer good. */
export async function userOfToken(deps: SessionDeps, jwt: string): Promise<{ user: SessionUserRow; token: SignedToken } | undefined> {
  const token = verifyAccessToken(deps.signingKey, jwt);
  if (token === undefined) return undefined;
  const user = await selectUserOfSession(deps.db, token);
  if (user?.status !== 'ACTIVE') return undefined;
  if (user.isStale) await touchSession(deps.db, token.sessionId);
  return { user, token };
}

/** How tokens and API keys are kept: they are long and random, so a plain hash is enough. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function tell(
  { onSessionNews }: SessionDeps,
  tx: Transaction,
  kind: SessionNews['kind'],
  sessionId: string,
  { address, userAgent = '', correlationId = '' }: Visitor,
): Promise<void> {
  await onSessionNews?.(tx, { kind, sessionId, visitor: { address, userAgent: userAgent.slice(0, MOST_OF_USER_AGENT), correlationId } });
}

async function issue(deps: SessionDeps, tx: Database, sessionId: string, userId: string): Promise<TokenPair> {
  const refreshToken = randomBytes(32).toString('base64url');
  await insertRefreshToken(tx, hashOf(refreshToken), sessionId);
  return { jwtToken: signAccessToken(deps.signingKey, { userId, sessionId }, await databaseTime(tx)), refreshToken };
}
