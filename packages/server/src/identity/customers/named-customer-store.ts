/** One of a provider's customers. */
import { type Database, type RawBuilder, sql, type Transaction } from '../../database/database.js';
import { badRequest, notFound } from '../../errors.js';

export interface CustomerRow {
  id: string;
  orgId: string;
  email: string;
}

/**
 * The customer of the provider who is meant, by id or by address.
 * @throws DomainError not_found; bad_request naming the field if neither is given
 */
export async function selectCustomer(
  db: Database,
  providerOrgId: string,
  { id = '', email = '' }: { id?: string | undefined; email?: string | undefined },
): Promise<CustomerRow> {
  if (id === '' && email === '')
    throw badRequest('missing-field', 'Invalid request: name the customer by onBehalfOfCustomerUserId or onBehalfOfCustomerEmail.', [
      { field: 'onBehalfOfCustomerUserId', message: 'is missing' },
    ]);
  const { rows } = await sql<CustomerRow>`
    select id, org_id as "orgId", email from users where provider_org_id = ${providerOrgId} and deleted_at is null
      and ${id === '' ? sql`lower(email) = lower(${email.trim()})` : sql`id = ${id}`}`.execute(db);
  if (rows[0] === undefined) throw notFound('customer', id === '' ? email : id);
  return rows[0];
}

/** Keeps a customer's account from being deleted until the transaction ends. False if it is gone. Taken before other locks of the customer's. */
export async function holdCustomer(tx: Transaction, userId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from users where id = ${userId} and provider_org_id is not null and deleted_at is null for share`.execute(tx);
  return rows.length > 0;
}

/** True where a column holds the id of a customer's account, also of one that was deleted since. */
export const isCustomersAccount = (userId: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`exists (select 1 from users w where w.id = ${userId} and w.provider_org_id is not null)`;
