/** Features of plans and of their hosting models, enabled and disabled beside those that the spec names (docs/features.md). */
import { Type } from 'typebox';
import { provider } from '../../access.js';
import { freeObject, optional, optionalText, required } from '../../field.js';
import { operation } from '../../operation.js';

export const featureOperations = {
  enableModelFeature: operation({
    id: 'service-model-api#EnableServiceModelFeature',
    api: 'v1',
    route: 'PUT /service/{serviceId}/model/{id}/feature',
    summary: 'Enable a feature of the hosting model of a plan, or configure it anew',
    access: provider('catalog:write', '{serviceId}'),
    body: Type.Object({ feature: required, configuration: optional(freeObject) }),
  }),
  disableModelFeature: operation({
    id: 'service-model-api#DisableServiceModelFeature',
    api: 'v1',
    route: 'DELETE /service/{serviceId}/model/{id}/feature',
    summary: 'Disable a feature of the hosting model of a plan',
    access: provider('catalog:write', '{serviceId}'),
    body: Type.Object({ feature: required }),
  }),
  enablePlanFeature: operation({
    id: 'product-tier-api#EnableProductTierFeature',
    api: 'v1',
    route: 'PUT /service/{serviceId}/product-tier/{id}/feature',
    summary: 'Enable a feature of a plan for its provider or its customers, or configure it anew',
    access: provider('catalog:write', '{serviceId}'),
    body: Type.Object({ feature: required, scope: optionalText, configuration: optional(freeObject) }),
  }),
  disablePlanFeature: operation({
    id: 'product-tier-api#DisableProductTierFeature',
    api: 'v1',
    route: 'DELETE /service/{serviceId}/product-tier/{id}/feature',
    summary: 'Disable a feature of a plan',
    access: provider('catalog:write', '{serviceId}'),
    body: Type.Object({ feature: required, scope: optionalText }),
  }),
};
