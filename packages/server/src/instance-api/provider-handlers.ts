/** Handlers of the instance operations. */
import type { Handlers } from '@cellplane/api';
import { selectEnvironment } from '../catalog/store.js';
import { resolveOfferingPath } from '../catalog/catalog.js';
import { badRequest, notFound } from '../errors.js';
import { modifyInstance, runVerb, updateMetadata } from '../lifecycle/requests/change-instance.js';
import { breakpointsOf } from './breakpoint-requests.js';
import type { InstanceCaller } from '../instances/instance.js';
import { audienceOf } from '../identity/audience.js';
import { requestedPlace } from '../instances/requested-place.js';
import { createInstance } from '../lifecycle/requests/create-instance.js';
import { readCreate } from './create-request.js';
import { debugInstance } from './debug-instance.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { evaluateOnInstance } from './evaluate-expression.js';
import { describeInstance, listInstances } from './read-instance.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { InstanceFilter } from '../instances/list-store.js';
import { instanceOnWire } from './wire.js';
import { requireProduct } from '../identity/viewer.js';

export type InstanceHandlers = Pick<
  Handlers,
  | 'createInstance'
  | 'describeInstance'
  | 'listInstances'
  | 'modifyInstance'
  | 'deleteInstance'
  | 'updateInstanceMetadata'
  | 'startInstance'
  | 'stopInstance'
  | 'restartInstance'
  | 'debugInstance'
  | 'evaluateExpression'
>;

/** Instances of a page where the client does not say. */
const USUAL_PAGE = 500;

export function instanceHandlers(deps: InstanceDeps): InstanceHandlers {
  const verb = async (
    request: { params: Place; caller: InstanceCaller; body: { recreateMissing?: boolean } },
    kind: 'start' | 'stop' | 'restart',
  ) => {
    await checkPlace(deps, request.caller, request.params);
    const recreateMissing = request.body.recreateMissing === true;
    await runVerb(deps, request.caller, { instanceId: request.params.instanceId, kind, recreateMissing });
  };
  return {
    async createInstance({ params, body, caller }) {
      const requested = readCreate(body);
      const offered = await resolveOfferingPath(deps.db, caller, params);
      requireProduct(caller, offered.place.serviceId);
      const { id } = await createInstance(deps, caller, {
        offered,
        ...requested,
        breakpoints: (body.workflowBreakpoints ?? []).map(({ id, events }) => ({ id, events: events ?? [] })),
        ...(body.subscriptionId === undefined ? {} : { subscriptionId: body.subscriptionId }),
      });
      return { id };
    },
    async describeInstance({ params, caller }) {
      const facts = await describeInstance(deps, caller, params.instanceId);
      refuseElsewhere(facts.instance, params);
      const activeBreakpoints = await breakpointsOf(deps.db, facts.instance.id);
      return { ...instanceOnWire(facts, audienceOf(facts.instance, caller)), activeBreakpoints };
    },
    async listInstances({ params, query, caller }) {
      const environment = await selectEnvironment(deps.db, caller.orgId, params.serviceId, params.environmentId);
      const filter: InstanceFilter = { serviceId: params.serviceId, environmentId: environment.id };
      if (query.ProductTierId !== undefined) filter.planId = query.ProductTierId;
      if (query.ProductTierVersion !== undefined) filter.planVersion = query.ProductTierVersion;
      if (query.SubscriptionId !== undefined) filter.subscriptionId = query.SubscriptionId;
      const page = { pageSize: query.pageSize ?? USUAL_PAGE, nextPageToken: query.nextPageToken };
      const { found, ...next } = await listInstances(deps, caller, filter, page);
      return {
        serviceId: params.serviceId,
        environmentId: params.environmentId,
        resourceInstances: found.map((facts) => instanceOnWire(facts, audienceOf(facts.instance, caller))),
        ...next,
      };
    },
    async modifyInstance({ params, body, caller }) {
      await checkPlace(deps, caller, params);
      await modifyInstance(deps, caller, {
        instanceId: params.instanceId,
        parameters: body.requestParams,
        ...(body.network_type === undefined || body.network_type === '' ? {} : { networkType: body.network_type }),
        ...(body.customTags === undefined ? {} : { tags: body.customTags }),
        place: requestedPlace(body),
        recreateMissing: body.recreateMissing === true,
      });
    },
    async deleteInstance({ params, body, caller }) {
      await checkPlace(deps, caller, params);
      await deleteInstance(deps, caller, {
        instanceId: params.instanceId,
        skipFinalSnapshot: body.skipFinalSnapshot === true,
        skipSnapshotCleanup: body.skipSnapshotCleanup === true,
      });
    },
    async updateInstanceMetadata({ params, body, caller }) {
      await checkPlace(deps, caller, params);
      await updateMetadata(deps, caller, {
        instanceId: params.instanceId,
        ...(body.deletionProtection === undefined ? {} : { deletionProtection: body.deletionProtection }),
        ...(body.customTags === undefined ? {} : { tags: body.customTags }),
      });
    },
    startInstance: (request) => verb(request, 'start'),
    stopInstance: (request) => verb({ ...request, body: {} }, 'stop'),
    restartInstance: (request) => verb(request, 'restart'),
    async debugInstance({ params, caller }) {
      const facts = await describeInstance(deps, caller, params.instanceId);
      refuseElsewhere(facts.instance, params);
      return debugInstance(deps, facts);
    },
    async evaluateExpression({ body, caller }) {
      if (body.instanceID === undefined || body.instanceID === '')
        throw badRequest('missing-field', 'Invalid request: instanceID is missing; expressions are evaluated on an instance.', [
          { field: 'instanceID', code: 'missing-field', message: 'is missing' },
        ]);
      return evaluateOnInstance(deps, caller, {
        serviceId: body.serviceID,
        instanceId: body.instanceID,
        resourceKey: body.resourceKey,
        ...(body.expression === undefined ? {} : { expression: body.expression }),
        ...(body.expressionMap === undefined ? {} : { expressionMap: body.expressionMap }),
      });
    },
  };
}

interface Place {
  serviceId: string;
  environmentId: string;
  instanceId: string;
}

/** The path must name the instance's own service and environment. @throws DomainError not_found */
async function checkPlace(deps: InstanceDeps, caller: InstanceCaller, place: Place): Promise<void> {
  refuseElsewhere((await describeInstance(deps, caller, place.instanceId)).instance, place);
}

function refuseElsewhere(instance: { serviceId: string; environmentId: string }, place: Place): void {
  if (instance.serviceId !== place.serviceId || instance.environmentId !== place.environmentId)
    throw notFound('instance', place.instanceId);
}
