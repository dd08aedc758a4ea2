/** An instance as the fleet API shows it (docs/reference/api.md#objects). Secrets are masked everywhere. */
import { type Handlers, incompleteOf } from '@cellplane/api';
import { type CompiledResource, type Json, MASK } from '@cellplane/plan';
import { modelTypeOf, type PlanVersion } from '../catalog/catalog.js';
import type { Cell } from '../cells/cell.js';
import type { Subscription } from '../subscriptions/store.js';
import type { PlannedUpgrade } from '../upgrades/planned-store.js';
import { type InstanceFinding, isLoss } from '../instances/finding.js';
import { replicasOf } from '../instances/replicas.js';
import type { BackupTimes } from '../lifecycle/snapshot-port.js';
import type { Audience } from '../identity/audience.js';
import { clusterEndpoint } from '../instances/expression-context.js';
import type { Endpoint } from '../instances/instance.js';
import { isSecretParameter } from '../instances/parameters.js';
import type { RequestedChange } from '../lifecycle/requested-change-store.js';
import type { InstanceRow } from '../instances/store.js';
import { supportedOperations } from './supported-operations.js';
import { maskedOutputs } from '../instances/outputs.js';

export type WireInstance = Awaited<ReturnType<Handlers['describeInstance']>>;
type Topology = NonNullable<WireInstance['consumptionResourceInstanceResult']['detailedNetworkTopology']>[string];

/** Everything that an instance's wire form is made of. */
export interface InstanceFacts {
  instance: InstanceRow;
  version: PlanVersion;
  /** The newest version of its plan. */
  latestVersion: string;
  /** The plan lets customers upgrade their instances themselves. */
  customersChooseVersion: boolean;
  cell: Cell;
  subscription: Subscription;
  ownerName: string;
  /** Of the organization that the instance belongs to. */
  orgName: string;
  createdByName: string;
  endpointDomain: string;
  /** Absent: nothing is known, or the plan takes no backups. */
  backups?: BackupTimes;
  /** Values that were asked for and do not count, or not yet. */
  requested?: RequestedChange;
  /** The upgrade path that it is in. */
  maintenance?: PlannedUpgrade;
}

/** `audience`: who looks; it decides which operations are shown. */
export function instanceOnWire(facts: InstanceFacts, audience: Audience): WireInstance {
  const { instance, version, subscription } = facts;
  const { place, compiled } = version;
  const resource = compiled.resources.find((one) => one.key === instance.resourceKey);
  const summaries = compiled.resources.map((one) => ({
    resourceId: version.resourceIds[one.key] ?? '',
    resourceName: one.name,
    version: version.version,
    latestVersion: facts.latestVersion,
  }));
  return {
    adopted: instance.adopted,
    cloudProvider: instance.cloudProvider,
    consumptionResourceInstanceResult: consumptionOnWire(facts, audience),
    defaultSubscription: subscription.isDefault,
    deploymentCellID: instance.cellId,
    environmentId: place.environmentId,
    input_params: maskedInputs(resource, instance.parameters, false),
    launch_input_params: maskedInputs(resource, instance.launchParameters, false),
    instanceDebugCommands: [],
    integrationsStatus: [],
    managedResourceType: resource?.kind ?? '',
    organizationId: instance.orgId,
    organizationName: facts.orgName,
    productTierId: place.planId,
    productTierName: place.planName,
    productTierType: compiled.tenancyType,
    resourceId: instance.resourceId,
    resourceName: resource?.name ?? instance.resourceKey,
    resourceVersionSummaries: summaries,
    serviceEnvName: place.environmentName,
    serviceId: place.serviceId,
    serviceModelId: place.modelId,
    serviceModelName: place.planName,
    serviceModelType: modelTypeOf(compiled),
    serviceName: place.serviceName,
    statusDescription: statusDescription(instance),
    subscriptionId: instance.subscriptionId,
    subscriptionOwnerName: facts.ownerName,
    subscriptionStatus: subscription.status,
    tierVersion: version.version,
    tierVersionReleasedAt: version.releasedAt.toISOString(),
    tierVersionReleasedByUserId: version.releasedByUserId,
    tierVersionReleasedByUserName: version.releasedByUserName,
    tierVersionStatus: version.status,
  };
}

