import type { Database } from '../database/database.js';
import type { Room } from '../room.js';
import { subscriptionHandlers } from './handlers.js';

/** Gives the operations on subscriptions. */
export function subscriptionsRoom(deps: { db: Database }): Room {
  return { name: 'subscriptions', handlers: subscriptionHandlers(deps) };
}
