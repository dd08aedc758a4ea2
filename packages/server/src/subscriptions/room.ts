import type { Room } from '../room.js';
import { customerSubscriptionHandlers, type SubscriptionDeps } from './customer-handlers.js';
import { subscriptionHandlers } from './handlers.js';
import { memberHandlers } from './member-handlers.js';

/** Gives the operations on subscriptions, of the provider and of customers. */
export function subscriptionsRoom(deps: SubscriptionDeps): Room {
  return {
    name: 'subscriptions',
    handlers: { ...subscriptionHandlers(deps), ...customerSubscriptionHandlers(deps), ...memberHandlers(deps) },
  };
}
