/** Handlers of members of subscriptions. */
import type { Handlers } from '@cellplane/api';
import { notFound } from '../errors.js';
import { reachesProduct, type Viewer } from '../identity/viewer.js';
import { serviceOfPlan } from '../catalog/catalog.js';
import type { Mailing } from './letters.js';
import { selectMembers } from './member-list-store.js';
import { invite, removeMember } from './members.js';
import { selectOwnSubscriptions } from './store.js';
import { findSubscription } from './subscription.js';
import { givenEnvironmentType } from '../request-text/environment-type.js';

export type MemberHandlers = Pick<
  Handlers,
  'listAllSubscriptionMembers' | 'listSubscriptionMembers' | 'inviteSubscriptionMember' | 'removeSubscriptionMember'
>;

/** A provider's people reach the members of their customers' subscriptions here, too. */
export function memberHandlers(deps: Mailing): MemberHandlers {
  const { db } = deps;
  const find = async (caller: Viewer, id: string): Promise<string> => {
    const { planId } = await findSubscription(db, caller, id);
    if (caller.products !== undefined && !reachesProduct(caller, await serviceOfPlan(db, planId))) throw notFound('subscription', id);
    return id;
  };
  return {
    async listAllSubscriptionMembers({ query, caller }) {
      const own = await selectOwnSubscriptions(db, caller);
      const subscriptionIds = own.map(({ id }) => id).filter((id) => caller.allowed?.includes(id) ?? true);
      const environmentType = givenEnvironmentType(query.environmentType);
      return {
        subscriptionUsers: await selectMembers(db, { subscriptionIds, ...(environmentType === undefined ? {} : { environmentType }) }),
      };
    },
    async listSubscriptionMembers({ params, caller }) {
      const id = await find(caller, params.subscriptionId);
      return { Id: id, subscriptionUsers: await selectMembers(db, { subscriptionIds: [id] }) };
    },
    async inviteSubscriptionMember({ params, body, caller }) {
      await invite(deps, caller, { subscriptionId: await find(caller, params.subscriptionId), ...body });
    },
    async removeSubscriptionMember({ params, body, caller }) {
      await removeMember(deps, caller, { subscriptionId: await find(caller, params.subscriptionId), ...body });
    },
  };
}
