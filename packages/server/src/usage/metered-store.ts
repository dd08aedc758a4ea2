/** The instances of a cell, and the prices that hold for each. */
import type { Database } from '../database/database.js';
import { describePlanVersion } from '../catalog/version.js';
import { selectMeteredInstances } from '../instances/plan-store.js';
import { selectPricing } from '../subscriptions/store.js';
import { type Price, pricesOf } from '@cellplane/plan/price';

export type MeteredInstance = Awaited<ReturnType<typeof selectMeteredInstances>>[number] & {
  /** Only what carries the label counts (metered.ts). */
  byLabel: boolean;
  prices: Price[];
};

/** Live instances of the cell whose objects may be there. A subscription keeps the prices that it began with. */
export async function meteredInstances(db: Database, cellId: string): Promise<MeteredInstance[]> {
  const instances = await selectMeteredInstances(db, cellId);
  const agreed = await selectPricing(db, [...new Set(instances.map(({ subscriptionId }) => subscriptionId))]);
  const plans = new Map<string, { byLabel: boolean; prices: Price[] }>();
  const found: MeteredInstance[] = [];
  for (const instance of instances) {
    const { planId, planVersion, subscriptionId } = instance;
    const key = `${planId} ${planVersion}`;
    let plan = plans.get(key);
    if (plan === undefined) {
      const { compiled } = await describePlanVersion(db, planId, planVersion);
      plan = { byLabel: compiled.tenancyType === 'CUSTOM_TENANCY', prices: pricesOf(compiled.settings['pricing']) };
      plans.set(key, plan);
    }
    const pricing = agreed.get(subscriptionId);
    found.push({ ...instance, ...plan, ...(pricing === undefined ? {} : { prices: pricesOf(pricing) }) });
  }
  return found;
}
