/** Whether customers of a plan have a feature: of its spec, or enabled beside it. */
import type { Database } from '../../database/database.js';
import { selectPlan } from '../store.js';
import { featuresOf } from './feature.js';

export async function hasCustomerFeature(db: Database, plan: { orgId: string; planId: string }, feature: string): Promise<boolean> {
  const { built, features } = await selectPlan(db, plan.orgId, { planId: plan.planId });
  return featuresOf(built, features).some((one) => one.level === 'tier' && one.scope === 'CUSTOMER' && one.feature === feature);
}
