/** Accounts that go. The id stays, for what the user has done; the address, the name and all ways in are gone. */
import { type Transaction, transaction } from '../../database/database.js';
import { DomainError, invalidState, notFound } from '../../errors.js';
import { eraseOrganization, eraseUser, holdOwnAccount } from './account-store.js';
import type { CustomerDeps } from './deps.js';

/** Ids that a refusal names. */
const NAMED = 10;

/**
 * Deletes a customer's account, and with its last user the organization's subscriptions. Doing it again finds nobody.
 * @throws DomainError forbidden for a provider's own people, invalid_state while the organization has instances or snapshots, naming them; not_found
 */
export async function deleteAccount(deps: Pick<CustomerDeps, 'db' | 'holdings' | 'outbox'>, userId: string): Promise<void> {
  await transaction(deps.db, (tx) => deleteAccountIn(tx, deps, { userId, by: userId }));
}

/** The same in the caller's transaction, on behalf of whoever deletes. */
export async function deleteAccountIn(
  tx: Transaction,
  { holdings, outbox }: Pick<CustomerDeps, 'holdings' | 'outbox'>,
  { userId, by }: { userId: string; by: string },
): Promise<void> {
  const account = await holdOwnAccount(tx, userId);
  if (account === undefined) throw notFound('user', userId);
  if (account.providerOrgId === null)
    throw new DomainError(
      'forbidden',
      'customer-only',
      'Only customers delete their accounts so; an administrator removes the people of a provider.',
    );
  refuse('active-instances', 'active instance', await holdings.holdInstances(tx, account.orgId));
  refuse('snapshots-left', 'snapshot', await holdings.snapshots(tx, account.orgId));
  await holdings.leave(tx, { orgId: account.orgId, userId, by });
  await outbox.forget(tx, userId);
  await eraseUser(tx, userId);
  await eraseOrganization(tx, account.orgId);
}

function refuse(code: string, what: string, ids: string[]): void {
  if (ids.length === 0) return;
  const named = ids.slice(0, NAMED).join(', ');
  const rest = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
  const [s, them] = ids.length === 1 ? ['', 'it'] : ['s', 'them'];
  throw invalidState(code, `The account has ${ids.length} ${what}${s}: ${named}${rest}. Delete ${them} first.`);
}
