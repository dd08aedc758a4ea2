/** What a plan lets its customers look at: features LOGS and METRICS of the scope CUSTOMER (docs/features.md). Its provider sees all of it. */
import { selectCustomerFeatures } from '../catalog/feature/customer-feature-store.js';
import type { Database } from '../database/database.js';
import type { Audience } from '../identity/audience.js';
import type { InstanceRow } from '../instances/store.js';

export interface Permitted {
  logs: boolean;
  metrics: boolean;
}

export async function permittedOf(db: Database, { planId }: Pick<InstanceRow, 'planId'>, audience: Audience): Promise<Permitted> {
  if (audience === 'FLEET') return { logs: true, metrics: true };
  const features = await selectCustomerFeatures(db, planId);
  return { logs: features.has('LOGS'), metrics: features.has('METRICS') };
}
