import type { Database } from '../database/database.js';
import type { Room } from '../room.js';
import { allSubscriptionHandlers } from './all-handlers.js';
import { customerSubscriptionHandlers, type SubscriptionDeps } from './customer-handlers.js';
import { subscriptionHandlers } from './handlers.js';
import { sweepInvitations } from './invitation-store.js';
import { memberHandlers } from './member-handlers.js';

export interface SubscriptionsRoomDeps extends SubscriptionDeps {
  /** For the loop. */
  background: Database;
}

/** Milliseconds. */
const SWEEP_MS = 600_000;
const SWEPT_AT_ONCE = 1_000;

/** Gives the operations on subscriptions, of the provider and of customers. */
export function subscriptionsRoom({ background, ...deps }: SubscriptionsRoomDeps): Room {
  return {
    name: 'subscriptions',
    handlers: {
      ...subscriptionHandlers(deps),
      ...allSubscriptionHandlers(deps),
      ...customerSubscriptionHandlers(deps),
      ...memberHandlers(deps),
    },
    loops: [
      {
        name: 'old-invitations',
        everyMs: SWEEP_MS,
        complaint: 'invitations that are over could not be removed',
        work: async () => {
          while ((await sweepInvitations(background, SWEPT_AT_ONCE)) === SWEPT_AT_ONCE);
        },
        byWorkers: true,
      },
    ],
  };
}
