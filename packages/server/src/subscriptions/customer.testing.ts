import type { Caller } from '@cellplane/api';
import { type Database, sql } from '../database/database.js';

export interface TestCustomer {
  name: string;
  /** Whose customer. */
  provider: { orgId: string };
  /** Plans that they have: of the first one subscription `sub-NAME0`, … */
  plans?: string[];
}

/** A customer with one user, who is root of a subscription of each of these plans. */
export async function testCustomer(db: Database, { name, provider, plans = [] }: TestCustomer): Promise<Caller> {
  const [orgId, userId] = [`org-${name}`, `user-${name}`];
  await sql`insert into organizations (id, name, provider_org_id) values (${orgId}, ${name}, ${provider.orgId})`.execute(db);
  await sql`
    insert into users (id, org_id, email, name, password_hash, role_type, provider_org_id, verified_at)
    values (${userId}, ${orgId}, ${`${name}@example.com`}, ${name}, 'x', 'root', ${provider.orgId}, now())`.execute(db);
  const subscriptions = plans.map((_, index) => `sub-${name}${index}`);
  for (const [index, planId] of plans.entries()) {
    await sql`
      insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, is_default)
      values (${`sub-${name}${index}`}, ${orgId}, ${provider.orgId}, ${planId}, ${userId}, false)`.execute(db);
    await sql`
      insert into subscription_members (subscription_id, user_id, role_type) values (${`sub-${name}${index}`}, ${userId}, 'root')`.execute(
      db,
    );
  }
  return { userId, orgId, email: `${name}@example.com`, roleType: 'root', providerOrgId: provider.orgId, subscriptions };
}

/** The customer as their next request has them: with the memberships that they have now. */
export async function asNow(db: Database, caller: Caller): Promise<Caller> {
  const { rows } = await sql<{ id: string }>`
    select subscription_id as id from subscription_members where user_id = ${caller.userId} order by 1`.execute(db);
  return { ...caller, subscriptions: rows.map(({ id }) => id) };
}
