/** Rows of features that a provider has enabled. */
import { sql, type Transaction } from '../../database/database.js';
import type { Feature } from './feature.js';

/** Enables it, or configures it anew. */
export async function upsertFeature(tx: Transaction, planId: string, { level, feature, scope, configuration }: Feature): Promise<void> {
  await sql`insert into plan_features (plan_id, level, feature, scope, configuration)
    values (${planId}, ${level}, ${feature}, ${scope}, ${JSON.stringify(configuration)}::json)
    on conflict (plan_id, level, feature, scope) do update set configuration = excluded.configuration`.execute(tx);
}

export async function deleteFeature(tx: Transaction, planId: string, of: Pick<Feature, 'level' | 'feature' | 'scope'>): Promise<void> {
  await sql`delete from plan_features
    where plan_id = ${planId} and level = ${of.level} and feature = ${of.feature} and scope = ${of.scope}`.execute(tx);
}