/** Why it is as it is, then what a person should know beside. */
export function statusDescription(instance: Pick<InstanceRow, 'statusMessage' | 'warnings' | 'findings'>): string {
  const findings = instance.findings.map(({ message, since }) => `cell: ${message} (found ${since})`);
  const warnings = [...findings, ...instance.warnings].map((warning) => `Warning: ${warning}.`);
  return [instance.statusMessage, ...warnings].filter((text) => text !== '').join(' ');
}

/** Endpoint name → `host:port,port` of all resources, for short displays. */
export function endpointAddresses(instance: Pick<InstanceRow, 'endpoints'>): Record<string, string> {
  return Object.fromEntries(
    Object.values(instance.endpoints)
      .flat()
      .map((endpoint) => [endpoint.name, endpoint.ports.length === 0 ? endpoint.host : `${endpoint.host}:${endpoint.ports.join(',')}`]),
  );
}

/** As customers see it. */
export function consumptionOnWire(facts: InstanceFacts, audience: Audience): WireInstance['consumptionResourceInstanceResult'] {
  const { instance, version, subscription } = facts;
  const resource = version.compiled.resources.find((one) => one.key === instance.resourceKey);
  const backup = resource?.backup;
  const incomplete = incompleteOf({ ...instance, toRestore: instance.restoredFrom !== null });
  return {
    id: instance.id,
    status: instance.status,
    active: instance.status === 'RUNNING' && !isLost(instance),
    cloud_provider: instance.cloudProvider,
    region: instance.region,
    network_type: instance.networkType,
    created_at: instance.createdAt.toISOString(),
    last_modified_at: instance.modifiedAt.toISOString(),
    createdByUserId: instance.createdBy,
    createdByUserName: facts.createdByName,
    resourceID: instance.resourceId,
    subscriptionId: instance.subscriptionId,
    subscriptionStatus: subscription.status,
    tierVersion: version.version,
    productTierVersionDetail: { name: version.place.planName, version: version.version },
    instanceLoadStatus: instance.status === 'STOPPED' ? 'STOPPED' : 'UNKNOWN',
    result_params: { ...maskedInputs(resource, instance.parameters, true), ...maskedOutputs(instance.outputs[instance.resourceKey] ?? {}) },
    launch_input_params: maskedInputs(resource, instance.launchParameters, true),
    detailedNetworkTopology: topologies(facts),
    supportedOperations:
      resource === undefined
        ? []
        : supportedOperations(
            {
              plan: version.compiled,
              resource,
              resourceId: version.resourceIds[resource.key] ?? '',
              customersChooseVersion: facts.customersChooseVersion,
            },
            audience,
          ),
    ...(resource === undefined ? {} : replicasOnWire(instance, resource)),
    customTags: instance.tags,
    resourceInstanceMetadata: { deletionProtection: instance.deletionProtection },
    snapshotBeforeDeletionEnabled: backup?.snapshotBeforeDeletion ?? false,
    ...(backup === undefined
      ? {}
      : {
          backupStatus: {
            backupPeriodInHours: backup.periodInHours,
            backupRetentionInDays: backup.retentionInDays,
            ...timesOnWire(facts.backups ?? {}),
          },
        }),
    ...(incomplete === undefined ? {} : { incomplete }),
    ...(instance.restoredFrom === null ? {} : { sourceSnapshotID: instance.restoredFrom }),
    ...(facts.requested === undefined ? {} : { requestedChange: facts.requested }),
    ...(facts.maintenance === undefined ? {} : { maintenanceTasks: { upgrade_paths: [maintenanceOnWire(facts.maintenance)] } }),
    ...(instance.findings.length === 0 ? {} : { findings: instance.findings.map((finding) => findingOnWire(finding, audience)) }),
    ...(instance.driftedFields === 0 || audience !== 'FLEET' ? {} : { driftedFields: instance.driftedFields }),
  };
}

/** As the reference's portal reads it. */
function maintenanceOnWire({ pathId, pathStatus, status, scheduledAt, targetVersion, reason }: PlannedUpgrade) {
  return {
    upgrade_path_id: pathId,
    upgrade_status: pathStatus,
    upgrade_instance_status: status === 'PENDING' && pathStatus !== 'IN_PROGRESS' ? pathStatus : status,
    upgrade_path_scheduled_at: scheduledAt?.toISOString() ?? '',
    target_version: targetVersion,
    ...(reason === '' ? {} : { status_description: reason }),
  };
}

/** What holds the product is not what the status would have one believe. */
function isLost({ findings }: Pick<InstanceRow, 'findings'>): boolean {
  return findings.some(isLoss);
}

