/** What identity asks before an account goes. */
import type { Holdings } from '../identity/customers/deps.js';
import { deleteMember, endSubscriptionsOf, holdSubscriptionsOf } from '../subscriptions/leaver-store.js';
import { selectIdsOfOrganization } from './holdings-store.js';

export const customerHoldings: Holdings = {
  async holdInstances(tx, orgId) {
    // A create keeps its subscription as it is: none comes in between.
    await holdSubscriptionsOf(tx, orgId);
    return selectIdsOfOrganization(tx, orgId);
  },
  async leave(tx, { orgId, userId }) {
    await deleteMember(tx, userId);
    await endSubscriptionsOf(tx, orgId);
  },
};
