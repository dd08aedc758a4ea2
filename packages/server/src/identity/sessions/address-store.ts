/** SQL of where a session was seen. */
import { sql, type Transaction } from '../../database/database.js';

/** Addresses that are kept of a session beside the first: of further ones there are no news. */
const OTHER_ADDRESSES_KEPT = 20;

/** True if the session has not been seen at this address. Where nobody knows where it was begun, nothing is another address. */
export async function noteOtherAddress(tx: Transaction, sessionId: string, address: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update sessions set other_addresses = other_addresses || ${address}::text
    where id = ${sessionId} and address not in ('', 'unknown', ${address}) and not ${address} = any(other_addresses)
      and cardinality(other_addresses) < ${OTHER_ADDRESSES_KEPT}`.execute(tx);
  return Number(numAffectedRows ?? 0) > 0;
}
