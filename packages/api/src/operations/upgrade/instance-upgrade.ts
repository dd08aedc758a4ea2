/** One instance comes to another version of its plan (docs/upgrades.md). */
import { Type } from 'typebox';
import { customer, provider } from '../../access.js';
import { anything, freeObject, optional, optionalFlag, optionalText, optionalWhole, required, text } from '../../field.js';
import { operation } from '../../operation.js';
import { Instance } from '../instance-answer.js';

/** Ours: what the version does not have any more may go with its data. */
const removeDropped = optionalFlag;
/** Ours: values of the version's parameters. */
const requestParams = optional(anything);

/** One upgrade of an instance, or its place in an upgrade path that has not come to it yet. */
const PastUpgrade = Type.Object({
  /** Empty: somebody has upgraded this instance alone. */
  upgradePathId: text,
  instanceId: text,
  productTierId: text,
  sourceVersion: text,
  targetVersion: text,
  type: text,
  status: text,
  statusMessage: optionalText,
  createdAt: text,
  updatedAt: text,
  scheduledAt: optionalText,
  upgradeStartTime: optionalText,
  upgradeEndTime: optionalText,
  /** Empty before it begins. */
  workflowID: text,
});

export const instanceUpgradeOperations = {
  listInstanceUpgradeHistory: operation({
    id: 'inventory-api#ListInstanceUpgradeHistory',
    api: 'fleet',
    route: 'GET /fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/upgrade-history',
    summary: 'Upgrades of an instance, newest first: those of upgrade paths, and those that it had alone; of deleted ones too',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({ nextPageToken: optionalText, pageSize: optionalWhole }),
    response: Type.Object({
      instanceId: text,
      serviceId: text,
      environmentId: text,
      upgrades: Type.Array(PastUpgrade),
      nextPageToken: optionalText,
    }),
  }),
  upgradeInstance: operation({
    id: 'inventory-api#OneOffPatchResourceInstance',
    api: 'fleet',
    route: 'PATCH /fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/patch',
    summary: 'Upgrade an instance to another version of its plan, or take it back to an older one',
    access: provider('fleet:operate', '{serviceId}'),
    body: Type.Object({
      /** Clients leave it empty: the instance says which resource it is of. */
      resourceId: optionalText,
      targetTierVersion: required,
      /** By resource key; `requestParams` is ours, `helmChartValues` is refused: the charts of a cell are shared. */
      resourceOverrideConfiguration: optional(
        Type.Union([Type.Record(Type.String(), Type.Object({ requestParams, helmChartValues: optional(freeObject) })), Type.Null()]),
      ),
      requestParams,
      removeDropped,
    }),
    response: Instance,
  }),
  customerUpgradeInstance: operation({
    id: 'resource-instance-api#UpgradeResourceInstanceVersion',
    api: 'v1',
    route: 'POST /resource-instance/{id}/version-upgrade',
    summary: 'Upgrade an instance of the caller to a newer version of its plan, where the plan lets customers choose',
    access: customer('instance:write'),
    body: Type.Object({
      targetVersion: required,
      /** The seven segments of the offering, as clients send them: the instance says what it is of. */
      serviceProviderId: optionalText,
      serviceKey: optionalText,
      serviceAPIVersion: optionalText,
      serviceEnvironmentKey: optionalText,
      serviceModelKey: optionalText,
      productTierKey: optionalText,
      resourceKey: optionalText,
      requestParams,
      removeDropped,
    }),
    successStatus: 202,
  }),
};
