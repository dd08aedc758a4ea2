/** The moment from which an account counts. */
import type { Transaction } from '../../database/database.js';
import { tell } from '../../events/tell.js';
import { confirmUser } from './account-store.js';

/** The address is shown to be the user's, and the account counts. A password, if one came with it, counts, too. Once more tells nothing. */
export async function confirmAccount(tx: Transaction, userId: string, passwordHash: string): Promise<void> {
  const confirmed = await confirmUser(tx, userId, passwordHash);
  if (confirmed?.isNew === true && confirmed.providerOrgId !== null)
    await tellSignUp(tx, { userId, orgId: confirmed.orgId, providerOrgId: confirmed.providerOrgId });
}

/** A customer has an account that counts. */
export async function tellSignUp(
  tx: Transaction,
  { userId, orgId, providerOrgId }: { userId: string; orgId: string; providerOrgId: string },
): Promise<void> {
  await tell(tx, { kind: 'user-signed-up', subject: userId, payload: { orgId, providerOrgId } });
}
