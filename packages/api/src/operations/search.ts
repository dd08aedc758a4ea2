/** Inventory search, the index of the reference's clients (docs/reference/api.md#search). */
import { Type } from 'typebox';
import { customTag, flag, optional, optionalFlag, optionalText, text } from '../field.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';

const environment = { serviceEnvironmentId: text, serviceEnvironmentName: text, serviceEnvironmentType: optionalText };

const InstanceSearchRecord = Type.Object({
  id: text,
  cloudProvider: text,
  description: text,
  productTierId: text,
  productTierName: optionalText,
  productTierVersion: optionalText,
  regionCode: text,
  resourceId: optionalText,
  resourceName: text,
  serviceId: text,
  serviceName: text,
  status: text,
  statusDescription: text,
  subscriptionId: optionalText,
  customTags: optional(Type.Array(customTag)),
  /** Ours: ISO time of the create. */
  createdAt: optionalText,
  managed: optionalFlag,
  managedResourceType: optionalText,
  ...environment,
});

const SubscriptionSearchRecord = Type.Object({
  id: text,
  orgID: text,
  productTierID: text,
  rootUserEmail: text,
  rootUserID: text,
  rootUserName: text,
  serviceEnvironmentID: text,
  serviceEnvironmentName: text,
  serviceEnvironmentType: optionalText,
  serviceID: text,
  serviceName: text,
  servicePlanName: text,
  status: text,
});

const ServiceRecord = Type.Object({ id: text, name: text, description: text });

const ServicePlanRecord = Type.Object({
  id: text,
  name: text,
  description: text,
  deploymentType: text,
  tenancyType: text,
  serviceId: text,
  serviceName: text,
  version: text,
  versionName: optionalText,
  versionSetStatus: text,
  releasedAt: optionalText,
  ...environment,
});

const ResourceRecord = Type.Object({
  id: text,
  name: text,
  description: text,
  productTierId: text,
  productTierName: text,
  serviceApiId: text,
  serviceId: text,
  serviceModelId: text,
  serviceName: text,
  resourceType: optionalText,
  ...environment,
});

const UpgradePathRecord = Type.Object({
  id: text,
  notifyCustomer: flag,
  productTierID: text,
  productTierName: text,
  serviceId: text,
  serviceName: text,
  status: text,
  ...environment,
});

const SnapshotSearchRecord = Type.Object({
  id: text,
  cloudProvider: text,
  createdAt: text,
  description: text,
  productTierId: text,
  productTierName: optionalText,
  productTierVersion: optionalText,
  regionCode: text,
  resourceId: optionalText,
  resourceName: optionalText,
  serviceId: text,
  serviceName: text,
  sourceInstanceId: text,
  status: text,
  subscriptionId: optionalText,
  ...environment,
});

const UserSearchRecord = Type.Object({ id: text, email: text, name: text, orgName: text, external: flag });

/** Whatever is found in one environment; which members there are goes by what it is. */
const EnvironmentSearchRecord = Type.Object({
  id: text,
  /** Ours: `resourceinstance`, `subscription`, `snapshot` or `user`. */
  kind: text,
  name: optionalText,
  description: optionalText,
  status: optionalText,
  statusDescription: optionalText,
  cloudProvider: optionalText,
  regionCode: optionalText,
  resourceId: optionalText,
  resourceName: optionalText,
  serviceId: optionalText,
  serviceName: optionalText,
  environmentId: optionalText,
  serviceEnvironmentName: optionalText,
  servicePlanName: optionalText,
  version: optionalText,
  orgId: optionalText,
  orgName: optionalText,
  userID: optionalText,
  userEmail: optionalText,
});

/** AND within a group, OR between groups. */
const InstancePredicates = Type.Object({
  instanceId: optionalText,
  serviceName: optionalText,
  environmentName: optionalText,
  productTierName: optionalText,
  productTierVersion: optionalText,
  resourceName: optionalText,
  cloudProvider: optionalText,
  regionCode: optionalText,
  status: optionalText,
  subscriptionId: optionalText,
});

const nullable = Type.Null();

const DeploymentCellRecord = Type.Object({ id: text, description: text, cloudProvider: text, regionCode: text });

export const searchOperations = {
  searchInventory: operation({
    id: 'inventory-api#SearchInventory',
    api: 'fleet',
    route: 'POST /fleet/search-inventory',
    summary: 'Find services, plans, resources, instances, snapshots, subscriptions, customers or cells: `kind:text`',
    access: provider('fleet:read', 'lists'),
    body: Type.Object({
      query: text,
      filters: optional(
        Type.Object({
          resourceInstance: optional(
            Type.Union([
              nullable,
              Type.Object({
                predicates: optional(Type.Union([nullable, Type.Array(InstancePredicates)])),
                tags: optional(Type.Union([nullable, Type.Array(customTag)])),
              }),
            ]),
          ),
        }),
      ),
    }),
    response: Type.Object({
      serviceResults: optional(Type.Array(ServiceRecord)),
      servicePlanResults: optional(Type.Array(ServicePlanRecord)),
      resourceResults: optional(Type.Array(ResourceRecord)),
      resourceInstanceResults: optional(Type.Array(InstanceSearchRecord)),
      subscriptionResults: optional(Type.Array(SubscriptionSearchRecord)),
      upgradePathResults: optional(Type.Array(UpgradePathRecord)),
      snapshotResults: optional(Type.Array(SnapshotSearchRecord)),
      deploymentCellResults: optional(Type.Array(DeploymentCellRecord)),
      userResults: optional(Type.Array(UserSearchRecord)),
    }),
  }),
  searchEnvironment: operation({
    id: 'inventory-api#SearchServiceInventory',
    api: 'fleet',
    route: 'POST /fleet/service/{serviceId}/environment/{environmentId}/search-inventory',
    summary: 'Find instances, subscriptions, snapshots and customers of one environment: a text, or `kind:text`',
    access: provider('fleet:read', '{serviceId}'),
    body: Type.Object({ query: text }),
    response: Type.Object({ serviceId: text, results: Type.Array(EnvironmentSearchRecord) }),
  }),
};
