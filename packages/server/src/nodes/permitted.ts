/** What a plan lets its customers look at: features LOGS and METRICS of the scope CUSTOMER (docs/features.md). Its provider sees all of it. */
import { selectCustomerOffers } from '../catalog/feature/customer-feature-store.js';
import type { Database } from '../database/database.js';
import { DomainError } from '../errors.js';
import type { Audience } from '../identity/audience.js';
import type { InstanceRow } from '../instances/store.js';

export interface Permitted {
  logs: boolean;
  metrics: boolean;
}

export async function permittedOf(db: Database, { planId }: Pick<InstanceRow, 'planId'>, audience: Audience): Promise<Permitted> {
  if (audience === 'FLEET') return { logs: true, metrics: true };
  const features = (await selectCustomerOffers(db, [planId])).get(planId)?.features;
  return { logs: features?.has('LOGS') === true, metrics: features?.has('METRICS') === true };
}

const REFUSALS = { logs: ['logs-not-in-plan', 'LOGS'], metrics: ['metrics-not-in-plan', 'METRICS'] } as const;

/** @throws DomainError forbidden where the plan does not show it to its customers */
export async function requirePermitted(
  { db }: { db: Database },
  { instance, audience }: { instance: Pick<InstanceRow, 'id' | 'planId'>; audience: Audience },
  what: keyof Permitted,
): Promise<void> {
  if ((await permittedOf(db, instance, audience))[what]) return;
  const [code, feature] = REFUSALS[what];
  throw new DomainError(
    'forbidden',
    code,
    `The plan of ${instance.id} does not show ${what} to its customers (feature ${feature}); ask your provider for it.`,
  );
}
