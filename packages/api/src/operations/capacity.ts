/** Scaling and failover of an instance (docs/reference/api.md#objects). */
import { Type } from 'typebox';
import { CUSTOMER_INSTANCE } from './custom-workflow.js';
import { optionalText, whole } from '../field.js';
import { customer, provider } from '../access.js';
import { operation } from '../operation.js';

const FI = '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}' as const;

const add = Type.Object({ resourceId: optionalText, capacityToBeAdded: whole });
const remove = Type.Object({ resourceId: optionalText, capacityToBeRemoved: whole });
const failover = Type.Object({
  /** One of the two: the reference's portal spells it the second way. */
  failedReplicaID: optionalText,
  failedReplicaId: optionalText,
  /** FAILOVER_ONLY (default), FAILOVER_AND_RESTART, FAILOVER_AND_RECREATE. */
  failedReplicaAction: optionalText,
  resourceId: optionalText,
});
const subscription = Type.Object({ subscriptionId: optionalText });

const addSummary = 'Run the plan’s addCapacity workflow towards more replicas';
const removeSummary = 'Run the plan’s removeCapacity workflow towards fewer replicas';
const failoverSummary = 'Run the plan’s failover workflow for a replica that failed';

export const capacityOperations = {
  addCapacity: operation({
    id: 'inventory-api#AddCapacityToResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/add-capacity`,
    summary: addSummary,
    access: provider('fleet:operate', '{serviceId}'),
    body: add,
  }),
  removeCapacity: operation({
    id: 'inventory-api#RemoveCapacityFromResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/remove-capacity`,
    summary: removeSummary,
    access: provider('fleet:operate', '{serviceId}'),
    body: remove,
  }),
  failoverInstance: operation({
    id: 'inventory-api#FailoverResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/failover`,
    summary: failoverSummary,
    access: provider('fleet:operate', '{serviceId}'),
    body: failover,
  }),
  addCustomerCapacity: operation({
    id: 'resource-instance-api#AddCapacityToResourceInstance',
    api: 'v1',
    route: `POST ${CUSTOMER_INSTANCE}/add-capacity`,
    summary: addSummary,
    access: customer('instance:write'),
    query: subscription,
    body: add,
    successStatus: 202,
  }),
  removeCustomerCapacity: operation({
    id: 'resource-instance-api#RemoveCapacityFromResourceInstance',
    api: 'v1',
    route: `POST ${CUSTOMER_INSTANCE}/remove-capacity`,
    summary: removeSummary,
    access: customer('instance:write'),
    query: subscription,
    body: remove,
    successStatus: 202,
  }),
  failoverCustomerInstance: operation({
    id: 'resource-instance-api#FailoverResourceInstance',
    api: 'v1',
    route: `POST ${CUSTOMER_INSTANCE}/failover`,
    summary: failoverSummary,
    access: customer('instance:write'),
    query: subscription,
    body: failover,
    successStatus: 202,
  }),
};
