/** Environments of services, and promotion between them (docs/reference/api.md#environments). */
import { Type } from 'typebox';
import { allowUnserved, flag, optional, optionalFlag, optionalText, required, text, texts, whole } from '../../field.js';
import { TEXT_LIMIT } from '../../limits.js';
import { provider } from '../../access.js';
import { operation } from '../../operation.js';
import { PlanDifference } from './plan-difference.js';

const PromotedPlan = Type.Object({
  productTierId: text,
  planName: text,
  /** The version that goes into the target. */
  version: text,
  versionName: text,
  status: text,
  /** new-plan, new-version, prefer (the target has this form already, as another version), nothing. */
  action: text,
  targetProductTierId: optionalText,
  /** What is preferred in the target now. */
  targetVersion: optionalText,
  /** What is preferred in the target afterwards. */
  becomes: text,
  /** Of the target's plan; none of them is changed by a promotion. */
  instances: whole,
  /** From what is preferred in the target now. */
  differences: Type.Array(PlanDifference),
  missingSecrets: texts,
  /** Enabled beside the spec, which a promotion doesn't carry. */
  featuresOnlyHere: texts,
  featuresOnlyThere: texts,
  /** `refuses`: the promotion is refused for it, unless it is sent with what the message says. */
  problems: Type.Array(Type.Object({ code: text, refuses: flag, message: text })),
});

const PromotionPreview = Type.Object({
  environmentId: text,
  environmentName: text,
  /** For `expected` of a promotion: it is refused if it would do anything else by then. */
  fingerprint: text,
  targets: Type.Array(
    Type.Object({
      environmentId: text,
      environmentName: text,
      environmentType: text,
      status: text,
      plans: Type.Array(PromotedPlan),
      /** Plans of the target that the source has not, or has no preferred version of. */
      otherPlans: texts,
    }),
  ),
});

const PromotionStatus = Type.Object({ status: text, targetEnvironmentID: text });

const ServiceEnvironment = Type.Object({
  id: text,
  key: text,
  name: text,
  description: text,
  serviceId: text,
  type: text,
  visibility: text,
  deploymentConfigId: text,
  autoApproveSubscription: flag,
  sourceEnvironmentId: optionalText,
  serviceAuthPublicKey: optionalText,
  promotionStatus: optional(Type.Array(PromotionStatus)),
});

export const environmentOperations = {
  listServiceEnvironments: operation({
    id: 'service-environment-api#ListServiceEnvironment',
    api: 'v1',
    route: 'GET /service/{serviceId}/environment',
    summary: 'Ids of the environments of a service',
    access: provider('catalog:read', '{serviceId}'),
    response: Type.Object({ ids: texts }),
  }),
  createServiceEnvironment: operation({
    id: 'service-environment-api#CreateServiceEnvironment',
    api: 'v1',
    route: 'POST /service/{serviceId}/environment',
    summary: 'Make an environment; the answer is its id as a JSON string',
    access: provider('catalog:write', '{serviceId}'),
    body: Type.Object({
      name: required,
      description: text,
      deploymentConfigId: text,
      type: optionalText,
      visibility: optionalText,
      sourceEnvironmentId: optionalText,
      autoApproveSubscription: optionalFlag,
      serviceAuthPublicKey: Type.Optional(Type.String({ maxLength: TEXT_LIMIT })),
    }),
    response: text,
  }),
  describeServiceEnvironment: operation({
    id: 'service-environment-api#DescribeServiceEnvironment',
    api: 'v1',
    route: 'GET /service/{serviceId}/environment/{id}',
    summary: 'One environment',
    access: provider('catalog:read', '{serviceId}'),
    response: ServiceEnvironment,
  }),
  describePromotion: operation({
    id: 'service-environment-api#PromoteServiceEnvironmentStatus',
    api: 'v1',
    route: 'GET /service/{serviceId}/environment/{id}/promote',
    summary: 'How far the environments that take from this one are behind it',
    access: provider('catalog:read', '{serviceId}'),
    response: Type.Array(PromotionStatus),
  }),
  updateServiceEnvironment: operation({
    id: 'service-environment-api#UpdateServiceEnvironment',
    api: 'v1',
    route: 'PATCH /service/{serviceId}/environment/{id}',
    summary: 'Change an environment; what is not given stays, and so does its key in paths',
    access: provider('catalog:write', '{serviceId}'),
    body: Type.Object({
      name: optionalText,
      description: optionalText,
      deploymentConfigId: optionalText,
      visibility: optionalText,
      sourceEnvironmentId: optionalText,
      autoApproveSubscription: optionalFlag,
      serviceAuthPublicKey: Type.Optional(Type.String({ maxLength: TEXT_LIMIT })),
    }),
  }),
  previewPromotion: operation({
    id: 'cellplane#PreviewPromotion',
    api: 'ours',
    route: 'GET /api/services/{serviceId}/environments/{id}/promotion',
    summary: 'What a promotion of this environment would do, what it differs in and what speaks against it; nothing is changed',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object({ productTierId: optionalText, productTierVersion: optionalText }),
    response: PromotionPreview,
  }),
  promoteServiceEnvironment: operation({
    id: 'service-environment-api#PromoteServiceEnvironment',
    api: 'v1',
    route: 'POST /service/{serviceId}/environment/{id}/promote',
    summary: 'Give the environments that take from this one a version of each plan here, or of one, as their preferred one',
    access: provider('catalog:write', '{serviceId}'),
    body: Type.Object({
      productTierId: optionalText,
      productTierVersion: optionalText,
      allowUnserved,
      allowMissingSecrets: optionalFlag,
      expected: optionalText,
    }),
    successStatus: 202,
  }),
  deleteServiceEnvironment: operation({
    id: 'service-environment-api#DeleteServiceEnvironment',
    api: 'v1',
    route: 'DELETE /service/{serviceId}/environment/{id}',
    summary: 'Delete an environment that has no instances',
    access: provider('catalog:write', '{serviceId}'),
    query: Type.Object({ deleteSnapshots: optionalFlag }),
  }),
};
