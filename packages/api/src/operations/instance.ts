/** Instances of the fleet API (docs/reference/api.md#objects). */
import { Type } from 'typebox';
import {
  anything,
  customTag,
  flag,
  freeObject,
  optional,
  optionalFlag,
  optionalText,
  optionalTexts,
  optionalWhole,
  placeFields,
  text,
  texts,
  whole,
} from '../field.js';
import { InputParameterEntity } from './offering.js';
import { operation } from '../operation.js';
import { Breakpoint } from './workflow.js';

const ClusterEndpoint = Type.Object({
  endpoint: text,
  healthStatus: text,
  networkingType: text,
  openPorts: Type.Array(whole),
  primary: flag,
});

const Node = Type.Object({
  id: optionalText,
  availabilityZone: optionalText,
  endpoint: optionalText,
  healthStatus: optionalText,
  ports: optional(Type.Array(whole)),
  status: optionalText,
});

export const NetworkTopology = Type.Object({
  resourceKey: text,
  resourceName: text,
  clusterEndpoint: text,
  main: flag,
  hasCompute: flag,
  networkingType: text,
  publiclyAccessible: flag,
  allowedIPRanges: texts,
  clusterPorts: optional(Type.Array(whole)),
  additionalEndpoints: optional(Type.Record(Type.String(), ClusterEndpoint)),
  nodes: optional(Type.Array(Node)),
  recentDeploymentFailure: optional(Type.Object({ failureReason: text })),
  resourceType: optionalText,
  /** Ours: the addresses inside the cell, by endpoint name (docs/reference/plan-language.md#endpoint-names). */
  inClusterEndpoints: optional(Type.Record(Type.String(), text)),
});

const SupportedOperation = Type.Object({
  name: text,
  source: text,
  verb: text,
  id: optionalText,
  description: optionalText,
  scope: optionalTexts,
  apiParameters: optional(Type.Array(InputParameterEntity)),
  configuration: optional(freeObject),
});

/** Ours: how the cell was found to differ from what its workflows have left there. */
const Finding = Type.Object({
  /** namespace-gone, object-gone, object-replaced, kind-gone, unknown-run, another-cluster. */
  code: text,
  message: text,
  since: text,
  /** The first of them. */
  objects: Type.Array(Type.Object({ apiVersion: text, kind: text, name: text })),
  count: whole,
  /** What mends it, as it is typed; for the provider's people. */
  commands: optionalTexts,
});

export const ConsumptionInstance = Type.Object({
  id: text,
  status: text,
  active: optionalFlag,
  cloud_provider: text,
  region: text,
  network_type: optionalText,
  created_at: text,
  last_modified_at: text,
  createdByUserId: optionalText,
  createdByUserName: optionalText,
  currentReplicas: optionalText,
  minReplicas: optionalText,
  maxReplicas: optionalText,
  autoscalingEnabled: optionalFlag,
  highAvailability: optionalFlag,
  serverlessEnabled: optionalFlag,
  resourceID: text,
  subscriptionId: text,
  subscriptionStatus: optionalText,
  tierVersion: optionalText,
  productTierVersionDetail: optional(Type.Object({ name: text, version: text, description: optionalText })),
  instanceLoadStatus: optionalText,
  result_params: optional(anything),
  launch_input_params: optional(anything),
  detailedNetworkTopology: optional(Type.Record(Type.String(), NetworkTopology)),
  supportedOperations: optional(Type.Array(SupportedOperation)),
  backupStatus: optional(
    Type.Object({
      backupPeriodInHours: whole,
      backupRetentionInDays: whole,
      earliestRestoreTime: optionalText,
      lastBackupTime: optionalText,
      /** Ours: since when there is no good backup, or none that is new enough; absent while all is well. */
      noGoodBackupSince: optionalText,
    }),
  ),
  customTags: optional(Type.Array(customTag)),
  resourceInstanceMetadata: optional(Type.Object({ deletionProtection: optionalFlag })),
  snapshotBeforeDeletionEnabled: optionalFlag,
  /** The snapshot it was restored from. */
  sourceSnapshotID: optionalText,
  /** Ours: what the last change asks for, while it has not succeeded; the instance's own values are those that count. Secrets are masked. */
  requestedChange: optional(Type.Object({ workflowId: text, status: text, requestParams: freeObject, networkType: optionalText })),
  /** Ours: absent while the cell agrees (docs/reconciliation.md). */
  findings: optional(Type.Array(Finding)),
});

export const Instance = Type.Object({
  adopted: flag,
  cloudProvider: text,
  consumptionResourceInstanceResult: ConsumptionInstance,
  defaultSubscription: flag,
  environmentId: text,
  input_params: anything,
  launch_input_params: optional(anything),
  instanceDebugCommands: texts,
  integrationsStatus: Type.Array(anything),
  organizationId: text,
  organizationName: text,
  productTierId: text,
  productTierName: text,
  productTierType: text,
  resourceVersionSummaries: Type.Array(
    Type.Object({ resourceId: text, resourceName: text, version: text, latestVersion: text, externalResource: optionalFlag }),
  ),
  serviceEnvName: text,
  serviceId: text,
  serviceModelId: text,
  serviceModelName: text,
  serviceModelType: text,
  serviceName: text,
  subscriptionId: text,
  subscriptionOwnerName: text,
  subscriptionStatus: optionalText,
  tierVersion: text,
  tierVersionReleasedAt: text,
  tierVersionReleasedByUserId: text,
  tierVersionReleasedByUserName: text,
  tierVersionStatus: text,
  deploymentCellID: optionalText,
  managedResourceType: optionalText,
  resourceId: optionalText,
  resourceName: optionalText,
  /** Where the running operation is held or is to be held. */
  activeBreakpoints: optional(Type.Array(Breakpoint)),
  /** Ours: why the instance is as it is (a failure's reason, a warning). */
  statusDescription: optionalText,
});

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
    query: Type.Object({ detail: optionalFlag }),
    response: Instance,
  }),
  listInstances: operation({
    id: 'inventory-api#ListResourceInstances',
    api: 'fleet',
    route: 'GET /fleet/service/{serviceId}/environment/{environmentId}/instances/',
    summary: 'Instances of an environment',
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
    body: Type.Object({ resourceId: optionalText, skipFinalSnapshot: optionalFlag, skipSnapshotCleanup: optionalFlag }),
  }),
  updateInstanceMetadata: operation({
    id: 'inventory-api#UpdateResourceInstanceMetadata',
    api: 'fleet',
    route: `PATCH ${FI}/metadata`,
    summary: 'Set or clear deletion protection; change tags without a run',
    body: Type.Object({ resourceId: optionalText, deletionProtection: optionalFlag, customTags: tags }),
  }),
  startInstance: operation({
    id: 'inventory-api#StartResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/start`,
    summary: 'Run the plan’s start workflow',
    body: writing,
  }),
  stopInstance: operation({
    id: 'inventory-api#StopResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/stop`,
    summary: 'Run the plan’s stop workflow',
    body: action,
  }),
  restartInstance: operation({
    id: 'inventory-api#RestartResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/restart`,
    summary: 'Run the plan’s restart workflow',
    body: writing,
  }),
  debugInstance: operation({
    id: 'inventory-api#DebugResourceInstance',
    api: 'fleet',
    route: `GET ${FI}/debug`,
    summary: 'What was last done to each resource of an instance: tasks, objects as they were sent, what is waited for',
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
