/** Further reads of plans and versions, and the end of a version. */
import { Type } from 'typebox';
import { provider } from '../../access.js';
import { flag, optionalText, text, texts } from '../../field.js';
import { operation } from '../../operation.js';
import { ServiceOffering } from '../offering.js';
import { ServicePlan, VersionSet } from '../plan.js';

const Ids = Type.Object({ ids: texts });
const OF_PLAN = '/service/{serviceId}/productTier/{productTierId}/version-set' as const;
const read = provider('catalog:read', '{serviceId}');

export const planReadOperations = {
  deprecateVersionSet: operation({
    id: 'tier-version-set-api#DeprecateTierVersionSet',
    api: 'v1',
    route: `PATCH ${OF_PLAN}/{version}/deprecate`,
    summary: 'Deprecate a version that is not the preferred one: no new instance is made of it',
    access: provider('catalog:write', '{serviceId}'),
    response: VersionSet,
  }),
  getVersionSetSpec: operation({
    id: 'tier-version-set-api#GetTierVersionSetSpec',
    api: 'v1',
    route: `GET ${OF_PLAN}/spec`,
    summary: 'The spec that a version was built from, the preferred one if none is named',
    access: read,
    query: Type.Object({ version: optionalText }),
    response: Type.Object({ serviceId: text, productTierId: text, version: text, specContent: text, createdAt: text, updatedAt: text }),
  }),
  listVersionSetSpecs: operation({
    id: 'tier-version-set-api#ListTierVersionSetSpecs',
    api: 'v1',
    route: `GET ${OF_PLAN}/specs`,
    summary: 'Versions of a plan whose spec is kept: all',
    access: read,
    response: Type.Object({
      specs: Type.Array(
        Type.Object({
          serviceId: text,
          productTierId: text,
          version: text,
          status: text,
          hasSpecFile: flag,
          createdAt: text,
          updatedAt: text,
        }),
      ),
    }),
  }),
  getServicePlan: operation({
    id: 'service-plan-api#GetServicePlan',
    api: 'v1',
    route: 'GET /service/{serviceId}/product-tier/{productTierId}/service-plan',
    summary: 'One plan with model and latest version',
    access: read,
    response: ServicePlan,
  }),
  listProductTiers: operation({
    id: 'product-tier-api#ListProductTier',
    api: 'v1',
    route: 'GET /service/{serviceId}/model/{serviceModelId}/product-tier',
    summary: 'Ids of the plans of a hosting model: one',
    access: read,
    response: Ids,
  }),
  listServiceModels: operation({
    id: 'service-model-api#ListServiceModel',
    api: 'v1',
    route: 'GET /service/{serviceId}/serviceapi/{serviceApiId}/model',
    summary: 'Ids of the hosting models of a service API: one',
    access: read,
    response: Ids,
  }),
  listServiceApis: operation({
    id: 'service-api-api#ListServiceAPI',
    api: 'v1',
    route: 'GET /service/{serviceId}/serviceenvironment/{serviceEnvironmentId}/service-api',
    summary: 'Ids of the service APIs of an environment: one of each plan',
    access: read,
    response: Ids,
  }),
  describeServiceApi: operation({
    id: 'service-api-api#DescribeServiceAPI',
    api: 'v1',
    route: 'GET /service/{serviceId}/service-api/{id}',
    summary: 'One service API',
    access: read,
    response: Type.Object({
      id: text,
      serviceId: text,
      serviceName: text,
      serviceEnvironmentId: text,
      deploymentConfigId: text,
      apiVersion: text,
      description: text,
    }),
  }),
  listFleetServiceOfferings: operation({
    id: 'inventory-api#ListServiceOfferings',
    api: 'fleet',
    route: 'GET /fleet/service-offering',
    summary: 'What the provider offers: all plans that have a preferred version',
    access: provider('catalog:read', 'lists'),
    query: Type.Object({ visibility: optionalText }),
    response: Type.Object({
      ConsumptionListServiceOfferingsResult: Type.Object({ serviceIds: texts, services: Type.Array(ServiceOffering) }),
    }),
  }),
};
