/** Whether a customer may choose the plan version of an instance. */
import { hasCustomerFeature } from '../../catalog/feature/customer-feature.js';
import type { Transaction } from '../../database/database.js';
import { DomainError } from '../../errors.js';
import type { InstanceRow } from '../../instances/store.js';

/** The feature of a plan that lets its customers choose versions. */
const CHOOSES_VERSION = 'VERSION_SET_OVERRIDE';

/** @throws DomainError forbidden where the plan does not let its customers choose */
export async function refuseUnlessChosen(tx: Transaction, { id, providerOrgId, planId }: InstanceRow): Promise<void> {
  if (await hasCustomerFeature(tx, { orgId: providerOrgId, planId }, CHOOSES_VERSION)) return;
  throw new DomainError(
    'forbidden',
    'version-not-yours-to-choose',
    `The plan of ${id} does not let its customers choose its version (feature ${CHOOSES_VERSION}); ask your provider for the upgrade.`,
  );
}
