/** How far the environments that take from this one are behind it (docs/reference/api.md#environments). */
import type { Database } from '../database/database.js';
import { type EnvironmentRow, selectEnvironments, selectPlans } from './store.js';
import { preferredVersion } from './version.js';

export interface PromotionStatus {
  targetEnvironmentID: string;
  status: 'IN_SYNC' | 'OUT_OF_SYNC';
}

/** One row for each environment whose source this is: in sync if every released plan is preferred there in the same form. */
export async function promotionStatus(db: Database, orgId: string, source: EnvironmentRow): Promise<PromotionStatus[]> {
  const environments = await selectEnvironments(db, orgId, source.serviceId);
  const targets = environments.filter((environment) => environment.sourceEnvironmentId === source.id);
  if (targets.length === 0) return [];
  const released = await digests(db, orgId, source.id);
  const rows = targets.map(async (target): Promise<PromotionStatus> => {
    const there = await digests(db, orgId, target.id);
    const same = [...released].every(([plan, digest]) => there.get(plan) === digest);
    return { targetEnvironmentID: target.id, status: same ? 'IN_SYNC' : 'OUT_OF_SYNC' };
  });
  return Promise.all(rows);
}

/** Plan name → digest of its preferred version. */
async function digests(db: Database, orgId: string, environmentId: string): Promise<Map<string, string>> {
  const plans = await selectPlans(db, orgId, { environmentId });
  const found = await Promise.all(
    plans.map(async (plan): Promise<[string, string][]> => {
      const version = await preferredVersion(db, plan.id);
      return version === undefined ? [] : [[plan.name.toLowerCase(), version.digest]];
    }),
  );
  return new Map(found.flat());
}
