/** Handlers of the subscriptions that a provider's customers have. */
import type { Handlers } from '@cellplane/api';
import { selectEnvironment } from '../catalog/store.js';
import type { Database } from '../database/database.js';
import { notFound } from '../errors.js';
import { selectSubscriptions } from './listed-store.js';

export type SubscriptionHandlers = Pick<Handlers, 'listSubscriptions' | 'describeSubscription'>;

export function subscriptionHandlers({ db }: { db: Database }): SubscriptionHandlers {
  return {
    async listSubscriptions({ params, query, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.environmentId);
      const filter = {
        environmentId: environment.id,
        ...(query.productTierId === undefined ? {} : { planId: query.productTierId }),
        ...(query.includeInactive === true ? {} : { statuses: ['ACTIVE', 'SUSPENDED'] as const }),
      };
      const { rows, ...next } = await selectSubscriptions(db, caller.orgId, filter, query);
      return { ids: rows.map(({ id }) => id), subscriptions: rows, ...next };
    },
    async describeSubscription({ params, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.environmentId);
      const [found] = (await selectSubscriptions(db, caller.orgId, { environmentId: environment.id, id: params.id })).rows;
      if (found === undefined) throw notFound('subscription', params.id);
      return found;
    },
  };
}
