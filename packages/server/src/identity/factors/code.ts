/**
 * Codes that people type: of an app, or a recovery code. Those of six digits can be guessed, so tries are counted before they are looked
 * at; where their owner has signed in before, only what is tried there counts, so that nobody keeps them out from elsewhere.
 */
import type { Transaction } from '../../database/database.js';
import { databaseTime } from '../../database/clock.js';
import { DomainError } from '../../errors.js';
import { blockedFor, type Counter, counter, giveBack, reserveIn } from '../attempts.js';
import type { FactorDeps } from './factor.js';
import { type AppRow, noteStep, selectApps } from './factor-store.js';
import { isKnownAddress } from './person-store.js';
import { recoveryHash } from './recovery-code.js';
import { useRecoveryCode } from './recovery-store.js';
import { stepOf } from './totp.js';

export interface TypedCode {
  userId: string;
  code: string;
  /** From where it comes. */
  address: string;
}

/**
 * Takes a code, which is good for nothing then. Undefined if it is wrong or was taken: the transaction has to be committed all the same,
 * since the try counts. The user is held.
 * @throws DomainError bad_request too-many-codes
 */
export async function takeCode(
  tx: Transaction,
  deps: Pick<FactorDeps, 'sealing'>,
  typed: TypedCode,
): Promise<'TOTP' | 'RECOVERY_CODE' | undefined> {
  const { userId, code, address } = typed;
  if (!isSixDigits(code)) {
    const hash = recoveryHash(userId, code);
    return hash !== undefined && (await useRecoveryCode(tx, userId, hash)) ? 'RECOVERY_CODE' : undefined;
  }
  const counters = countersOf(userId, address, await isKnownAddress(tx, userId, address));
  const seconds = await blockedFor(tx, counters);
  if (seconds > 0) throw tooManyCodes(seconds, userId);
  const reservation = await reserveIn(tx, counters);
  if (reservation.length < counters.length) throw tooManyCodes(1, userId);
  if (!(await isTaken(tx, deps, await selectApps(tx, userId), code))) return undefined;
  await giveBack(tx, reservation);
  return 'TOTP';
}

/** Whether one of the apps shows the code, which is used then. */
export async function isTaken(
  tx: Transaction,
  { sealing }: Pick<FactorDeps, 'sealing'>,
  apps: readonly AppRow[],
  code: string,
): Promise<boolean> {
  const at = await databaseTime(tx);
  for (const { id, sealedSecret, lastStep } of apps) {
    const step = stepOf(code.replaceAll(/\s/g, ''), sealing.open(sealedSecret, sealedAs(id)).toString(), at, lastStep);
    if (step === undefined) continue;
    await noteStep(tx, id, step);
    return true;
  }
  return false;
}

/** What the key of an app is sealed with: a copied row is useless. */
export function sealedAs(factorId: string): string {
  return `factor ${factorId}`;
}

export function isSixDigits(code: string): boolean {
  return /^\d{6}$/.test(code.replaceAll(/\s/g, ''));
}

/**
 * The same for a code that is wrong, over, or was used. Clients take a 401 for the end of the session that they have: it is for those that
 * have none.
 */
export function wrongCode(kind: 'auth_failure' | 'bad_request', userId?: string): DomainError {
  return new DomainError(
    kind,
    'wrong-code',
    'The code is wrong, too old, or was used already: wait for the next one that your app shows, or take another recovery code.',
    [{ field: 'code', code: 'wrong-code', message: 'is wrong, too old, or was used already' }],
    { userId },
  );
}

function countersOf(userId: string, address: string, isKnownHere: boolean): Counter[] {
  const own = [counter('codesAtAddress', userId, address), counter('codesOfDayAtAddress', userId, address)];
  return isKnownHere ? own : [...own, counter('codesOfDay', userId)];
}

function tooManyCodes(seconds: number, userId: string): DomainError {
  return new DomainError(
    'bad_request',
    'too-many-codes',
    `Too many wrong codes: try again in ${seconds} s, or use a recovery code or a passkey.`,
    [{ field: 'code', code: 'too-many-codes', message: `is not looked at for ${seconds} s` }],
    { retryAfter: seconds, userId },
  );
}
