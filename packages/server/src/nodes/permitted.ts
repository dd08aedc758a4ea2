/** What a plan lets its customers look at: features LOGS and METRICS of the scope CUSTOMER (docs/features.md). Its provider sees all of it. */
import { hasCustomerFeature } from '../catalog/feature/customer-feature.js';
import type { Database } from '../database/database.js';
import { DomainError } from '../errors.js';
import type { Audience } from '../identity/audience.js';
import type { InstanceRow } from '../instances/store.js';

export async function mayLookAt(
  db: Database,
  { providerOrgId, planId }: Pick<InstanceRow, 'providerOrgId' | 'planId'>,
  audience: Audience,
  feature: 'LOGS' | 'METRICS',
): Promise<boolean> {
  return audience === 'FLEET' || hasCustomerFeature(db, { orgId: providerOrgId, planId }, feature);
}

/** @throws DomainError forbidden */
export async function requireFeature(db: Database, instance: InstanceRow, audience: Audience, feature: 'LOGS' | 'METRICS'): Promise<void> {
  if (await mayLookAt(db, instance, audience, feature)) return;
  const what = feature === 'LOGS' ? 'logs' : 'metrics';
  throw new DomainError(
    'forbidden',
    `${what}-not-in-plan`,
    `The plan of ${instance.id} does not show ${what} to its customers (feature ${feature}); ask your provider for it.`,
  );
}