/** Customers read what is wrong; the commands are those of the provider's people. */
function findingOnWire({ commands, ...finding }: InstanceFinding, audience: Audience) {
  return audience === 'FLEET' ? { ...finding, commands } : finding;
}

function timesOnWire({ earliestRestoreTime, lastBackupTime, nextBackupTime, noGoodBackupSince }: BackupTimes) {
  return {
    ...(nextBackupTime === undefined ? {} : { nextBackupTime: nextBackupTime.toISOString() }),
    ...(noGoodBackupSince === undefined ? {} : { noGoodBackupSince: noGoodBackupSince.toISOString() }),
    ...(earliestRestoreTime === undefined ? {} : { earliestRestoreTime: earliestRestoreTime.toISOString() }),
    ...(lastBackupTime === undefined ? {} : { lastBackupTime: lastBackupTime.toISOString() }),
  };
}

/** Replica counts as the wire has them: texts, each only where it is known. */
function replicasOnWire(instance: InstanceRow, resource: CompiledResource) {
  const { current, least, most } = replicasOf(instance, resource);
  if (current === undefined) return {};
  return { currentReplicas: String(current), minReplicas: String(least), ...(most === undefined ? {} : { maxReplicas: String(most) }) };
}

/** Given values and defaults; secret ones as the mask. `exported`: only what the plan shows to customers. */
function maskedInputs(resource: CompiledResource | undefined, clear: Record<string, Json>, exported: boolean): Record<string, Json> {
  const shown = (resource?.parameters ?? []).filter((parameter) => !exported || parameter.export);
  return Object.fromEntries(
    shown.flatMap((parameter): [string, Json][] => {
      if (isSecretParameter(parameter)) return [[parameter.key, MASK]];
      const value = clear[parameter.key];
      return value === undefined ? [] : [[parameter.key, value]];
    }),
  );
}

/** On the resource that was asked for: an operation that fails says itself at which step. */
function failureOf({ status, statusMessage }: InstanceRow): Pick<Topology, 'recentDeploymentFailure'> {
  return status === 'FAILED' ? { recentDeploymentFailure: { failureReason: statusMessage } } : {};
}

function topologies({ instance, version, cell, endpointDomain }: InstanceFacts): Record<string, Topology> {
  const nameOf = (resourceId: string) => clusterEndpoint({ resourceId, instanceId: instance.id, cellKey: cell.key, endpointDomain });
  return Object.fromEntries(
    version.compiled.resources.map((resource) => {
      const resourceId = version.resourceIds[resource.key] ?? '';
      // Absent until a workflow of the resource has succeeded: a name of what never ran leads nowhere.
      const published = instance.endpoints[resource.key];
      const endpoints = published ?? [];
      const primary = endpoints.find((endpoint) => endpoint.primary) ?? endpoints[0];
      const networkingType = primary?.networkingType ?? instance.networkType;
      const topology: Topology = {
        resourceKey: resource.key,
        resourceName: resource.name,
        clusterEndpoint: published === undefined ? '' : (primary?.host ?? nameOf(resourceId)),
        main: resource.key === instance.resourceKey,
        hasCompute: resource.instanceTypes.length > 0,
        networkingType,
        publiclyAccessible: endpoints.some((endpoint) => endpoint.networkingType === 'PUBLIC'),
        allowedIPRanges: [],
        clusterPorts: primary?.ports ?? [],
        additionalEndpoints: Object.fromEntries(endpoints.map((endpoint) => [endpoint.name, endpointOnWire(instance, endpoint)])),
        // Nodes are asked of the cell when somebody looks (`GET /api/instances/{id}/nodes`): none is stored, and this answer waits for no cell.
        nodes: [],
        resourceType: resource.kind,
        ...(resource.key === instance.resourceKey ? failureOf(instance) : {}),
      };
      const inside = endpoints.flatMap((endpoint) =>
        endpoint.inCluster === undefined ? [] : [[endpoint.name, endpoint.inCluster] as const],
      );
      if (inside.length > 0) topology.inClusterEndpoints = Object.fromEntries(inside);
      return [resourceId, topology];
    }),
  );
}

/** Nothing is called reachable that was not tried; what lost what stands behind it is not. */
function endpointOnWire(instance: InstanceRow, endpoint: Endpoint) {
  return {
    endpoint: endpoint.host,
    healthStatus: isLost(instance) ? 'UNHEALTHY' : endpoint.health,
    networkingType: endpoint.networkingType,
    openPorts: endpoint.ports,
    primary: endpoint.primary,
  };
}
