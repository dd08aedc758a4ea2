import { type Database, sql } from '../../database/database.js';

/** True if this is a subscription of the provider's plans, or an organization that has one, the provider's own included. */
export async function isCustomerOf(db: Database, providerOrgId: string, subject: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from subscriptions where provider_org_id = ${providerOrgId} and ${subject} in (id, org_id) limit 1`.execute(db);
  return rows.length > 0;
}
