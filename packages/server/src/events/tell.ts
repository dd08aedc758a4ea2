import { beforeCommit, type Transaction } from '../database/database.js';
import type { NewEvent } from './event.js';
import { insertEvents } from './store.js';

/**
 * Tells events in the transaction that makes them true, in their order. They are written together, in one statement right before the commit:
 * what reads them in the same transaction does not see them. To keep the order of one subject, the caller holds a lock (of the instance's
 * row, for instance) until the transaction ends, which everybody takes who tells of that subject.
 */
export async function tell(tx: Transaction, ...events: NewEvent[]): Promise<void> {
  if (events.length > 0) await beforeCommit(tx, insertEvents, events);
}
