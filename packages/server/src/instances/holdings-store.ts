import { sql, type Transaction } from '../database/database.js';

/** Ids of an organization's instances that are not deleted, oldest first. */
export async function selectIdsOfOrganization(tx: Transaction, orgId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from instances where org_id = ${orgId} and deleted_at is null order by created_at, id`.execute(tx);
  return rows.map(({ id }) => id);
}
