/** Upgrades of many instances (docs/reference/api.md#objects), and a look before them. */
import { type Static, Type } from 'typebox';
import { provider } from '../../access.js';
import {
  customTag,
  flag,
  freeObject,
  optional,
  optionalFlag,
  optionalText,
  optionalWhole,
  required,
  text,
  texts,
  whole,
  within,
} from '../../field.js';
import { operation } from '../../operation.js';

/** A number of instances, or a percentage of them: 5, "10%". */
const Share = Type.Union([whole, text]);
const Condition = Type.Object({ kind: required, condition: required });

/** Ours: how a path goes through its instances. */
const strategyMembers = {
  waves: optional(Type.Array(Share)),
  soakSeconds: optionalWhole,
  gates: optional(Type.Object({ health: optionalFlag, conditions: optional(Type.Array(Condition)) })),
  haltAtFailures: optionalWhole,
  haltAtFailurePercent: optionalWhole,
  order: optionalText,
  automaticRollback: optionalFlag,
  ignoreMaintenanceWindows: optionalFlag,
};

const PathRequest = Type.Object({
  sourceVersion: required,
  targetVersion: required,
  /** INSTANCE_IDS; ours: SUBSCRIPTION_IDS, ORGANIZATION_IDS, REGIONS, CELL_IDS. Several are all fulfilled; none: all instances of the source version. */
  upgradeFilters: Type.Record(Type.String(), Type.Array(text, { maxItems: 10_000 })),
  configurationOverrides: optional(freeObject),
  maxConcurrentUpgrades: optionalWhole,
  notifyCustomer: optionalFlag,
  scheduledDate: optionalText,
  /** Ours. `canary`: a wave before the others. `after`: another path, which must be complete before. */
  strategy: optional(Type.Object({ canary: optional(Share), after: optionalText, ...strategyMembers })),
});
export type PathRequest = Static<typeof PathRequest>;

const Counts = {
  totalCount: whole,
  pendingCount: whole,
  scheduledCount: optionalWhole,
  inProgressCount: whole,
  completedCount: whole,
  failedCount: whole,
  /** Those that were cancelled are among them. */
  skippedCount: whole,
};

const Wave = Type.Object({ wave: whole, ...Counts });

const UpgradePath = Type.Object({
  upgradePathId: text,
  serviceId: text,
  productTierId: text,
  sourceVersion: text,
  sourceVersionName: text,
  targetVersion: text,
  targetVersionName: text,
  type: text,
  status: text,
  statusMessage: optionalText,
  releasedAt: text,
  createdAt: text,
  createdBy: optionalText,
  updatedAt: text,
  lastModifiedBy: optionalText,
  lastRequestedAction: optionalText,
  completedAt: optionalText,
  maxConcurrentUpgrades: optionalWhole,
  notifyCustomer: optionalFlag,
  plannedExecutionDate: optionalText,
  /** Of a hundred failed instances at most. */
  failedInstanceReasons: optional(Type.Record(Type.String(), Type.Object({ reason: text }))),
  ...Counts,
  /** Ours: what counts of the strategy, its waves, and the present one from 1. */
  strategy: optional(Type.Object(strategyMembers)),
  waves: optional(Type.Array(Wave)),
  currentWave: optionalWhole,
  /** Ours: until when the present wave is watched. */
  soakUntil: optionalText,
  /** Ours: it has paused itself. */
  halted: optionalFlag,
  /** Ours: the path that must be complete before. */
  after: optionalText,
});

const InstanceUpgrade = Type.Object({
  instanceId: text,
  status: text,
  lifecycleStatus: text,
  healthStatus: optionalText,
  cloudProviderName: text,
  cloudProviderRegion: text,
  orgName: text,
  resourceName: text,
  managedResourceType: optionalText,
  customTags: optional(Type.Array(customTag)),
  createdAt: text,
  updatedAt: text,
  scheduledAt: optionalText,
  upgradeStartTime: optionalText,
  upgradeEndTime: optionalText,
  /** Of the upgrade; empty before it. */
  workflowID: text,
  /** Ours: why it failed, was left out or waits. */
  statusDescription: optionalText,
  /** Ours: from 1. */
  wave: optionalWhole,
  /** Ours: the version that it was upgraded to. */
  targetVersion: optionalText,
  /** Ours: how far it has been brought back. */
  rollbackStatus: optionalText,
});

const Problem = Type.Object({ code: text, field: optionalText, message: text });

