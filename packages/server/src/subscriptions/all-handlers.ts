/** Handlers of subscriptions and requests of all products. */
import type { Caller, Handlers } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { badRequest } from '../errors.js';
import { selectSubscriptions, type SubscriptionFilter } from './listed-store.js';
import { selectAllRequests } from './request-list-store.js';
import { statusFilter } from './request-status.js';
import { SUBSCRIPTION_STATUSES } from './store.js';

export type AllSubscriptionHandlers = Pick<Handlers, 'listAllSubscriptions' | 'listAllSubscriptionRequests'>;

/** Rows of a page where the client does not say. */
const USUAL = 100;

export function allSubscriptionHandlers({ db }: { db: Database }): AllSubscriptionHandlers {
  return {
    async listAllSubscriptions({ query, caller }) {
      const { id: ids, orgId, productTierId, environmentId, environmentType: environmentTypes, search = '' } = query;
      const filter: SubscriptionFilter = {
        ...(ids === undefined ? {} : { ids }),
        ...(orgId === undefined ? {} : { orgId }),
        ...(productTierId === undefined ? {} : { planId: productTierId }),
        ...(environmentId === undefined ? {} : { environmentId }),
        ...(environmentTypes === undefined ? {} : { environmentTypes }),
        ...(search.trim() === '' ? {} : { search: search.trim() }),
        ...statuses(query.status),
        ...services(caller, query.serviceId),
      };
      const { rows, ...next } = await selectSubscriptions(db, caller.orgId, filter, { ...query, pageSize: query.pageSize ?? USUAL });
      return { subscriptions: rows, ...next };
    },
    async listAllSubscriptionRequests({ query, caller: { orgId: providerOrgId, products } }) {
      const { orgId, serviceId, environmentId } = query;
      const filter = { ...statusFilter(query.status), orgId, serviceId, environmentId };
      const { rows, ...next } = await selectAllRequests(db, { providerOrgId, products }, filter, query);
      return { subscriptionRequests: rows, ...next };
    },
  };
}

/** Of the products that were asked for, those that the caller's role is given for. */
function services({ products }: Caller, asked: readonly string[] | undefined): { serviceIds?: readonly string[] } {
  if (asked === undefined) return products === undefined ? {} : { serviceIds: products };
  return { serviceIds: products === undefined ? asked : asked.filter((id) => products.includes(id)) };
}

/** @throws DomainError bad_request for a word that is no status */
function statuses(asked: readonly string[] | undefined): Pick<SubscriptionFilter, 'statuses'> {
  if (asked === undefined) return {};
  return {
    statuses: asked.map((word) => {
      const status = SUBSCRIPTION_STATUSES.find((one) => one === word.toUpperCase());
      if (status !== undefined) return status;
      throw badRequest('unknown-status', `Invalid request: status must be one of ${SUBSCRIPTION_STATUSES.join(', ')}.`, [
        { field: 'status', message: 'is no status of a subscription' },
      ]);
    }),
  };
}
