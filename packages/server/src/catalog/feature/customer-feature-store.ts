/** What customers of a plan may do: by features of its spec, or enabled beside it. */
import type { CompiledPlan } from '@cellplane/plan';
import { type Database, sql } from '../../database/database.js';
import { type Feature, featuresOf } from './feature.js';

/** The feature of a plan that lets its customers choose versions. */
export const CHOOSES_VERSION = 'VERSION_SET_OVERRIDE';

export interface CustomerOffer {
  /** Number of the plan's newest version. Null: it has none. */
  newestNumber: number | null;
  /** Words of the features that the plan has for its customers. */
  features: ReadonlySet<string>;
}

/** By plan id, in one statement however many plans. Plans that are deleted are among them: their instances may still be on their way out. */
export async function selectCustomerOffers(db: Database, planIds: readonly string[]): Promise<Map<string, CustomerOffer>> {
  const { rows } = await sql<{
    id: string;
    newestNumber: number | null;
    settings: CompiledPlan['settings'] | null;
    features: Feature[];
  }>`
    select p.id, (select max(v.number) from plan_versions v where v.plan_id = p.id) as "newestNumber", p.built_plan->'settings' as settings,
      (select coalesce(json_agg(json_build_object('level', f.level, 'feature', f.feature, 'scope', f.scope, 'configuration', f.configuration)),
        '[]') from plan_features f where f.plan_id = p.id) as features
    from plans p where p.id = any(${[...planIds]})`.execute(db);
  return new Map(
    rows.map(({ id, newestNumber, settings, features }) => {
      const all = featuresOf(settings === null ? null : { settings }, features);
      const ofCustomers = all.filter(({ level, scope }) => level === 'tier' && scope === 'CUSTOMER');
      return [id, { newestNumber, features: new Set(ofCustomers.map(({ feature }) => feature)) }];
    }),
  );
}
