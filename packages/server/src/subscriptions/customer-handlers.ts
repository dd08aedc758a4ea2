/** Handlers of a customer's own subscriptions and requests. */
import type { Handlers } from '@cellplane/api';
import { notFound } from '../errors.js';
import { isCustomer, requireAllowed } from '../identity/viewer.js';
import type { Mailing } from './letters.js';
import { type OwnSubscription, selectOwnList } from './own-list-store.js';
import { selectRequests } from './request-list-store.js';
import { statusFilter } from './request-status.js';
import { takeUpInvitations } from './members.js';
import { cancelRequest, requestSubscription, subscribe, type Subscriber } from './subscribe.js';
import { type Holdings, terminate } from './terminate.js';
import { givenEnvironmentType } from '../request-text/environment-type.js';

export type CustomerSubscriptionHandlers = Pick<
  Handlers,
  | 'customerListSubscriptions'
  | 'customerDescribeSubscription'
  | 'customerSubscribe'
  | 'customerUnsubscribe'
  | 'customerListSubscriptionRequests'
  | 'customerDescribeSubscriptionRequest'
  | 'customerRequestSubscription'
  | 'customerCancelSubscriptionRequest'
  | 'describeBillingStatus'
>;

export interface SubscriptionDeps extends Mailing {
  holdings: Holdings;
}

export function customerSubscriptionHandlers(deps: SubscriptionDeps): CustomerSubscriptionHandlers {
  const { db } = deps;
  const own = async (caller: Subscriber & { roleType: string }, id: string): Promise<OwnSubscription> => {
    const [found] = await selectOwnList(db, caller, { id });
    if (found === undefined) throw notFound('subscription', id);
    requireAllowed(caller, 'subscription', { id, subscriptionId: id });
    return found;
  };
  return {
    async customerListSubscriptions({ query, caller }) {
      const environmentType = givenEnvironmentType(query.environmentType);
      // Whoever is signed in already takes up here what they were invited into since.
      if (isCustomer(caller)) await takeUpInvitations(db, caller.userId);
      const subscriptions = await selectOwnList(db, caller, {
        ...(query.serviceId === undefined ? {} : { serviceId: query.serviceId }),
        ...(environmentType === undefined ? {} : { environmentType }),
        ...(query.includeInactive === true ? {} : { statuses: ['ACTIVE', 'SUSPENDED'] as const }),
      });
      return { ids: subscriptions.map(({ id }) => id), subscriptions };
    },
    customerDescribeSubscription: ({ params, caller }) => own(caller, params.id),
    customerSubscribe: ({ body, caller }) => subscribe(db, caller, body),
    async customerUnsubscribe({ params, caller }) {
      const { id } = await own(caller, params.id);
      await terminate(deps, { id, by: caller.userId });
    },
    async customerListSubscriptionRequests({ query, caller }) {
      const subscriptionRequests = await selectRequests(db, { userId: caller.userId }, statusFilter(query.status));
      return { ids: subscriptionRequests.map(({ id }) => id), subscriptionRequests };
    },
    async customerDescribeSubscriptionRequest({ params, caller }) {
      const [found] = await selectRequests(db, { userId: caller.userId }, { id: params.id });
      if (found === undefined) throw notFound('subscription request', params.id);
      return found;
    },
    customerRequestSubscription: ({ body, caller }) => requestSubscription(deps, caller, body),
    customerCancelSubscriptionRequest: ({ params, caller }) => cancelRequest(db, caller, params.id),
    describeBillingStatus: async () => ({ enabled: false }),
  };
}
