/** Handlers of the audit trail. */
import type { Handlers } from '@cellplane/api';
import { resolvePlanPath } from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import { badRequest, notFound } from '../errors.js';
import { catalogOf, isCustomer, requireProduct, type Viewer } from '../identity/viewer.js';
import { selectVisibleToo } from '../instances/store.js';
import { readDate } from '../request-text/moment.js';
import { selectOwnSubscriptions } from '../subscriptions/store.js';
import { exportTrail } from './export.js';
import { SOURCES } from './event.js';
import { type EventFilter, selectEvents, selectPlace, type View } from './list-store.js';
import { verifyTrail } from './verify.js';
import { customerEvent, fleetEvent } from './wire.js';
import { givenEnvironmentType } from '../request-text/environment-type.js';

export type AuditHandlers = Pick<
  Handlers,
  | 'listAuditEvents'
  | 'listInstanceEvents'
  | 'describeInstanceEvent'
  | 'customerListAuditEvents'
  | 'customerListInstanceAuditEvents'
  | 'customerDescribeAuditEvent'
  | 'customerListPlanAuditEvents'
  | 'customerListPlanEvents'
  | 'customerListInstanceEvents'
  | 'customerDescribeEvent'
  | 'describeAuditEvent'
  | 'verifyAuditTrail'
  | 'exportAuditTrail'
>;

/** What one answer without pages has of events at most. */
const MOST_WITHOUT_PAGES = 500;

export function auditHandlers({ db, key }: { db: Database; key: Buffer }): AuditHandlers {
  const providers = (caller: Viewer): View => ({ as: 'provider', providerOrgId: caller.orgId });
  const customers = (viewer: Viewer): View => ({ as: 'customer', viewer });
  const one = async (view: View, filter: EventFilter & { id: string }) => {
    const [found] = (await selectEvents(db, view, filter)).rows;
    if (found === undefined) throw notFound('audit event', filter.id);
    return found;
  };
  /** @throws DomainError not_found, for a foreign instance too */
  const instanceOf = async (viewer: Viewer, params: { instanceId: string; serviceId?: string; environmentId?: string }) => {
    const found = await selectVisibleToo(db, viewer, params.instanceId);
    const isThere =
      found !== undefined &&
      (params.serviceId ?? found.serviceId) === found.serviceId &&
      (params.environmentId ?? found.environmentId) === found.environmentId;
    if (!isThere) throw notFound('instance', params.instanceId);
    return found.id;
  };

  const customersList = async (caller: Viewer, filter: EventFilter) => {
    const { rows } = await selectEvents(db, customers(caller), filter, { pageSize: MOST_WITHOUT_PAGES });
    return { ids: rows.map(({ id }) => id), events: rows.map(customerEvent) };
  };
  const ofInstance: Handlers['customerListInstanceAuditEvents'] = async ({ params, query, caller }) =>
    customersList(caller, { instanceId: await instanceOf(caller, params), subscriptionId: query.subscriptionId });
  const ofPlan: Handlers['customerListPlanAuditEvents'] = async ({ params, query, caller }) => {
    const plan = await resolvePlanPath(db, { orgId: catalogOf(caller) }, params);
    requireProduct(caller, plan.serviceId);
    const isSeen = plan.environmentVisibility === 'PUBLIC' || !isCustomer(caller);
    if (!isSeen && !(await selectOwnSubscriptions(db, caller)).some(({ planId }) => planId === plan.planId))
      throw notFound('service plan', params.productTierKey);
    return customersList(caller, { planId: plan.planId, subscriptionId: query.subscriptionId });
  };
  const ofId: Handlers['customerDescribeAuditEvent'] = async ({ params, query, caller }) =>
    customerEvent(await one(customers(caller), { id: params.id, subscriptionId: query.subscriptionId }));

  return {
    async listAuditEvents({ query, caller }) {
      if (hasBilling(query)) return { ids: [], events: [] };
      const filter: EventFilter = {
        ...commonFilter(query),
        environmentId: query.environmentID,
        planId: query.productTierID,
        userId: query.userId,
        orgId: query.orgId,
        subscriptionId: query.subscriptionId,
        address: query.ipAddress,
        operation: query.operation,
        outcome: query.outcome,
        correlationId: query.correlationId,
      };
      const { rows, ...next } = await selectEvents(db, providers(caller), filter, query);
      const events = rows.map((row) => fleetEvent(row, { excludeFailures: query.excludeWorkflowFailures }));
      return { ids: rows.map(({ id }) => id), events, ...next };
    },
    async listInstanceEvents({ params, query, caller }) {
      const instanceId = await instanceOf(caller, params);
      const filter = { instanceId, ...between(query, 'startTime', 'endTime') };
      const { rows } = await selectEvents(db, providers(caller), filter, { pageSize: MOST_WITHOUT_PAGES });
      const events = rows.map((row) => fleetEvent(row, { excludeFailures: query.excludeWorkflowFailures }));
      return { ids: rows.map(({ id }) => id), events };
    },
    async describeInstanceEvent({ params, caller }) {
      const instanceId = await instanceOf(caller, params);
      return fleetEvent(await one(providers(caller), { id: params.id, instanceId }));
    },
    async customerListAuditEvents({ query, caller }) {
      const filter = { ...commonFilter(query), subscriptionId: query.subscriptionId };
      const { rows, ...next } = await selectEvents(db, customers(caller), filter, query);
      return { ids: rows.map(({ id }) => id), events: rows.map(customerEvent), ...next };
    },
    customerListInstanceAuditEvents: ofInstance,
    customerDescribeAuditEvent: ofId,
    customerListPlanAuditEvents: ofPlan,
    customerListPlanEvents: ofPlan,
    customerListInstanceEvents: ofInstance,
    customerDescribeEvent: ofId,
    async describeAuditEvent({ params, caller }) {
      const row = await one(providers(caller), { id: params.id });
      const place = await selectPlace(db, row.id);
      return {
        ...fleetEvent(row),
        ...(row.endedAt === null ? {} : { endTime: row.endedAt }),
        ...(row.httpStatus === null ? {} : { httpStatus: row.httpStatus }),
        fields: row.fields,
        targets: row.targets,
        ...(place?.position == null || place.previousHash === null || place.hash === null
          ? {}
          : { position: place.position, previousHash: place.previousHash.toString('hex'), hash: place.hash.toString('hex') }),
      };
    },
    async verifyAuditTrail({ query, caller, signal }) {
      const expected = expectedOf(query);
      const verdict = await verifyTrail({ db, key }, caller.orgId, {
        ...(expected === undefined ? {} : { expected }),
        ...(signal === undefined ? {} : { signal }),
      });
      return { intact: verdict.fault === undefined, ...verdict };
    },
    async exportAuditTrail({ query, caller, signal }) {
      return exportTrail(db, caller.orgId, query.after ?? 0, signal);
    },
  };
}

