/** The second step of a sign-in: asked for once the password was right, of who has a second factor. */
import type { Transaction } from '../../database/database.js';
import { badRequest, DomainError } from '../../errors.js';
import { giveBack, type Reservation } from '../attempts.js';
import type { Visitor } from '../doors.js';
import type { SessionMethod } from '../method.js';
import { beginSession, hashOf, type SessionDeps, type TokenPair } from '../session.js';
import { noteAddress } from '../store.js';
import { challengeIsOver, newChallenge, secondStepNeeded } from './challenge.js';
import { type ChallengeRow, countAnswer, takeChallenge } from './challenge-store.js';
import { takeCode, wrongCode } from './code.js';
import type { FactorDeps, SecondStepMethod } from './factor.js';
import { notePasskeyUse, selectPasskeys, selectSecondStep } from './factor-store.js';
import { type PasskeyAnswer, verifyPasskey, wrongPasskey } from './passkey.js';
import { holdActive } from './person-store.js';

/** How the session is begun, or why it is not: what was counted, or kept for the second request, stays. */
export type Passed = { method: SessionMethod } | { refusal: DomainError };

/** Whether somebody whose password was right is let in with it. The user is held. @throws DomainError too-many-codes */
export async function secondStep(
  tx: Transaction,
  deps: Pick<FactorDeps, 'sealing'>,
  who: {
    userId: string;
    address: string;
    code?: string | undefined;
    isPortal?: boolean | undefined;
    /** Counted for the password: given back with the second step, or by the caller. */
    tries: Reservation;
  },
): Promise<Passed> {
  const { kinds, recoveryCodes } = await selectSecondStep(tx, who.userId);
  if (kinds.length === 0) return { method: 'PASSWORD' };
  if (who.code !== undefined) {
    const method = await takeCode(tx, deps, { ...who, code: who.code });
    return method === undefined
      ? { refusal: wrongCode(who.isPortal === true ? 'bad_request' : 'auth_failure', who.userId) }
      : { method: `PASSWORD_${method}` };
  }
  const methods: SecondStepMethod[] = recoveryCodes === 0 ? kinds : [...kinds, 'RECOVERY_CODE'];
  const challenge = await newChallenge(tx, { userId: who.userId, purpose: 'SECOND_STEP', tries: who.tries });
  return { refusal: secondStepNeeded(challenge, methods, who.isPortal) };
}

/** Begins the session of a challenge. @throws DomainError auth_failure, bad_request */
export async function finishSignIn(
  deps: SessionDeps & FactorDeps,
  given: { challenge: string; code?: string | undefined; passkey?: PasskeyAnswer | undefined },
  visitor: Visitor,
): Promise<TokenPair> {
  const { code, passkey } = given;
  if ((code === undefined) === (passkey === undefined))
    throw badRequest('missing-field', 'Invalid request: give either code or passkey.', [
      { field: 'code', message: 'or passkey is missing' },
    ]);
  const hash = hashOf(given.challenge);
  return deps.doors.query(visitor, async () => {
    const asked = await countAnswer(deps.db, hash);
    if (asked === undefined || asked.purpose === 'NEW_PASSKEY') throw challengeIsOver();
    let refusal: DomainError | undefined;
    const pair = await beginSession(
      deps,
      async (tx) => {
        const answered = passkey === undefined ? await byCode(tx, asked, code ?? '') : await byPasskey(tx, asked, passkey);
        if (answered === undefined) return undefined;
        // Of two right answers at once, one finds it; the other is undone.
        const tries = await takeChallenge(tx, hash);
        if (tries === undefined) throw challengeIsOver();
        await giveBack(tx, tries);
        await noteAddress(tx, answered.userId, visitor.address);
        return answered;
      },
      visitor,
    );
    if (pair === undefined) throw refusal ?? challengeIsOver();
    return pair;

    async function byCode(tx: Transaction, { userId }: ChallengeRow, typed: string) {
      if (userId === null || !(await holdActive(tx, userId))) return undefined;
      const method = await takeCode(tx, deps, { userId, code: typed, address: visitor.address });
      if (method !== undefined) return { userId, method: `PASSWORD_${method}` as const };
      refusal = wrongCode('auth_failure', userId);
      return undefined;
    }

    async function byPasskey(tx: Transaction, { userId, purpose }: ChallengeRow, answer: PasskeyAnswer) {
      const [key] = await selectPasskeys(tx, { rpId: deps.relyingParty.id, userId, credentialId: answer.id });
      if (key === undefined || !(await holdActive(tx, key.userId))) throw wrongPasskey();
      const alone = purpose === 'PASSKEY';
      const signCount = await verifyPasskey(deps.relyingParty, hash, answer, key, { alone });
      if (!(await notePasskeyUse(tx, key, signCount))) throw wrongPasskey('it was used or removed at the same moment');
      return { userId: key.userId, method: alone ? ('PASSKEY' as const) : ('PASSWORD_PASSKEY' as const) };
    }
  });
}
