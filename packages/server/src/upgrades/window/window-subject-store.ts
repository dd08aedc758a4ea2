import { type Database, sql } from '../../database/database.js';

/** True if this is a subscription of the provider's plans, or an organization that has one, the provider's own included. */
export async function isCustomerOf(db: Database, providerOrgId: string, subject: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from subscriptions where provider_org_id = ${providerOrgId} and ${subject} in (id, org_id) limit 1`.execute(db);
  return rows.length > 0;
}

/** What people call these subscriptions and organizations, by their ids. */
export async function selectSubjectNames(db: Database, providerOrgId: string, subjects: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ subject: string; name: string }>`
    select s.id as subject, concat(p.name, ' · ', o.name) as name
    from subscriptions s join plans p on p.id = s.plan_id join organizations o on o.id = s.org_id
    where s.provider_org_id = ${providerOrgId} and s.id = any(${subjects})
    union
    select o.id, o.name from subscriptions s join organizations o on o.id = s.org_id
    where s.provider_org_id = ${providerOrgId} and o.id = any(${subjects})`.execute(db);
  return new Map(rows.map(({ subject, name }) => [subject, name]));
}
