/** One instance comes to another version of its plan (docs/upgrades.md). */
import { Type } from 'typebox';
import { customer, provider } from '../../access.js';
import { anything, freeObject, optional, optionalFlag, optionalText, required } from '../../field.js';
import { operation } from '../../operation.js';
import { Instance } from '../instance-answer.js';

/** Ours: what the version does not have any more may go with its data. */
const removeDropped = optionalFlag;
/** Ours: values of the version's parameters. */
const requestParams = optional(anything);

export const instanceUpgradeOperations = {
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
