/** Handlers of usage: for customers of what is theirs, for the provider's people of all that they may see. */
import type { Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { databaseTime } from '../database/clock.js';
import type { Database } from '../database/database.js';
import { badRequest, notFound } from '../errors.js';
import { reachesProduct, type Viewer } from '../identity/viewer.js';
import { selectSubscriptions } from '../subscriptions/listed-store.js';
import { selectVisible } from '../subscriptions/store.js';
import { boundsOf } from './day.js';
import { readPeriod } from './period.js';
import { type GroupBy, selectCountedUntil, selectTagKeys, selectUsage, sumUsage } from './usage-store.js';
import { daysOnWire, dimensionsOnWire, groupOnWire, totalOnWire } from './wire.js';

export type UsageHandlers = Pick<
  Handlers,
  | 'describeUsage'
  | 'customerDescribeUsage'
  | 'customerDescribeUsagePerDay'
  | 'describeSubscriptionUsage'
  | 'describeSubscriptionUsagePerDay'
>;

const WAYS: readonly GroupBy[] = ['instance', 'day', 'subscription', 'plan', 'customer', 'tag'];
const REFERENCE = { from: 'startDate', to: 'endDate' };

export function usageHandlers({ db }: { db: Database }): UsageHandlers {
  const current = async (viewer: Viewer, subscriptionId: string | undefined) => {
    const now = await databaseTime(db);
    const period = readPeriod({}, now);
    const times = { startTime: boundsOf(period.from).startTime, endTime: now.toISOString() };
    return { ...times, usage: dimensionsOnWire(await sumUsage(db, viewer, { ...period, subscriptionId }), times) };
  };
  const perDay = async (viewer: Viewer, days: { startDate?: string; endDate?: string }, subscriptionId: string | undefined) => {
    const period = readPeriod({ from: days.startDate, to: days.endDate }, await databaseTime(db), REFERENCE);
    const times = { startTime: boundsOf(period.from).startTime, endTime: boundsOf(period.to).endTime };
    return { ...times, usage: daysOnWire(await selectUsage(db, viewer, { ...period, subscriptionId }, { by: 'day' })) };
  };
  return {
    async describeUsage({ query, caller }) {
      const by = readWay(query);
      const period = readPeriod(query, await databaseTime(db));
      const { serviceId, environmentId, instanceId, subscriptionId, productTierId: planId, orgId, tag } = query;
      const filter = { ...period, serviceId, environmentId, instanceId, subscriptionId, planId, orgId };
      const [total, groups, tagKeys, until] = [
        await sumUsage(db, caller, filter),
        await selectUsage(db, caller, filter, { by, tag }),
        await selectTagKeys(db, caller, filter),
        await selectCountedUntil(db, caller),
      ];
      return {
        ...period,
        by,
        total: totalOnWire(total),
        groups: groups.map((group) => groupOnWire(by, group)),
        tagKeys,
        ...(until === undefined ? {} : { countedUntil: until.toISOString() }),
      };
    },
    async customerDescribeUsage({ query: { subscriptionID }, caller }) {
      await requireSeen(db, caller, subscriptionID);
      return current(caller, subscriptionID);
    },
    async customerDescribeUsagePerDay({ query: { subscriptionID, ...days }, caller }) {
      await requireSeen(db, caller, subscriptionID);
      return perDay(caller, days, subscriptionID);
    },
    async describeSubscriptionUsage({ params: { subscriptionId }, caller }) {
      return { usage: { ...(await ownSubscription(db, caller, subscriptionId)), ...(await current(caller, subscriptionId)) } };
    },
    async describeSubscriptionUsagePerDay({ params: { subscriptionId }, query, caller }) {
      return { usage: { ...(await ownSubscription(db, caller, subscriptionId)), ...(await perDay(caller, query, subscriptionId)) } };
    },
  };
}

/** @throws DomainError not_found for a subscription that the viewer may not see */
async function requireSeen(db: Database, viewer: Viewer, subscriptionId: string | undefined): Promise<void> {
  if (subscriptionId !== undefined && (await selectVisible(db, viewer, subscriptionId)) === undefined)
    throw notFound('subscription', subscriptionId);
}

/** Whose it is, and of what. @throws DomainError not_found unless it is of a plan of the provider, and of a product that the viewer reaches */
async function ownSubscription(db: Database, viewer: Viewer, subscriptionId: string) {
  const { rows } = await selectSubscriptions(db, viewer.orgId, { id: subscriptionId });
  const [found] = rows;
  if (found === undefined || !reachesProduct(viewer, found.serviceId)) throw notFound('subscription', subscriptionId);
  return {
    subscriptionID: found.id,
    serviceID: found.serviceId,
    serviceName: found.serviceName,
    environmentID: found.environmentId,
    environmentName: found.environmentName,
    environmentType: found.environmentType,
    productTierID: found.productTierId,
    productTierName: found.productTierName,
    organizationID: found.rootUserOrgId,
    organizationName: found.rootUserOrgName,
    userID: found.rootUserId,
    userEmail: found.rootUserEmail,
  };
}

/** @throws DomainError bad_request */
function readWay({ by = 'instance', tag }: { by?: string; tag?: string }): GroupBy {
  const way = WAYS.find((one) => one === by);
  if (way === undefined)
    throw badRequest('invalid-enum-value', `by "${cut(by)}" must be one of ${WAYS.join(', ')}.`, [
      { field: 'by', message: `must be one of ${WAYS.join(', ')}` },
    ]);
  if (way === 'tag' && (tag ?? '') === '')
    throw badRequest('missing-field', 'tag is missing: name the key of the tag to group by.', [{ field: 'tag', message: 'is missing' }]);
  return way;
}
