/** The service offering: the read model that the create path's seven url keys come from (docs/reference/api.md#the-create-path). */
import { Type } from 'typebox';
import { anything, flag, freeObject, optional, optionalFlag, optionalText, optionalTexts, optionalWhole, text, texts } from '../field.js';
import { customer, provider } from '../access.js';
import { operation } from '../operation.js';

const ResourceEntity = Type.Object({
  resourceId: text,
  name: text,
  urlKey: text,
  /** The same: the reference's portal reads it where it restores to a time. */
  key: text,
  isBackupEnabled: flag,
  isDeprecated: flag,
  isAutoscalingEnabled: optionalFlag,
  resourceType: optionalText,
});

const Feature = Type.Object({ feature: text, scope: optionalText, configuration: freeObject });
const ModelFeature = Type.Object({ feature: text, configuration: freeObject });

const Offering = Type.Object({
  AutoApproveSubscription: flag,
  productTierDocumentation: text,
  productTierDescription: optionalText,
  productTierPlanDescription: optionalText,
  productTierID: text,
  productTierName: text,
  productTierPricing: anything,
  productTierSupport: text,
  productTierType: text,
  productTierURLKey: text,
  productTierVersion: text,
  resourceParameters: Type.Array(ResourceEntity),
  serviceAPIID: text,
  serviceAPIVersion: text,
  serviceEnvironmentID: text,
  serviceEnvironmentName: text,
  serviceEnvironmentType: text,
  serviceEnvironmentURLKey: text,
  serviceEnvironmentVisibility: text,
  serviceLogoURL: text,
  serviceModelID: text,
  serviceModelName: text,
  serviceModelStatus: text,
  serviceModelType: text,
  serviceModelURLKey: text,
  cloudProviders: optionalTexts,
  awsRegions: optionalTexts,
  gcpRegions: optionalTexts,
  azureRegions: optionalTexts,
  ociRegions: optionalTexts,
  nebiusRegions: optionalTexts,
  privateRegions: optionalTexts,
  maxNumberOfInstances: optionalWhole,
  allowCreatesWhenPaymentNotConfigured: optionalFlag,
  productTierFeatures: Type.Array(Feature),
  serviceModelFeatures: Type.Array(ModelFeature),
  supportsPublicNetwork: optionalFlag,
});

export const ServiceOffering = Type.Object({
  createdAt: text,
  isDeprecated: flag,
  offerings: Type.Array(Offering),
  serviceDescription: text,
  serviceId: text,
  serviceName: text,
  serviceOrgId: text,
  serviceProviderId: text,
  serviceProviderName: text,
  serviceURLKey: text,
});

const Scope = Type.Object({ cloudProviders: optionalTexts });
const Limits = Type.Object({
  min: optional(Type.Number()),
  max: optional(Type.Number()),
  minLength: optionalWhole,
  maxLength: optionalWhole,
});

export const InputParameterEntity = Type.Object({
  key: text,
  displayName: text,
  description: text,
  type: text,
  custom: flag,
  isList: flag,
  modifiable: flag,
  required: flag,
  defaultValue: optionalText,
  dependentResourceID: optionalText,
  options: optionalTexts,
  regex: optionalText,
  /** Ours: of a number its bounds, of a text the bounds of its length in characters. */
  limits: optional(Limits),
  scope: optional(Scope),
  tabIndex: optionalWhole,
});

const OutputParameterEntity = Type.Object({ key: text, displayName: text, description: text, type: text, custom: flag, isList: flag });

const ResourceApis = Type.Object({
  apis: Type.Array(
    Type.Object({
      verb: text,
      inputParameters: Type.Array(InputParameterEntity),
      outputParameters: Type.Array(OutputParameterEntity),
    }),
  ),
});

export const offeringOperations = {
  listServiceOfferings: operation({
    id: 'service-offering-api#ListServiceOffering',
    api: 'v1',
    route: 'GET /service-offering',
    summary: 'What the provider offers the caller: public plans that have a preferred version, and those that the caller has',
    access: customer('catalog:read'),
    query: Type.Object({ orgId: optionalText, visibility: optionalText, environmentType: optionalText }),
    response: Type.Object({ serviceIds: texts, services: Type.Array(ServiceOffering) }),
  }),
  describeServiceOffering: operation({
    id: 'service-offering-api#DescribeServiceOffering',
    api: 'v1',
    route: 'GET /service-offering/{serviceId}',
    summary: 'What a service offers: preferred version of each plan, with url keys',
    access: customer('catalog:read'),
    query: Type.Object({ visibility: optionalText, environmentType: optionalText }),
    response: ServiceOffering,
  }),
  describeFleetServiceOffering: operation({
    id: 'inventory-api#DescribeServiceOffering',
    api: 'fleet',
    route: 'GET /fleet/service-offering/{serviceId}',
    summary: 'The offering of one plan and version; without a plan, of all',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object({ visibility: optionalText, productTierId: optionalText, productTierVersion: optionalText }),
    response: Type.Object({ ConsumptionDescribeServiceOfferingResult: ServiceOffering }),
  }),
  describeFleetServiceOfferingResource: operation({
    id: 'inventory-api#DescribeServiceOfferingResource',
    api: 'fleet',
    route: 'GET /fleet/service-offering/{serviceId}/resource/{resourceId}/instance/{instanceId}',
    summary: 'Parameters of a resource by verb; the instance is the literal "none" for a new one',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object({ productTierId: optionalText, productTierVersion: optionalText }),
    response: Type.Object({ ConsumptionDescribeServiceOfferingResourceResult: ResourceApis }),
  }),
  customerDescribeOfferingResource: operation({
    id: 'service-offering-api#DescribeServiceOfferingResource',
    api: 'v1',
    route: 'GET /service-offering/{serviceId}/resource/{resourceId}/instance/{instanceId}',
    summary: 'Parameters of a resource by verb, of a plan that the caller has or is offered; "none" for a new instance',
    access: customer('catalog:read'),
    query: Type.Object({ productTierId: optionalText, productTierVersion: optionalText }),
    response: ResourceApis,
  }),
};
