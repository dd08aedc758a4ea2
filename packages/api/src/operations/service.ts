/** Services, and the build pair (docs/reference/api.md#the-build-pair). */
import { Type } from 'typebox';
import {
  allowUnserved,
  flag,
  optional,
  optionalFlag,
  optionalText,
  optionalTexts,
  required,
  text,
  textMap,
  texts,
  whole,
} from '../field.js';
import { SPEC_BODY_LIMIT } from '../limits.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';
import { PlanDifference } from './catalog/plan-difference.js';

const fileContent = Type.String({ description: 'The spec, base64', maxLength: SPEC_BODY_LIMIT });

const ServicePlanSummary = Type.Object({
  productTierID: text,
  name: text,
  description: text,
  modelType: text,
  tierType: text,
});

const ServiceEnvironmentSummary = Type.Object({
  id: text,
  name: text,
  visibility: text,
  type: text,
  servicePlans: Type.Array(ServicePlanSummary),
  sourceEnvironmentID: optionalText,
  sourceEnvironmentName: optionalText,
  /** Of one with a source: IN_SYNC with it or OUT_OF_SYNC. */
  promoteStatus: optionalText,
});

const Service = Type.Object({
  id: text,
  key: text,
  name: text,
  description: text,
  createdAt: text,
  serviceProviderID: text,
  serviceProviderName: text,
  serviceLogoURL: optionalText,
  roleType: optionalText,
  serviceEnvironments: Type.Array(ServiceEnvironmentSummary),
});

/** A warning about a spec, at its place. */
export const SpecFinding = Type.Object({ code: text, path: text, line: whole, column: whole, message: text, cure: text });

/** A key of a spec that is kept and changes nothing, with all its places. */
export const SpecNote = Type.Object({
  code: text,
  /** As in the documentation of the plan spec: `services[].image`. */
  key: text,
  /** The outermost such key around it. */
  within: text,
  message: text,
  places: Type.Array(Type.Object({ path: text, line: whole, column: whole })),
});

const BuildResult = Type.Object({
  serviceID: text,
  serviceEnvironmentID: text,
  productTierID: text,
  isNewServicePlanVersionCreated: flag,
  undefinedResources: textMap,
  /** Ours: warnings of the spec, in the words of `cellplane check`. */
  warnings: optional(Type.Array(SpecFinding)),
  /** Ours: keys that are stored and change nothing, each once. */
  notes: optional(Type.Array(SpecNote)),
  /** Ours, of a dry run: the newest version of the plan, which `differences` are from; absent: the plan would be new. */
  newestVersion: optionalText,
  /** Ours, of a dry run: what a version of this spec would have that the newest one has not, or has differently. */
  differences: optional(Type.Array(PlanDifference)),
  /** Ours, of a dry run: secrets that the plan reads and the environment type has not. */
  missingSecrets: optionalTexts,
});

export const serviceOperations = {
  listServices: operation({
    id: 'service-api#ListService',
    api: 'v1',
    route: 'GET /service',
    summary: 'All services of the organization',
    access: provider('catalog:read', 'lists'),
    response: Type.Object({ ids: texts, services: Type.Array(Service) }),
  }),
  describeService: operation({
    id: 'service-api#DescribeService',
    api: 'v1',
    route: 'GET /service/{id}',
    summary: 'One service with its environments and plans',
    access: provider('catalog:read', '{id}'),
    response: Service,
  }),
  createService: operation({
    id: 'service-api#CreateService',
    api: 'v1',
    route: 'POST /service',
    summary: 'Make a service without plans; the answer is its id as a JSON string',
    access: provider('catalog:write', 'lists'),
    body: Type.Object({ name: required, description: text, serviceLogoURL: optionalText }),
    response: text,
  }),
  updateService: operation({
    id: 'service-api#UpdateService',
    api: 'v1',
    route: 'PATCH /service/{id}',
    summary: 'Change name, description or logo of a service; what is not given stays',
    access: provider('catalog:write', '{id}'),
    body: Type.Object({ name: optionalText, description: optionalText, serviceLogoURL: optionalText, dryRun: optionalFlag }),
  }),
  deleteService: operation({
    id: 'service-api#DeleteService',
    api: 'v1',
    route: 'DELETE /service/{id}',
    summary: 'Delete a service that has no instances',
    access: provider('catalog:write', '{id}'),
    query: Type.Object({ deleteSnapshots: optionalFlag }),
  }),
  prepareServicePlanSpec: operation({
    id: 'service-api#PrepareServiceFromServicePlanSpec',
    api: 'v1',
    route: 'PUT /service/serviceplanspec/prepare',
    bodyLimit: SPEC_BODY_LIMIT,
    summary: 'Find or make the service, environment and plan that a spec names',
    access: provider('catalog:write', 'lists'),
    body: Type.Object({
      name: required,
      environment: required,
      environmentType: required,
      fileContent,
      customerOnboardingId: optionalText,
    }),
    response: Type.Object({
      serviceID: text,
      serviceEnvironmentID: text,
      productTierID: text,
      isNewProductTierCreated: flag,
      artifactUploadingTasks: Type.Array(Type.Object({ artifactPath: optionalText })),
    }),
  }),
  buildServicePlanSpec: operation({
    id: 'service-api#BuildServiceFromServicePlanSpec',
    api: 'v1',
    route: 'PUT /service/serviceplanspec',
    bodyLimit: SPEC_BODY_LIMIT,
    summary: 'Check and compile a plan spec, and store it as a plan version if it changed',
    access: provider('catalog:write', 'lists'),
    body: Type.Object({
      name: required,
      fileContent,
      description: optionalText,
      environment: optionalText,
      environmentType: optionalText,
      dryrun: optionalFlag,
      release: optionalFlag,
      releaseAsPreferred: optionalFlag,
      releaseVersionName: optionalText,
      forceCreateNewServicePlanVersion: optionalFlag,
      allowUnserved,
      serviceLogoURL: optionalText,
    }),
    response: BuildResult,
  }),
};
