/** Tokens that are mailed: random, kept as a hash, used once, good for a short while. */
import { randomBytes } from 'node:crypto';
import type { Transaction } from '../../database/database.js';
import { badRequest, type DomainError } from '../../errors.js';
import { hashOf } from '../session.js';
import { insertToken, type TokenPurpose } from './token-store.js';

/** Seconds. */
const LIFETIMES: Record<TokenPurpose, number> = { verify: 24 * 3_600, reset: 3_600 };

/** Makes a token; the text is for the mail only. Without a user it opens nothing, and costs the same. */
export async function makeToken(
  tx: Transaction,
  { userId, purpose, passwordHash = '' }: { userId: string | undefined; purpose: TokenPurpose; passwordHash?: string },
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await insertToken(tx, { hash: hashOf(token), userId: userId ?? null, purpose, passwordHash, seconds: LIFETIMES[purpose] });
  return token;
}

/** The same for a token that never was, was used, is over, or is another address's. */
export function wrongToken(): DomainError {
  return badRequest('invalid-token', 'The token is used, expired or not for this address: ask for a new mail.', [
    { field: 'token', code: 'invalid-token', message: 'is used, expired or not for this address' },
  ]);
}
