/** Customers of a provider, as a search finds them. */
import { type Database, sql } from '../../database/database.js';
import type { Viewer } from '../viewer.js';

export interface FoundCustomer {
  id: string;
  email: string;
  name: string;
  orgId: string;
  orgName: string;
}

/**
 * Newest first: where the text is a part of id, name, address or organization, ignoring case. Roles for products see the members of
 * subscriptions of those. `environmentId`: only members of subscriptions there.
 */
export async function searchCustomers(
  db: Database,
  { orgId, products }: Viewer,
  text: string,
  { environmentId }: { environmentId?: string } = {},
): Promise<FoundCustomer[]> {
  const isAnybody = products === undefined && environmentId === undefined;
  const { rows } = await sql<FoundCustomer>`
    select u.id, u.email, u.name, o.id as "orgId", o.name as "orgName" from users u join organizations o on o.id = u.org_id
    where u.provider_org_id = ${orgId} and u.deleted_at is null
      and exists (select 1 from unnest(array[u.id, u.name, u.email, o.name]) part where strpos(lower(part), lower(${text})) > 0)
      and (${isAnybody} or u.id in (select m.user_id from subscription_members m join subscriptions b on b.id = m.subscription_id
        join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
        where b.provider_org_id = ${orgId} and p.deleted_at is null and ${products === undefined ? sql`true` : sql`e.service_id = any(${[...products]})`}
          and ${environmentId === undefined ? sql`true` : sql`e.id = ${environmentId}`}))
    order by u.created_at desc, u.id`.execute(db);
  return rows;
}
