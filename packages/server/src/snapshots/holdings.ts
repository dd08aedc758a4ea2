/** What subscriptions ask of instances and snapshots before one ends. */
import { selectIdsOfSubscription } from '../instances/plan-store.js';
import type { Holdings } from '../subscriptions/terminate.js';
import { selectLiveOfSubscription } from './store.js';

export const subscriptionHoldings: Holdings = { instances: selectIdsOfSubscription, snapshots: selectLiveOfSubscription };
