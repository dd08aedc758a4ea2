import type { Transaction } from '../database/database.js';
import type { NewEvent } from './event.js';
import { insertEvents } from './store.js';

/**
 * Writes events in the transaction that makes them true, in their order. To keep the order of one subject, the caller holds a lock
 * (of the instance's row, for instance) that everybody takes who tells of that subject.
 */
export async function tell(tx: Transaction, ...events: NewEvent[]): Promise<void> {
  if (events.length > 0) await insertEvents(tx, events);
}
