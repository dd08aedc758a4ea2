/** What a browser asks a passkey with. */
import { DomainError } from '../../errors.js';
import { blockedFor, counter, reserve } from '../attempts.js';
import type { Visitor } from '../doors.js';
import { hashOf, type SessionDeps } from '../session.js';
import { challengeIsOver, newChallenge } from './challenge.js';
import { selectChallenge } from './challenge-store.js';
import type { FactorDeps } from './factor.js';
import { selectPasskeys } from './factor-store.js';
import { requestOptions } from './passkey.js';

export interface Asked {
  challenge: string;
  expiresAt: string;
  publicKey: Record<string, unknown>;
}

/** Of a sign-in that waits for its second step, the passkeys of its user; without one, whichever the person picks. @throws DomainError */
export async function beginPasskeySignIn(deps: SessionDeps & FactorDeps, challenge: string | undefined, visitor: Visitor): Promise<Asked> {
  const { db, relyingParty } = deps;
  return deps.doors.query(visitor, async () => {
    if (challenge === undefined) {
      // Each is a row: whoever asks for many gets no more.
      const counters = [counter('passkeySignIns', visitor.address)];
      if ((await reserve(db, counters)) === undefined) throw tooManySignIns((await blockedFor(db, counters)) || 1);
      const { token, expiresAt } = await newChallenge(db, { userId: null, purpose: 'PASSKEY' });
      return {
        challenge: token,
        expiresAt: expiresAt.toISOString(),
        publicKey: await requestOptions(relyingParty, hashOf(token), undefined),
      };
    }
    const hash = hashOf(challenge);
    const waiting = await selectChallenge(db, hash);
    if (waiting?.purpose !== 'SECOND_STEP' || waiting.userId === null) throw challengeIsOver();
    const keys = await selectPasskeys(db, { rpId: relyingParty.id, userId: waiting.userId });
    return { challenge, expiresAt: waiting.expiresAt.toISOString(), publicKey: await requestOptions(relyingParty, hash, keys) };
  });
}

function tooManySignIns(seconds: number): DomainError {
  return new DomainError(
    'bad_request',
    'too-many-sign-ins',
    `Too many sign-ins are begun at this address: try again in ${seconds} s.`,
    [],
    {
      retryAfter: seconds,
    },
  );
}
