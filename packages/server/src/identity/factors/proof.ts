/** Whoever changes second factors, or who needs them, shows once more that it is them: a session that somebody left open is not enough. */
import type { Caller } from '@cellplane/api';
import { type Transaction, transaction } from '../../database/database.js';
import { badRequest, DomainError } from '../../errors.js';
import { countRequest } from '../customers/limits.js';
import type { Visitor } from '../doors.js';
import { PASSWORD_MAX_BYTES, verifyPassword } from '../password.js';
import type { SessionDeps } from '../session.js';
import { takeCode, wrongCode } from './code.js';
import type { FactorDeps } from './factor.js';
import { selectSecondStep } from './factor-store.js';
import { type HeldPerson, holdPerson, isFreshSession, selectPasswordHash } from './person-store.js';

/** The password, or a code of one's own factors. */
export interface Proof {
  password?: string | undefined;
  code?: string | undefined;
}

export type OwnDeps = SessionDeps & FactorDeps;

/** Does the change in a transaction that holds the person, after what `lock` takes, if they have shown that it is them. @throws DomainError */
export async function withProof<T>(
  deps: OwnDeps,
  caller: Caller,
  { password, code }: Proof,
  visitor: Visitor,
  change: (tx: Transaction, person: HeldPerson) => Promise<T>,
  lock: (tx: Transaction) => Promise<unknown> = async () => {},
): Promise<T> {
  requirePerson(caller);
  const { userId } = caller;
  const rightHash = password === undefined ? undefined : await verified(deps, userId, password, visitor);
  const done = await transaction(deps.db, async (tx) => {
    await lock(tx);
    const person = await holdOwn(tx, userId);
    if (rightHash !== undefined && rightHash === person.passwordHash) return { value: await change(tx, person) };
    if (rightHash !== undefined) return { refusal: wrongPassword() };
    if (code !== undefined) {
      const { address } = visitor;
      // Committed, although the answer is a refusal: the try counts.
      if ((await takeCode(tx, deps, { userId, code, address })) === undefined) return { refusal: wrongCode('bad_request') };
      return { value: await change(tx, person) };
    }
    // Who signs in elsewhere has no password here, and at first no code.
    const { kinds } = await selectSecondStep(tx, userId);
    const isNew = person.passwordHash === '' && kinds.length === 0 && (await isFreshSession(tx, caller.sessionId ?? ''));
    return isNew ? { value: await change(tx, person) } : { refusal: proofNeeded(person) };
  });
  if ('refusal' in done) throw done.refusal;
  return done.value;
}

/** An API key is not a person. @throws DomainError forbidden */
export function requirePerson({ apiKeyId }: Caller): void {
  if (apiKeyId === undefined) return;
  throw new DomainError('forbidden', 'not-with-api-key', 'You are signed in with an API key: sign in yourself to change second factors.');
}

/** The person, held until the transaction ends. @throws DomainError auth_failure */
export async function holdOwn(tx: Transaction, userId: string): Promise<HeldPerson> {
  const person = await holdPerson(tx, userId);
  if (person === undefined) throw new DomainError('auth_failure', 'no-such-user', 'This user no longer exists: sign in again.');
  return person;
}

async function verified(deps: OwnDeps, userId: string, password: string, visitor: Visitor): Promise<string> {
  await countRequest(deps, visitor, 'factor-proof', userId);
  return deps.doors.hash({ ...visitor, knownAs: userId }, async () => {
    const hash = (await selectPasswordHash(deps.db, userId)) ?? '';
    if (Buffer.byteLength(password) > PASSWORD_MAX_BYTES || !(await verifyPassword(password, hash))) throw wrongPassword();
    return hash;
  });
}

function wrongPassword(): DomainError {
  return badRequest('wrong-password', 'The password is wrong.', [{ field: 'password', code: 'wrong-password', message: 'is wrong' }]);
}

function proofNeeded({ passwordHash }: HeldPerson): DomainError {
  const cure =
    passwordHash === '' ? 'sign in again and repeat it within 10 minutes, or give a code' : 'give your password, or a code of a factor';
  return badRequest('proof-needed', `Second factors are changed by whoever shows that it is them: ${cure}.`, [
    { field: 'password', code: 'proof-needed', message: 'or code is missing' },
  ]);
}
