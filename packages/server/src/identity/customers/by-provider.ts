/** What a provider does with its customers' accounts. A customer of another provider looks not-found. */
import { type Transaction, transaction } from '../../database/database.js';
import { invalidState, notFound } from '../../errors.js';
import { noteEffect } from '../../database/idempotency-key.js';
import type { Visitor } from '../doors.js';
import { newId } from '../identifier.js';
import { hashPassword } from '../password.js';
import { type Account, holdAccount, holdOwnAccount, insertCustomer } from './account-store.js';
import { requireLength } from './attributes.js';
import { confirmAccount, tellSignUp } from './confirm.js';
import { mergeAttributes, suspend, unsuspend } from './changed-customer-store.js';
import type { CustomerDeps } from './deps.js';
import { deleteAccountIn } from './leave.js';
import { makeToken } from './mailed-token.js';
import { checkSignUp, type SignUp } from './sign-up.js';
import { forgetTokens, onlyPasswordOf } from './token-store.js';

/** Who acts, and for which provider. */
export interface Provider {
  orgId: string;
  userId: string;
}

/**
 * Makes an account. Confirmed at once, or when the mail is answered.
 * @throws DomainError invalid_state user-exists: a provider may know its customers
 */
export async function createCustomer(
  deps: CustomerDeps,
  provider: Provider,
  input: SignUp & { isVerified: boolean },
  visitor: Visitor,
): Promise<string> {
  const { email, name, password, ...rest } = checkSignUp(input);
  const passwordHash = await deps.doors.hash({ ...visitor, knownAs: provider.userId }, () => hashPassword(password));
  const userId = newId('user');
  await transaction(deps.db, async (tx) => {
    const row = { ...rest, email, name, orgId: newId('org'), userId, providerOrgId: provider.orgId, isVerified: input.isVerified };
    const isNew =
      (await holdAccount(tx, email, provider.orgId)) === undefined &&
      (await insertCustomer(tx, { ...row, passwordHash: input.isVerified ? passwordHash : '' }));
    if (!isNew)
      throw invalidState('user-exists', `There is a customer with the address ${email} already.`, [
        { field: 'email', code: 'user-exists', message: 'has an account already' },
      ]);
    if (input.isVerified) await tellSignUp(tx, { userId, orgId: row.orgId, providerOrgId: provider.orgId });
    else await askToConfirm(deps, tx, { id: userId, email, name }, provider.orgId, passwordHash);
    await noteEffect(tx, { id: userId });
  });
  return userId;
}

async function askToConfirm(
  { outbox }: CustomerDeps,
  tx: Transaction,
  { id, email, name }: Pick<Account, 'id' | 'email' | 'name'>,
  providerOrgId: string,
  passwordHash: string,
): Promise<void> {
  const token = await makeToken(tx, { userId: id, purpose: 'verify', passwordHash });
  const letter = { type: 'CustomerSignUp' as const, payload: { token, user_name: name } };
  await outbox.post(tx, { providerOrgId, recipient: email, userId: id, audience: 'customer', letter });
}

/** Does something with a customer of this provider, whose row is held. @throws DomainError not_found */
async function withCustomer(
  deps: CustomerDeps,
  provider: Provider,
  userId: string,
  work: (tx: Transaction, account: Account) => Promise<void>,
): Promise<void> {
  await transaction(deps.db, async (tx) => {
    const account = await holdOwnAccount(tx, userId);
    if (account?.providerOrgId !== provider.orgId) throw notFound('user', userId);
    await work(tx, account);
  });
}

export async function suspendCustomer(deps: CustomerDeps, provider: Provider, userId: string): Promise<void> {
  await withCustomer(deps, provider, userId, async (tx, account) => {
    if (await suspend(tx, { userId, by: provider.userId })) await mailAccount(deps, tx, account, provider.orgId, 'AccountSuspended');
  });
}

export async function unsuspendCustomer(deps: CustomerDeps, provider: Provider, userId: string): Promise<void> {
  await withCustomer(deps, provider, userId, async (tx, account) => {
    if (await unsuspend(tx, { userId, by: provider.userId })) await mailAccount(deps, tx, account, provider.orgId, 'AccountUnsuspended');
  });
}

/** To an address that is shown to be theirs only. */
async function mailAccount(
  { outbox }: CustomerDeps,
  tx: Transaction,
  { id, email, name, isVerified }: Account,
  providerOrgId: string,
  type: 'AccountSuspended' | 'AccountUnsuspended',
): Promise<void> {
  if (!isVerified) return;
  const letter = { type, payload: { user_name: name } };
  await outbox.post(tx, { providerOrgId, recipient: email, userId: id, audience: 'customer', letter });
}

/**
 * Takes the address for confirmed. The password is that of the sign-up; were there several with other passwords, nobody knows whose is
 * whose, and the customer asks for one by a reset.
 * Doing it again changes nothing.
 */
export async function verifyCustomer(deps: CustomerDeps, provider: Provider, userId: string): Promise<void> {
  await withCustomer(deps, provider, userId, async (tx, account) => {
    if (account.isVerified) return;
    await confirmAccount(tx, userId, await onlyPasswordOf(tx, userId));
    await forgetTokens(tx, userId, 'verify');
  });
}

/** Mails another token. @throws DomainError invalid_state if the address is confirmed already */
export async function resendVerification(deps: CustomerDeps, provider: Provider, userId: string): Promise<void> {
  await withCustomer(deps, provider, userId, async (tx, account) => {
    if (account.isVerified) throw invalidState('already-verified', `The address of user ${userId} is confirmed already.`);
    await askToConfirm(deps, tx, account, provider.orgId, await onlyPasswordOf(tx, userId));
  });
}

/** Sets those that are named. @throws DomainError bad_request if all together are too long then */
export async function setAttributes(
  deps: CustomerDeps,
  provider: Provider,
  userId: string,
  attributes: Record<string, string>,
): Promise<void> {
  await withCustomer(deps, provider, userId, async (tx) => {
    requireLength(await mergeAttributes(tx, { userId, by: provider.userId }, attributes));
  });
}

/** @throws DomainError not_found, invalid_state while there are instances or snapshots */
export async function deleteCustomer(deps: CustomerDeps, provider: Provider, userId: string): Promise<void> {
  await withCustomer(deps, provider, userId, (tx) => deleteAccountIn(tx, deps, { userId, by: provider.userId }));
}