/** What a path would touch. */
const BlastRadius = Type.Object({
  totalCount: whole,
  waves: Type.Array(whole),
  /** Instances by customer (with names), deployment cell, region. */
  byCustomer: Type.Array(Type.Object({ organizationId: text, organizationName: text, instances: whole })),
  byCell: Type.Array(Type.Object({ cellId: text, cell: text, instances: whole })),
  environmentType: text,
  /** Instances that could not be upgraded as they are now. */
  blocked: Type.Array(Type.Object({ instanceId: text, problems: Type.Array(Problem) })),
  blockedCount: whole,
  /** So many were checked, evenly spread over all. */
  checkedCount: whole,
  /** Instances on which something goes on, or that do not run. */
  notNow: Type.Array(Type.Object({ instanceId: text, why: text })),
  /** What would change, of so many instances that were looked at; `complete`: these are all. */
  changes: Type.Object({
    lookedAt: whole,
    complete: flag,
    /** Objects that would be made, changed or deleted, and those of which nobody can tell. */
    created: whole,
    changed: whole,
    deleted: whole,
    unknown: whole,
    refused: whole,
    restarts: whole,
    instancesThatRestart: whole,
    /** What could not be looked at, and why. */
    notes: texts,
  }),
  /** Instances that wait for a maintenance window, and when the last of these opens next. */
  windows: Type.Object({ instances: whole, closedNow: whole, latestOpening: optionalText }),
  /** Absent: nobody knows, as no upgrade or modify of the plan has been seen. */
  estimatedSeconds: optionalWhole,
  strategy: Type.Object(strategyMembers),
  maxConcurrentUpgrades: whole,
});

const FP = '/fleet/service/{serviceId}/productTier/{productTierId}' as const;
const FU = `${FP}/upgrade-path/{upgradePathId}` as const;
const paging = { nextPageToken: optionalText, pageSize: optionalWhole };

export const upgradeOperations = {
  createUpgradePath: operation({
    id: 'inventory-api#CreateUpgradePath',
    api: 'fleet',
    route: `POST ${FP}/upgrade-path`,
    summary: 'Upgrade many instances of a plan version to another, in waves',
    access: provider('fleet:operate', '{serviceId}'),
    body: PathRequest,
    response: UpgradePath,
  }),
  previewUpgradePath: operation({
    id: 'cellplane#PreviewUpgradePath',
    api: 'ours',
    route: 'POST /api/services/{serviceId}/plans/{productTierId}/upgrade-path-preview',
    summary: 'What an upgrade path would touch: who, what changes and restarts, which instances cannot be upgraded, how long it takes',
    access: provider('fleet:operate', '{serviceId}'),
    body: PathRequest,
    response: BlastRadius,
  }),
  describeUpgradePath: operation({
    id: 'inventory-api#DescribeUpgradePath',
    api: 'fleet',
    route: `GET ${FU}`,
    summary: 'One upgrade path, and how far it is',
    access: provider('fleet:read', '{serviceId}'),
    response: UpgradePath,
  }),
  listUpgradePaths: operation({
    id: 'inventory-api#ListUpgradePaths',
    api: 'fleet',
    route: `GET ${FP}/upgrade-paths`,
    summary: 'Upgrade paths of a plan, newest first',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({
      sourceProductTierVersion: optionalText,
      targetProductTierVersion: optionalText,
      status: optionalText,
      type: optionalText,
      ...paging,
    }),
    response: Type.Object({ upgradePaths: Type.Array(UpgradePath), nextPageToken: optionalText }),
  }),
  listFleetUpgradePaths: operation({
    id: 'cellplane#ListFleetUpgradePaths',
    api: 'ours',
    route: 'GET /api/fleet/upgrade-paths',
    summary: 'Upgrade paths of all plans, newest first',
    access: provider('fleet:read', 'lists'),
    query: Type.Object({ ...within, productTierId: optionalText, status: optionalText, upgradePathId: optionalText, ...paging }),
    response: Type.Object({
      upgradePaths: Type.Array(
        Type.Object({ ...UpgradePath.properties, serviceName: text, productTierName: text, environmentId: text, environmentName: text }),
      ),
      nextPageToken: optionalText,
    }),
  }),
  listEligibleInstances: operation({
    id: 'inventory-api#ListEligibleInstancesPerUpgrade',
    api: 'fleet',
    route: `GET ${FU}/eligible-instances`,
    summary: 'Instances of an upgrade path, in its order',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object(paging),
    response: Type.Object({
      upgradePathId: text,
      serviceId: text,
      productTierId: text,
      instances: Type.Array(InstanceUpgrade),
      nextPageToken: optionalText,
    }),
  }),
  manageUpgradePath: operation({
    id: 'inventory-api#ManageUpgradePath',
    api: 'fleet',
    route: `POST ${FU}/manage-lifecycle`,
    summary: 'Pause, resume or cancel an upgrade path, leave instances out, or tell its customers',
    access: provider('fleet:operate', '{serviceId}'),
    /** pause, resume, cancel, notify-customer, or skip-instances with `resource-ids` in the payload. */
    body: Type.Object({ action: required, actionPayload: optional(freeObject) }),
    response: UpgradePath,
  }),
  cancelUpgradePath: operation({
    id: 'inventory-api#CancelUpgradePath',
    api: 'fleet',
    route: `POST ${FU}/cancel`,
    summary: 'Cancel an upgrade path; what has begun goes on',
    access: provider('fleet:operate', '{serviceId}'),
    response: UpgradePath,
  }),
  changeUpgradePathTargetVersion: operation({
    id: 'inventory-api#ChangeUpgradePathTargetVersion',
    api: 'fleet',
    route: `POST ${FU}/target-version`,
    summary: 'Give another version to the instances of an upgrade path that have not begun',
    access: provider('fleet:operate', '{serviceId}'),
    body: Type.Object({ targetVersion: required }),
    response: UpgradePath,
  }),
};
