/** Resources of a plan and their parameters (docs/reference/statuses.md, docs/reference/api.md#objects). */
import { Type } from 'typebox';
import {
  flag,
  flagMap,
  freeObject,
  optional,
  optionalFlag,
  optionalText,
  optionalTexts,
  optionalWhole,
  text,
  textMap,
  texts,
  whole,
} from '../field.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';

const Endpoint = Type.Object({
  host: text,
  ports: Type.Array(whole),
  portExpressions: optionalTexts,
  primary: flag,
  networkingType: text,
  disableMonitoring: flag,
});

const OperatorConfiguration = Type.Object({
  /** Required by the reference; empty for a plan that uses workflows only. */
  template: text,
  supplementalFiles: optionalTexts,
  readinessConditions: optional(freeObject),
  outputParameters: optional(textMap),
  endpointConfiguration: optional(Type.Record(Type.String(), Endpoint)),
  helmChartDependencies: optional(
    Type.Array(
      Type.Object({
        chartName: text,
        chartVersion: text,
        chartRepoName: optionalText,
        chartRepoUrl: optionalText,
        chartValues: optional(freeObject),
      }),
    ),
  ),
  /** Ours: the workflows the plan defines, by verb, with their tasks. */
  workflows: optional(
    Type.Array(Type.Object({ verb: text, displayName: text, description: text, custom: flag, entrypoint: text, tasks: texts })),
  ),
});

const Resource = Type.Object({
  id: text,
  key: text,
  name: text,
  description: text,
  resourceType: text,
  serviceId: text,
  productTierId: text,
  internal: flag,
  isDeprecated: flag,
  disable: optionalText,
  backupConfiguration: optional(
    Type.Object({ backupRetentionInDays: whole, backupPeriodInHours: whole, snapshotBeforeDeletion: optionalFlag }),
  ),
  capabilities: optional(Type.Array(Type.Object({ capability: text, configuration: freeObject }))),
  customLabels: optional(textMap),
  dependencies: optional(Type.Array(Type.Object({ resourceId: text, resourceKey: optionalText, parameterMap: optional(textMap) }))),
  operatorCRDConfiguration: optional(OperatorConfiguration),
  features: optional(flagMap),
});

const InputParameter = Type.Object({
  id: text,
  key: text,
  name: text,
  description: text,
  type: text,
  resourceId: text,
  serviceId: text,
  isList: flag,
  modifiable: flag,
  required: flag,
  defaultValue: optionalText,
  dependentResourceId: optionalText,
  hasOptions: optionalFlag,
  options: optionalTexts,
  labeledOptions: optional(textMap),
  limits: optional(Type.Object({ min: optionalText, max: optionalText, minLength: optionalText, maxLength: optionalText })),
  regex: optionalText,
  scope: optional(Type.Object({ cloudProviders: optionalTexts })),
  tabIndex: optionalWhole,
});

const OutputParameter = Type.Object({
  id: text,
  key: text,
  name: text,
  description: text,
  resourceId: text,
  serviceId: text,
  value: optionalText,
  valueRef: optionalText,
  valueType: optionalText,
});

const version = { ProductTierId: optionalText, ProductTierVersion: optionalText };

export const resourceOperations = {
  listResources: operation({
    id: 'resource-api#ListResources',
    api: 'v1',
    route: 'GET /service/{serviceId}/producttier/{productTierId}/resource',
    summary: 'Resources of a plan',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object({ managed: optionalFlag, ProductTierVersion: optionalText }),
    response: Type.Object({ ids: texts, resources: Type.Array(Resource) }),
  }),
  describeResource: operation({
    id: 'resource-api#DescribeResource',
    api: 'v1',
    route: 'GET /service/{serviceId}/resource/{id}',
    summary: 'One resource, of a version if asked',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object(version),
    response: Resource,
  }),
  listInputParameters: operation({
    id: 'input-parameter-api#ListInputParameter',
    api: 'v1',
    route: 'GET /service/{serviceId}/resource/{resourceId}/input-parameter',
    summary: 'Parameters that a customer may set',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object(version),
    response: Type.Object({ ids: texts, inputParameters: Type.Array(InputParameter) }),
  }),
  listOutputParameters: operation({
    id: 'output-parameter-api#ListOutputParameter',
    api: 'v1',
    route: 'GET /service/{serviceId}/resource/{resourceId}/output-parameter',
    summary: 'Outputs that the resource publishes',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object(version),
    response: Type.Object({ ids: texts, outputParameters: Type.Array(OutputParameter) }),
  }),
};
