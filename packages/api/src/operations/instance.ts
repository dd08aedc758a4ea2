/** Instances of the fleet API (docs/reference/api.md#objects). */
import { Type } from 'typebox';
import { anything, customTag, freeObject, optional, optionalFlag, optionalText, optionalWhole, placeFields, text } from '../field.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';
import { Instance } from './instance-answer.js';

const tags = optional(Type.Array(customTag));
const FI = '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}' as const;
/** Accepted and not read: the reference's CLI sends the plan's id here when it deletes (1.9, point 9). */
const action = Type.Object({ resourceId: optionalText });
/** Ours: what held data and is gone from the cell may be made anew, empty. Else it fails the operation. */
export const recreateMissing = optionalFlag;
const writing = Type.Object({ resourceId: optionalText, recreateMissing });

export const instanceOperations = {
  createInstance: operation({
    id: 'inventory-api#CreateResourceInstance',
    api: 'fleet',
    route:
      'POST /fleet/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}',
    summary: 'Create an instance; the segments are the url keys of the service offering',
    access: provider('fleet:operate', 'lists'),
    body: Type.Object({
      ...placeFields,
      /** The same as `cloud_provider`, which counts. */
      cloudProvider: optionalText,
      network_type: optionalText,
      externalPayerId: optionalText,
      onprem_platform: optionalText,
      instanceId: optionalText,
      productTierVersion: optionalText,
      requestParams: optional(anything),
      subscriptionId: optionalText,
      customTags: tags,
      workflowBreakpoints: optional(
        Type.Array(Type.Object({ id: text, events: optional(Type.Array(text, { maxItems: 100 })), conditions: optional(freeObject) }), {
          maxItems: 100,
        }),
      ),
    }),
    response: Type.Object({ id: text }),
    successStatus: 202,
  }),
  describeInstance: operation({
    id: 'inventory-api#DescribeResourceInstance',
    api: 'fleet',
    route: `GET ${FI}`,
    summary: 'One instance, with endpoints, outputs and the operations it supports',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({ detail: optionalFlag }),
    response: Instance,
  }),
  listInstances: operation({
    id: 'inventory-api#ListResourceInstances',
    api: 'fleet',
    route: 'GET /fleet/service/{serviceId}/environment/{environmentId}/instances/',
    summary: 'Instances of an environment',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({
      ProductTierId: optionalText,
      ProductTierVersion: optionalText,
      SubscriptionId: optionalText,
      Filter: optionalText,
      ExcludeDetail: optionalFlag,
      excludeNetworkTopology: optionalFlag,
      nextPageToken: optionalText,
      pageSize: optionalWhole,
    }),
    response: Type.Object({
      resourceInstances: Type.Array(Instance),
      serviceId: optionalText,
      environmentId: optionalText,
      nextPageToken: optionalText,
    }),
  }),
  modifyInstance: operation({
    id: 'inventory-api#UpdateResourceInstance',
    api: 'fleet',
    route: `PATCH ${FI}`,
    summary: 'Change parameters or tags of an instance',
    access: provider('fleet:operate', '{serviceId}'),
    body: Type.Object({
      resourceId: optionalText,
      requestParams: optional(anything),
      ...placeFields,
      network_type: optionalText,
      customTags: tags,
      recreateMissing,
    }),
  }),
  deleteInstance: operation({
    id: 'inventory-api#DeleteResourceInstance',
    api: 'fleet',
    route: `DELETE ${FI}`,
    summary: 'Delete an instance and everything it has in the cell',
    access: provider('fleet:operate', '{serviceId}'),
    body: Type.Object({ resourceId: optionalText, skipFinalSnapshot: optionalFlag, skipSnapshotCleanup: optionalFlag }),
  }),
  updateInstanceMetadata: operation({
    id: 'inventory-api#UpdateResourceInstanceMetadata',
    api: 'fleet',
    route: `PATCH ${FI}/metadata`,
    summary: 'Set or clear deletion protection; change tags without a run',
    access: provider('fleet:operate', '{serviceId}'),
    body: Type.Object({ resourceId: optionalText, deletionProtection: optionalFlag, customTags: tags }),
  }),
  startInstance: operation({
    id: 'inventory-api#StartResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/start`,
    summary: 'Run the plan’s start workflow',
    access: provider('fleet:operate', '{serviceId}'),
    body: writing,
  }),
  stopInstance: operation({
    id: 'inventory-api#StopResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/stop`,
    summary: 'Run the plan’s stop workflow',
    access: provider('fleet:operate', '{serviceId}'),
    body: action,
  }),
  restartInstance: operation({
    id: 'inventory-api#RestartResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/restart`,
    summary: 'Run the plan’s restart workflow',
    access: provider('fleet:operate', '{serviceId}'),
    body: writing,
  }),
  debugInstance: operation({
    id: 'inventory-api#DebugResourceInstance',
    api: 'fleet',
    route: `GET ${FI}/debug`,
    summary: 'What was last done to each resource of an instance: tasks, objects as they were sent, what is waited for',
    access: provider('fleet:read', '{serviceId}'),
    response: Type.Object({
      instanceId: text,
      /** By resource key. */
      resourcesDebug: Type.Record(Type.String(), Type.Object({ resourceId: text, debugData: freeObject })),
    }),
  }),
  evaluateExpression: operation({
    id: 'expression-evaluator-api#ExpressionEvaluator',
    api: 'v1',
    route: 'POST /resource-instance/expression-evaluator',
    summary: 'What expressions of a plan come to on an instance; secrets are masked',
    access: provider('fleet:read', 'lists'),
    body: Type.Object({
      serviceID: text,
      resourceKey: text,
      instanceID: optionalText,
      deploymentCellID: optionalText,
      productTierID: optionalText,
      expression: Type.Optional(Type.String({ maxLength: 64 * 1024 })),
      /** Name → expression; the answer has the same names. */
      expressionMap: optional(freeObject),
    }),
    response: Type.Object({ result: optional(anything), error: optionalText }),
  }),
};
