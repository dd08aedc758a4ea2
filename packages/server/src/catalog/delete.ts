/** Deleting from the catalogue: only what no live instance stands on. */
import { type Database, transaction } from '../database/database.js';
import { invalidState } from '../errors.js';
import { lockOrganization } from '../identity/organization-store.js';
import type { Inventory } from './inventory.js';
import { deleteWithAllBelow, lockPlans } from './rows/plan-store.js';
import { type PlanFilter, selectPlans } from './store.js';

/**
 * Deletes a service, an environment or a plan with everything below it.
 * @throws DomainError invalid_state if instances are left
 */
export async function deleteFromCatalog(
  deps: { db: Database; inventory: Inventory },
  input: { orgId: string; table: 'services' | 'environments' | 'plans'; id: string; what: string; plans: PlanFilter },
): Promise<void> {
  await transaction(deps.db, async (tx) => {
    await lockOrganization(tx, input.orgId);
    const planIds = (await selectPlans(tx, input.orgId, input.plans)).map((plan) => plan.id);
    // Creating an instance takes a key-share lock on its plan by its foreign key: it comes before this, and is counted, or fails after it.
    if (planIds.length > 0) await lockPlans(tx, planIds);
    const live = (await deps.inventory.countInstances(tx, planIds)).reduce((sum, row) => sum + row.count, 0);
    if (live > 0) {
      throw invalidState(
        'instances-left',
        `The ${input.what} still has ${live} ${live === 1 ? 'instance' : 'instances'}: delete ${live === 1 ? 'it' : 'them'} first.`,
      );
    }
    await deps.inventory.forgetPlans(tx, planIds);
    await deleteWithAllBelow(tx, input.table, input.id);
  });
}
