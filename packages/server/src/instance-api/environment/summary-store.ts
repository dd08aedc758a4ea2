/** What an environment has, counted in one statement. */
import { type Database, sql } from '../../database/database.js';

export interface EnvironmentCounts {
  environments: number;
  resources: number;
  instances: number;
  organizations: number;
  users: number;
}

/** Resources of plans, live instances; organizations and people with a subscription that has not ended. */
export async function countEnvironment(db: Database, of: { serviceId: string; environmentId: string }): Promise<EnvironmentCounts> {
  const { rows } = await sql<EnvironmentCounts>`
    with live as (select b.id, b.org_id from subscriptions b join plans p on p.id = b.plan_id
      where p.environment_id = ${of.environmentId} and b.status in ('ACTIVE', 'SUSPENDED'))
    select (select count(*) from environments where service_id = ${of.serviceId} and deleted_at is null) as environments,
      (select count(*) from plan_resources r join plans p on p.id = r.plan_id where p.environment_id = ${of.environmentId} and p.deleted_at is null) as resources,
      (select count(*) from instances where environment_id = ${of.environmentId} and deleted_at is null) as instances,
      (select count(distinct org_id) from live) as organizations,
      (select count(distinct m.user_id) from subscription_members m join live on live.id = m.subscription_id) as users`.execute(db);
  return rows[0] ?? { environments: 0, resources: 0, instances: 0, organizations: 0, users: 0 };
}