/** Nobody is billed here, so no event is of a payer. */
function hasBilling({ billingProvider, externalPayerId }: { billingProvider?: string; externalPayerId?: string }): boolean {
  return billingProvider !== undefined || externalPayerId !== undefined;
}

function commonFilter(query: {
  serviceID?: string;
  environmentType?: string;
  eventSourceTypes?: string[];
  instanceID?: string;
  startDate?: string;
  endDate?: string;
}): EventFilter {
  return {
    serviceId: query.serviceID,
    environmentType: givenEnvironmentType(query.environmentType),
    instanceId: query.instanceID,
    sources: sourcesOf(query.eventSourceTypes),
    ...between(query, 'startDate', 'endDate'),
  };
}

/** @throws DomainError bad_request for a word that is none */
function sourcesOf(given: string[] | undefined): string[] | undefined {
  const wanted = given?.flatMap((one) => one.split(',')).filter((one) => one !== '');
  if (wanted === undefined || wanted.length === 0) return undefined;
  return wanted.map((word) => {
    const source = SOURCES.find((one) => one.toLowerCase() === word.trim().toLowerCase());
    if (source !== undefined) return source;
    throw badRequest('invalid-enum-value', `eventSourceTypes must be of ${SOURCES.join(', ')}.`, [
      { field: 'eventSourceTypes', message: `must be of ${SOURCES.join(', ')}` },
    ]);
  });
}

function between<F extends string, U extends string>(query: { [N in F | U]?: string }, from: F, until: U): EventFilter {
  const read = (name: F | U) => (query[name] === undefined ? undefined : readDate(query[name], name));
  return { from: read(from), until: read(until) };
}

/** @throws DomainError bad_request for half of it */
function expectedOf({ position, hash }: { position?: number; hash?: string }) {
  if (position === undefined && hash === undefined) return undefined;
  if (position !== undefined && position >= 0 && hash !== undefined && /^[0-9a-f]{64}$/i.test(hash)) return { position, hash };
  throw badRequest(
    'invalid-field',
    'Give position and hash together, as an earlier check has told them: a number, and 64 hexadecimal digits.',
    [{ field: 'hash', message: 'is needed beside position' }],
  );
}
