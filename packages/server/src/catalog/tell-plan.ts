/** Tells pages that show the catalogue that something of it is another one. */
import type { Transaction } from '../database/database.js';
import { tell } from '../events/tell.js';

/** Something of a plan, at the commit. */
export async function tellPlan(tx: Transaction, planId: string): Promise<void> {
  await tell(tx, { kind: 'thing-changed', subject: planId, payload: { noun: 'plans' } });
}

/** Something of a product, or of an environment or a plan of it, at the commit. */
export async function tellCatalog(tx: Transaction, id: string, of: { orgId: string; serviceId: string }): Promise<void> {
  const { orgId, serviceId } = of;
  await tell(tx, { kind: 'thing-changed', subject: id, payload: { noun: 'plans', orgId, serviceId } });
}
