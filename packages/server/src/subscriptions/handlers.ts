/** Handlers of the subscriptions that a provider's customers have. */
import type { Handlers } from '@cellplane/api';
import { type EnvironmentRow, selectEnvironment } from '../catalog/store.js';
import { planPlace } from '../catalog/catalog.js';
import { transaction } from '../database/database.js';
import { noteEffect } from '../database/idempotency-key.js';
import { invalidState, notFound } from '../errors.js';
import { selectCustomer } from '../identity/customers/named-customer-store.js';
import { answerAsProvider } from './approve.js';
import { readSettings, resume, suspend, updateSettings } from './change.js';
import type { SubscriptionDeps } from './customer-handlers.js';
import { type ListedSubscription, selectSubscriptions } from './listed-store.js';
import { makeSubscription } from './make.js';
import { selectRequests } from './request-list-store.js';
import { statusFilter, wordsOf } from './request-status.js';
import { terminate } from './terminate.js';

export type SubscriptionHandlers = Pick<
  Handlers,
  | 'listSubscriptions'
  | 'createSubscription'
  | 'updateSubscriptions'
  | 'describeSubscription'
  | 'updateSubscription'
  | 'terminateSubscription'
  | 'suspendSubscription'
  | 'resumeSubscription'
  | 'listSubscriptionRequests'
  | 'describeSubscriptionRequest'
  | 'approveSubscriptionRequest'
  | 'denySubscriptionRequest'
>;

interface Asked {
  params: { serviceId: string; environmentId: string };
  caller: { orgId: string; userId: string };
}

export function subscriptionHandlers(deps: SubscriptionDeps): SubscriptionHandlers {
  const { db } = deps;
  const place = ({ params, caller }: Asked): Promise<EnvironmentRow> =>
    selectEnvironment(db, caller.orgId, params.serviceId, params.environmentId);
  const find = async (request: Asked, id: string) => {
    const environment = await place(request);
    const [found] = (await selectSubscriptions(db, request.caller.orgId, { environmentId: environment.id, id })).rows;
    if (found === undefined) throw notFound('subscription', id);
    return inEnvironment(found);
  };
  const requests = async (request: Asked, filter: Parameters<typeof selectRequests>[2]) => {
    const environment = await place(request);
    return selectRequests(db, { providerOrgId: request.caller.orgId, environmentId: environment.id }, filter);
  };
  const requestOf = async (request: Asked & { params: { id: string } }) => {
    const [found] = await requests(request, { id: request.params.id });
    if (found === undefined) throw notFound('subscription request', request.params.id);
    return found;
  };
  return {
    async listSubscriptions({ params, query, caller }) {
      const environment = await place({ params, caller });
      const filter = {
        environmentId: environment.id,
        ...(query.productTierId === undefined ? {} : { planId: query.productTierId }),
        ...(query.includeInactive === true ? {} : { statuses: ['ACTIVE', 'SUSPENDED'] as const }),
      };
      const { rows, ...next } = await selectSubscriptions(db, caller.orgId, filter, query);
      return { ids: rows.map(({ id }) => id), subscriptions: rows.map(inEnvironment), ...next };
    },
    async createSubscription(request) {
      const { body, caller } = request;
      const environment = await place(request);
      const settings = readSettings(body);
      const plan = await planPlace(db, caller.orgId, body.productTierId);
      if (plan.environmentId !== environment.id) throw notFound('service plan', body.productTierId);
      const customer = await selectCustomer(db, caller.orgId, { id: body.onBehalfOfCustomerUserId, email: body.onBehalfOfCustomerEmail });
      return transaction(db, async (tx) => {
        const made = { place: plan, orgId: customer.orgId, userId: customer.id, by: caller.userId, ...settings };
        const { subscription, isNew } = await makeSubscription(tx, made);
        if (!isNew)
          throw invalidState(
            'already-subscribed',
            `${customer.email} has plan "${plan.planName}" already, as subscription ${subscription.id}.`,
          );
        await noteEffect(tx, { id: subscription.id });
        return { id: subscription.id };
      });
    },
    async updateSubscriptions(request) {
      const environment = await place(request);
      const { subscriptionIDs, ...settings } = request.body;
      const ids = [...new Set(subscriptionIDs)];
      const filter = { environmentId: environment.id, ids };
      const known = new Set((await selectSubscriptions(db, request.caller.orgId, filter)).rows.map(({ id }) => id));
      const missing = ids.find((id) => !known.has(id));
      if (missing !== undefined) throw notFound('subscription', missing);
      await updateSettings(db, { ids, settings: readSettings(settings), by: request.caller.userId });
    },
    describeSubscription: (request) => find(request, request.params.id),
    async updateSubscription(request) {
      const { id } = await find(request, request.params.id);
      await updateSettings(db, { ids: [id], settings: readSettings(request.body), by: request.caller.userId });
    },
    async terminateSubscription(request) {
      const { id } = await find(request, request.params.id);
      await terminate(deps, { id, by: request.caller.userId });
    },
    async suspendSubscription(request) {
      const { id } = await find(request, request.params.id);
      await suspend(deps, { id, by: request.caller.userId });
    },
    async resumeSubscription(request) {
      const { id } = await find(request, request.params.id);
      await resume(deps, { id, by: request.caller.userId });
    },
    async listSubscriptionRequests(request) {
      const subscriptionRequests = await requests(request, statusFilter(request.query.status));
      return { ids: subscriptionRequests.map(({ id }) => id), subscriptionRequests };
    },
    describeSubscriptionRequest: requestOf,
    async approveSubscriptionRequest(request) {
      const { id } = await requestOf(request);
      await answerAsProvider(deps, { id, answer: 'APPROVED', by: request.caller.userId, words: wordsOf(request.body.answer) });
    },
    async denySubscriptionRequest(request) {
      const { id } = await requestOf(request);
      await answerAsProvider(deps, { id, answer: 'DENIED', by: request.caller.userId, words: wordsOf(request.body.answer) });
    },
  };
}

/** As a list of one environment says it. */
function inEnvironment({
  environmentId: _id,
  environmentName: _name,
  environmentType: _type,
  rootUserOrgName: _org,
  ...one
}: ListedSubscription) {
  return one;
}
