/** Handlers of the customer's routes: what the fleet's do, for instances that belong to the caller's own organization. */
import type { Handlers } from '@cellplane/api';
import type { OfferingPath } from '../catalog/catalog.js';
import { resourceApisOnWire } from '../catalog/wire/parameter-wire.js';
import { notFound } from '../errors.js';
import { requestedPlace } from '../instances/requested-place.js';
import { modifyInstance, runVerb, updateMetadata } from '../lifecycle/requests/change-instance.js';
import { createInstance } from '../lifecycle/requests/create-instance.js';
import type { InstanceCaller } from '../instances/instance.js';
import { readCreate } from './create-request.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { ownInstance, resourceSubscribed, subscribedVersion, subscriptionForCreate } from '../instances/instance-place.js';
import { describeInstance, listInstances } from './read-instance.js';
import { selectMatchingIds } from '../instances/list-store.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { type InstanceFacts, consumptionOnWire, statusDescription } from './wire.js';
import { givenEnvironmentType } from '../request-text/environment-type.js';

export type CustomerInstanceHandlers = Pick<
  Handlers,
  | 'customerDescribeOfferingResource'
  | 'customerListInstances'
  | 'customerListInstanceIds'
  | 'customerCreateInstance'
  | 'customerDescribeInstance'
  | 'customerModifyInstance'
  | 'customerDeleteInstance'
  | 'customerUpdateInstanceMetadata'
  | 'customerStartInstance'
  | 'customerStopInstance'
  | 'customerRestartInstance'
>;

type InstancePath = OfferingPath & { id: string };

export function customerInstanceHandlers(deps: InstanceDeps): CustomerInstanceHandlers {
  const { db } = deps;
  const own = async (request: { params: InstancePath; caller: InstanceCaller }) =>
    (await ownInstance(db, request.caller, request.params)).id;
  const verb = async (request: { params: InstancePath; caller: InstanceCaller }, kind: 'start' | 'stop' | 'restart') => {
    await runVerb(deps, request.caller, { instanceId: await own(request), kind });
  };
  return {
    async customerDescribeOfferingResource({ params, query, caller }) {
      const version = await subscribedVersion(db, caller, { ...params, planId: query.productTierId, version: query.productTierVersion });
      const resource = version.compiled.resources.find((one) => version.resourceIds[one.key] === params.resourceId && !one.internal);
      if (resource === undefined) throw notFound('resource', params.resourceId);
      return { apis: resourceApisOnWire(resource) };
    },
    async customerListInstances({ query, caller }) {
      const environmentType = givenEnvironmentType(query.environmentType);
      const filter = { ...ownedBy(caller), ...(environmentType === undefined ? {} : { environmentType }) };
      return { resourceInstances: (await listInstances(deps, caller, filter)).found.map(ownOnWire) };
    },
    async customerListInstanceIds({ params, query, caller }) {
      const { offered } = await resourceSubscribed(db, caller, params, named(query.subscriptionId));
      const filter = {
        ...ownedBy(caller),
        planId: offered.place.planId,
        resourceKey: offered.resourceKey,
        ...(named(query.subscriptionId) === undefined ? {} : { subscriptionId: query.subscriptionId }),
      };
      return { ids: await selectMatchingIds(db, caller, filter) };
    },
    async customerCreateInstance({ params, query, body, caller }) {
      const requested = readCreate(body);
      const asked = named(query.subscriptionId) ?? named(body.subscriptionId);
      const { offered, own } = await resourceSubscribed(db, caller, params, asked);
      const subscriptionId = subscriptionForCreate(caller, { own, planName: offered.place.planName }, asked);
      const { id } = await createInstance(deps, caller, {
        offered,
        ...requested,
        ...(subscriptionId === undefined ? {} : { subscriptionId }),
      });
      return { id };
    },
    customerDescribeInstance: async (request) => ownOnWire(await describeInstance(deps, request.caller, await own(request))),
    async customerModifyInstance(request) {
      const { body } = request;
      await modifyInstance(deps, request.caller, {
        instanceId: await own(request),
        parameters: body.requestParams,
        ...(body.network_type === undefined || body.network_type === '' ? {} : { networkType: body.network_type }),
        ...(body.customTags === undefined ? {} : { tags: body.customTags }),
        place: requestedPlace(body),
        recreateMissing: body.recreateMissing === true,
      });
    },
    async customerDeleteInstance(request) {
      const skipFinalSnapshot = request.query.skipFinalSnapshot === true;
      await deleteInstance(deps, request.caller, { instanceId: await own(request), skipFinalSnapshot });
    },
    async customerUpdateInstanceMetadata(request) {
      const { deletionProtection, customTags } = request.body;
      await updateMetadata(deps, request.caller, {
        instanceId: await own(request),
        ...(deletionProtection === undefined ? {} : { deletionProtection }),
        ...(customTags === undefined ? {} : { tags: customTags }),
      });
    },
    customerStartInstance: (request) => verb(request, 'start'),
    customerStopInstance: (request) => verb(request, 'stop'),
    customerRestartInstance: (request) => verb(request, 'restart'),
  };
}

/** Forms send the field empty where nothing is chosen. */
function named(id: string | undefined): string | undefined {
  return id === '' ? undefined : id;
}

/** A customer sees nothing but their own anyway; a provider's people see those of their organization here. */
function ownedBy(caller: InstanceCaller): { ownedBy?: string } {
  return caller.subscriptions === undefined ? { ownedBy: caller.orgId } : {};
}

/** Whoever asks here is a customer: what only the provider may call is not shown. */
function ownOnWire(facts: InstanceFacts) {
  return { ...consumptionOnWire(facts, 'END_CUSTOMER'), statusDescription: statusDescription(facts.instance) };
}
