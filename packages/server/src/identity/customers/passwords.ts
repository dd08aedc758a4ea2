/** Forgotten and changed passwords. Each change ends the user's sessions (migration 0051). */
import { transaction } from '../../database/database.js';
import { badRequest, DomainError } from '../../errors.js';
import type { Visitor } from '../doors.js';
import { hashPassword, PASSWORD_MAX_BYTES, verifyPassword } from '../password.js';
import { hashOf } from '../session.js';
import { updatePassword } from '../store.js';
import { holdAccount, holdOwnAccount, selectAccount } from './account-store.js';
import { confirmAccount } from './confirm.js';
import type { CustomerDeps } from './deps.js';
import { readEmail } from '../email.js';
import { Findings } from './fields.js';
import { countRequest } from './limits.js';
import { makeToken, wrongToken } from './mailed-token.js';
import { selectTokenUser, takeToken } from './token-store.js';

/**
 * Mails a token that sets a new password, if the address has an account: of the provider's customers, or (`customersOf` undefined) of
 * a provider's own people or else of the customers of this installation's provider. The answer and the work are the same if it has none.
 */
export async function requestReset(
  deps: CustomerDeps,
  input: { email: string; customersOf: string | undefined },
  visitor: Visitor,
): Promise<void> {
  const findings = new Findings();
  const email = findings.email(input.email);
  findings.refuse();
  await countRequest(deps, visitor, 'reset', email);
  await deps.doors.query(visitor, () =>
    transaction(deps.db, async (tx) => {
      const ofPeople = input.customersOf === undefined ? await holdAccount(tx, email, null) : undefined;
      const ofCustomers = await holdAccount(tx, email, input.customersOf ?? deps.providerOrgId);
      const found = ofPeople ?? ofCustomers;
      // Where an identity provider opens an account, no password does.
      const account = found?.isSuspended === true || found?.hasSso === true ? undefined : found;
      const token = await makeToken(tx, { userId: account?.id, purpose: 'reset' });
      await deps.outbox.post(tx, {
        providerOrgId: account === undefined ? (input.customersOf ?? deps.providerOrgId) : (account.providerOrgId ?? account.orgId),
        recipient: email,
        audience: account !== undefined && account.providerOrgId === null ? 'provider' : 'customer',
        letter: { type: 'ResetPassword', payload: { token } },
        ...(account === undefined ? { withheld: 'nobody has this address' } : { userId: account.id }),
      });
    }),
  );
}

/** Sets a password by the token that was mailed. @throws DomainError bad_request invalid-token, or for a password that is too short */
export async function changePassword(
  deps: CustomerDeps,
  input: { email: string; token: string; password: string },
  visitor: Visitor,
): Promise<void> {
  const findings = new Findings();
  findings.password(input.password);
  findings.refuse();
  const email = readEmail(input.email);
  if (email === undefined) throw wrongToken();
  const token = { hash: hashOf(input.token), email, purpose: 'reset' as const };
  // Before a hash is computed for somebody who has no token.
  if ((await deps.doors.query(visitor, () => selectTokenUser(deps.db, token))) === undefined) throw wrongToken();
  await deps.doors.hash(visitor, async () => {
    const passwordHash = await hashPassword(input.password);
    await transaction(deps.db, async (tx) => {
      const taken = await takeToken(tx, token);
      if (taken === undefined) throw wrongToken();
      await confirmAccount(tx, taken.userId, passwordHash);
    });
  });
}

/** Changes one's own password. All sessions end, this one too. @throws DomainError bad_request if the present one is wrong */
export async function replacePassword(
  deps: CustomerDeps,
  input: { userId: string; currentPassword: string; password: string },
  visitor: Visitor,
): Promise<void> {
  const { userId, currentPassword, password } = input;
  const findings = new Findings();
  findings.password(password);
  findings.refuse();
  await countRequest(deps, visitor, 'update-password', userId);
  await deps.doors.hash({ ...visitor, knownAs: userId }, async () => {
    const account = await selectAccount(deps.db, userId);
    if (account === undefined) throw new DomainError('auth_failure', 'no-such-user', 'This user no longer exists: sign in again.');
    const isRight =
      Buffer.byteLength(currentPassword) <= PASSWORD_MAX_BYTES && (await verifyPassword(currentPassword, account.passwordHash));
    if (!isRight)
      throw badRequest('wrong-password', 'The current password is wrong.', [
        { field: 'currentPassword', code: 'wrong-password', message: 'is wrong' },
      ]);
    const passwordHash = await hashPassword(password);
    const isDone = await transaction(deps.db, async (tx) => {
      if ((await holdOwnAccount(tx, userId))?.passwordHash !== account.passwordHash) return false;
      await updatePassword(tx, userId, passwordHash);
      return true;
    });
    if (!isDone) throw badRequest('wrong-password', 'The password has just been changed by somebody else: sign in with the new one.');
  });
}
