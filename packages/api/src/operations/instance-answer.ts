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
  text,
  texts,
  whole,
} from '../field.js';
import { InputParameterEntity } from './offering.js';
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

const NetworkTopology = Type.Object({
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

/** Open upgrade paths that the instance waits in, or is upgraded by: none or one. The words are the reference's. */
const MaintenanceTasks = Type.Object({
  upgrade_paths: Type.Array(
    Type.Object({
      upgrade_path_id: text,
      upgrade_status: text,
      upgrade_instance_status: text,
      /** When it begins; empty where it has begun, or begins at once. */
      upgrade_path_scheduled_at: text,
      /** Ours. */
      target_version: text,
      /** Ours: what it waits for. */
      status_description: optionalText,
    }),
  ),
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
      /** Ours: when the next one by schedule begins; passed while it is tried again, or waits. Absent while none is taken by schedule. */
      nextBackupTime: optionalText,
      /** Ours: since when there is no good backup, or none that is new enough; absent while all is well. */
      noGoodBackupSince: optionalText,
    }),
  ),
  customTags: optional(Type.Array(customTag)),
  resourceInstanceMetadata: optional(Type.Object({ deletionProtection: optionalFlag })),
  snapshotBeforeDeletionEnabled: optionalFlag,
  /** Ours: what it lacks, so that most operations on it are refused: NEVER_RAN, NEVER_RESTORED, BEING_TAKEN_DOWN; absent: nothing. */
  incomplete: optional(Type.Union([Type.Literal('NEVER_RAN'), Type.Literal('NEVER_RESTORED'), Type.Literal('BEING_TAKEN_DOWN')])),
  /** The snapshot it was restored from. */
  sourceSnapshotID: optionalText,
  /** Ours: what the last change asks for, while it has not succeeded; the instance's own values are those that count. Secrets are masked. */
  requestedChange: optional(
    Type.Object({ workflowId: text, status: text, requestParams: freeObject, networkType: optionalText, productTierVersion: optionalText }),
  ),
  /** Ours: absent while the cell agrees (docs/reconciliation.md). */
  findings: optional(Type.Array(Finding)),
  /** Ours, for the provider: fields of its objects that others have changed and nobody has accepted; absent while there are none (docs/drift.md). */
  driftedFields: optional(whole),
  /** Absent: nothing is planned. */
  maintenanceTasks: optional(MaintenanceTasks),
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
  integrationsStatus: Type.Array(
    Type.Object({ integrationType: optionalText, scope: optionalText, healthStatus: optionalText, message: optionalText }),
  ),
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
