/** What is asked of somebody between two requests: a random token, kept as a hash, answered once and within minutes. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../../database/database.js';
import { DomainError } from '../../errors.js';
import type { Reservation } from '../attempts.js';
import { hashOf } from '../session.js';
import { type ChallengePurpose, insertChallenge } from './challenge-store.js';
import type { SecondStepMethod } from './factor.js';

/** Time to find one's phone. */
const SECONDS = 300;

export interface Challenge {
  token: string;
  expiresAt: Date;
}

/** Keeps a new challenge. */
export async function newChallenge(
  db: Database,
  {
    userId,
    purpose,
    factorId = null,
    tries = [],
  }: { userId: string | null; purpose: ChallengePurpose; factorId?: string | null; tries?: Reservation },
): Promise<Challenge> {
  const token = randomBytes(32).toString('base64url');
  return { token, expiresAt: await insertChallenge(db, { hash: hashOf(token), userId, purpose, factorId, seconds: SECONDS, tries }) };
}

/** The password was right; the challenge goes with the refusal. The text is for people whose program knows nothing of second steps. */
export function secondStepNeeded({ token, expiresAt }: Challenge, methods: readonly SecondStepMethod[], isPortal = false): DomainError {
  const ways = [
    ...(methods.includes('TOTP') ? ['sign in again with the six digits of your authenticator app right behind the password'] : []),
    'use an API key',
    'use a program that asks for the second factor (cellplane login)',
  ];
  return new DomainError(
    // A portal takes a 401 for the end of its own session, and sends the request again.
    isPortal ? 'bad_request' : 'auth_failure',
    'second-factor-needed',
    `The password is right, and a second factor is needed: ${ways.slice(0, -1).join(', ')}, or ${ways.at(-1)}.`,
    [],
    { secondFactor: { challenge: token, methods: [...methods], expiresAt: expiresAt.toISOString() } },
  );
}

/** The same for a challenge that never was, was answered, is over, or had too many wrong answers. */
export function challengeIsOver(kind: 'auth_failure' | 'bad_request' = 'auth_failure'): DomainError {
  return new DomainError(kind, 'challenge-over', 'This was finished already, or took too long or too many tries: begin it again.', [
    { field: 'challenge', code: 'challenge-over', message: 'is answered or over' },
  ]);
}
