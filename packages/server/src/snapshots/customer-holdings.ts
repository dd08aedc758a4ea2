/** What identity asks before an account goes. */
import type { Holdings } from '../identity/customers/deps.js';
import { selectIdsOfOrganization } from '../instances/holdings-store.js';
import { deletePreferencesOf } from '../news/preference-store.js';
import { isAddressInvited } from '../subscriptions/invitation-store.js';
import { leaveSubscriptions } from '../subscriptions/leave.js';
import { holdSubscriptionsOf } from '../subscriptions/leaver-store.js';
import { selectLiveOfOrganization } from './store.js';

export const customerHoldings: Holdings = {
  async holdInstances(tx, orgId) {
    // A create keeps its subscription as it is: none comes in between.
    await holdSubscriptionsOf(tx, orgId);
    return selectIdsOfOrganization(tx, orgId);
  },
  // Without instances nothing makes a new one.
  snapshots: selectLiveOfOrganization,
  async leave(tx, who) {
    await leaveSubscriptions(tx, who);
    await deletePreferencesOf(tx, who.userId);
  },
  isInvited: isAddressInvited,
};
