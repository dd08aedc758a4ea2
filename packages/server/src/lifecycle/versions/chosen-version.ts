/** Whether a customer may choose the plan version of an instance. */
import { CHOOSES_VERSION, selectCustomerOffers } from '../../catalog/feature/customer-feature-store.js';
import type { Transaction } from '../../database/database.js';
import { DomainError } from '../../errors.js';
import type { InstanceRow } from '../../instances/store.js';

/** @throws DomainError forbidden where the plan does not let its customers choose */
export async function refuseUnlessChosen(tx: Transaction, { id, planId }: InstanceRow): Promise<void> {
  const offers = await selectCustomerOffers(tx, [planId]);
  if (offers.get(planId)?.features.has(CHOOSES_VERSION) === true) return;
  throw new DomainError(
    'forbidden',
    'version-not-yours-to-choose',
    `The plan of ${id} does not let its customers choose its version (feature ${CHOOSES_VERSION}); ask your provider for the upgrade.`,
  );
}
