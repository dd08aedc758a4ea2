/** Accounts that go. The id stays, for what the user has done; the address, the name and all ways in are gone. */
import { type Transaction, transaction } from '../../database/database.js';
import { DomainError, invalidState, notFound } from '../../errors.js';
import { eraseOrganization, eraseUser, holdOwnAccount } from './account-store.js';
import type { CustomerDeps } from './deps.js';

/** Ids that a refusal names. */
const NAMED = 10;

/**
 * Deletes a customer's account, and with its last user the organization's subscriptions. Doing it again finds nobody.
 * @throws DomainError forbidden for a provider's own people, invalid_state while the organization has instances, naming them; not_found
 */
export async function deleteAccount(deps: Pick<CustomerDeps, 'db' | 'holdings' | 'outbox'>, userId: string): Promise<void> {
  await transaction(deps.db, (tx) => deleteAccountIn(tx, deps, userId));
}

export async function deleteAccountIn(
  tx: Transaction,
  { holdings, outbox }: Pick<CustomerDeps, 'holdings' | 'outbox'>,
  userId: string,
): Promise<void> {
  const account = await holdOwnAccount(tx, userId);
  if (account === undefined) throw notFound('user', userId);
  if (account.providerOrgId === null)
    throw new DomainError(
      'forbidden',
      'customer-only',
      'Only customers delete their accounts so; an administrator removes the people of a provider.',
    );
  const instances = await holdings.holdInstances(tx, account.orgId);
  if (instances.length > 0) {
    const named = instances.slice(0, NAMED).join(', ');
    const rest = instances.length > NAMED ? ` and ${instances.length - NAMED} more` : '';
    throw invalidState(
      'active-instances',
      `The account has ${instances.length} active instance${instances.length === 1 ? '' : 's'}: ${named}${rest}. Delete ${instances.length === 1 ? 'it' : 'them'} first.`,
    );
  }
  await holdings.leave(tx, { orgId: account.orgId, userId });
  await outbox.forget(tx, userId);
  await eraseUser(tx, userId);
  await eraseOrganization(tx, account.orgId);
}
