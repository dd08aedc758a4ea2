/** What a provider reads of a whole environment. */
import { Type } from 'typebox';
import { provider } from '../../access.js';
import { optionalText, required, text, whole } from '../../field.js';
import { operation } from '../../operation.js';

const counts = {
  totalInstances: whole,
  healthyInstances: whole,
  unhealthyInstances: whole,
  unknownInstances: whole,
  /** Healthy, Unhealthy, Degraded, Unknown. */
  status: text,
  message: text,
};
const deploying = { ...counts, deployingInstances: whole };

const CellHealth = Type.Object({ hostClusterID: text, ...deploying });
const RegionHealth = Type.Object({
  cloudProvider: text,
  region: text,
  ...deploying,
  deploymentCellHealthSummary: Type.Record(Type.String(), CellHealth),
});
const CloudHealth = Type.Object({ cloudProvider: text, ...deploying, regionalHealthSummary: Type.Record(Type.String(), RegionHealth) });

export const serviceReadOperations = {
  describeServiceHealth: operation({
    id: 'operations-api#ServiceHealth',
    api: 'fleet',
    route: 'GET /fleet/operations/service-health',
    summary: 'How the instances of an environment are, by cloud, region and cell',
    access: provider('fleet:read', 'lists'),
    query: Type.Object({ serviceID: required, serviceEnvironmentID: required }),
    response: Type.Object({
      serviceID: text,
      serviceEnvironmentID: text,
      ...counts,
      cloudProviderHealthSummary: Type.Record(Type.String(), CloudHealth),
    }),
  }),
  describeProductHealth: operation({
    id: 'service-api#ServiceHealth',
    api: 'v1',
    route: 'GET /service/{id}/health',
    summary: 'How the instances of a product are, by environment, hosting model and cell',
    access: provider('fleet:read', '{id}'),
    response: Type.Object({
      id: text,
      health: text,
      report: Type.Record(
        Type.String(),
        Type.Object({
          models: Type.Record(Type.String(), Type.Object({ vunits: Type.Record(Type.String(), text) })),
          /** Ours. */
          environmentName: optionalText,
        }),
      ),
    }),
  }),
  describeInventorySummary: operation({
    id: 'inventory-api#DescribeInventorySummary',
    api: 'fleet',
    route: 'GET /fleet/service/{serviceId}/environment/{environmentId}/service-inventory-summary',
    summary: 'How many instances, resources, customers and users an environment has',
    access: provider('fleet:read', '{serviceId}'),
    response: Type.Object({
      serviceId: text,
      environmentId: text,
      EnvironmentCount: whole,
      ResourceCount: whole,
      InstancesCount: whole,
      OrganizationCount: whole,
      UserCount: whole,
      ImagesCount: whole,
      InfraConfigCount: whole,
    }),
  }),
};
