/** Plans, hosting models and plan versions in the wire's shape. */
import type { Handlers } from '@cellplane/api';
import type { CompiledPlan } from '@cellplane/plan';
import { accountsOfPlan } from '../accounts.js';
import { modelTypeOf, type PlanPlace, SERVICE_API_VERSION } from '../catalog.js';
import { type Feature, featuresOf, forCustomers, modelFeaturesOnWire, tierFeaturesOnWire } from '../feature/feature.js';
import { DEPLOYMENT_CONFIG_ID } from './service-wire.js';
import type { EnvironmentRow, PlanRow } from '../store.js';
import { versionNumber, type VersionRow } from '../version.js';

type ServicePlan = Awaited<ReturnType<Handlers['listServicePlans']>>['servicePlans'][number];
type ProductTier = Awaited<ReturnType<Handlers['describeProductTier']>>;
type ServiceModel = Awaited<ReturnType<Handlers['describeServiceModel']>>;
type VersionSet = Awaited<ReturnType<Handlers['describeVersionSet']>>;

/** A row of `GET …/service-plan`. */
export function servicePlanOnWire(plan: PlanRow, environment: EnvironmentRow): ServicePlan {
  const text = textsOf(plan);
  const features = featuresOf(plan.built, plan.features);
  return {
    productTierId: plan.id,
    productTierKey: plan.urlKey,
    productTierName: plan.name,
    productTierDescription: text.description,
    productTierDocumentation: text.documentation,
    productTierPlanDescription: text.description,
    productTierPricing: text.pricing,
    productTierSupport: text.support,
    tierType: plan.built?.tenancyType ?? '',
    isProductTierDisabled: false,
    serviceEnvironmentId: environment.id,
    deploymentConfigId: DEPLOYMENT_CONFIG_ID,
    serviceModelId: plan.modelId,
    serviceModelName: modelName(plan),
    serviceModelDescription: '',
    modelType: plan.built === null ? '' : modelTypeOf(plan.built),
    serviceApiId: plan.serviceApiId,
    serviceApiDescription: '',
    apiVersion: SERVICE_API_VERSION,
    latestMajorVersion: plan.newestNumber === null ? '' : versionNumber(plan.newestNumber),
    versionSetStatus: plan.newestStatus ?? 'Pending',
    AutoApproveSubscription: environment.autoApproveSubscription,
    accountConfigIds: plan.built === null ? [] : accountsOfPlan(plan.built).map(({ id }) => id),
    hasPendingChanges: plan.builtDigest !== plan.newestDigest,
    productTierFeatures: tierFeaturesOnWire(features).features,
    serviceModelFeatures: modelFeaturesOnWire(features),
  };
}

/** One plan. `apiGroups` maps every resource to the plan's service API. */
export function productTierOnWire(plan: PlanRow, resourceIds: Record<string, string>, autoApprove: boolean): ProductTier {
  const text = textsOf(plan);
  const keys = plan.built?.resources.map((resource) => resource.key) ?? [];
  return {
    id: plan.id,
    key: plan.urlKey,
    name: plan.name,
    description: text.description,
    documentation: text.documentation,
    planDescription: text.description,
    pricing: text.pricing,
    support: text.support,
    serviceId: plan.serviceId,
    serviceModelId: plan.modelId,
    tierType: plan.built?.tenancyType ?? '',
    enableDeletionProtection: plan.built?.enableDeletionProtection ?? false,
    isDisabled: false,
    apiGroups: Object.fromEntries(keys.flatMap((key) => (resourceIds[key] === undefined ? [] : [[resourceIds[key], plan.serviceApiId]]))),
    autoApproveSubscription: autoApprove,
    allowCreatesWhenPaymentNotConfigured: plan.built?.validPaymentMethodRequired !== true,
    ...tierFeaturesOnWire(featuresOf(plan.built, plan.features)),
    ...((plan.built?.maxNumberOfInstancesAllowed ?? -1) < 0 ? {} : { maxNumberOfInstances: plan.built?.maxNumberOfInstancesAllowed }),
  };
}

/** The hosting model of a plan. */
export function serviceModelOnWire(plan: PlanRow): ServiceModel {
  return {
    id: plan.modelId,
    key: modelKey(plan),
    name: modelName(plan),
    description: '',
    modelType: plan.built === null ? '' : modelTypeOf(plan.built),
    serviceApiId: plan.serviceApiId,
    serviceId: plan.serviceId,
    accountConfigIds: plan.built === null ? [] : accountsOfPlan(plan.built).map(({ id }) => id),
    features: modelFeaturesOnWire(featuresOf(plan.built, plan.features)),
    productTiers: [plan.id],
  };
}

/** One version. Resources are left out where a client asked for that. */
export function versionSetOnWire(
  place: Pick<PlanPlace, 'serviceId' | 'planId' | 'modelId' | 'autoApproveSubscription'>,
  row: VersionRow,
  extras: {
    features: Feature[];
    resourceIds?: Record<string, string>;
    urlKeys?: Record<string, string>;
    instanceCount?: number;
    latestUpgradePathId?: string;
  },
): VersionSet {
  const version = versionNumber(row.number);
  const wire: VersionSet = {
    version,
    name: row.name,
    description: row.compiled.description,
    status: row.status,
    type: 'Major',
    baseVersion: version,
    productTierId: place.planId,
    serviceId: place.serviceId,
    serviceModelId: place.modelId,
    createdAt: row.releasedAt.toISOString(),
    updatedAt: row.modifiedAt.toISOString(),
    releasedAt: row.releasedAt.toISOString(),
    createdBy: row.releasedByUserId,
    releasedBy: row.releasedByUserId,
    ...tierFeaturesOnWire(featuresOf(row.compiled, extras.features)),
    autoApproveSubscription: place.autoApproveSubscription,
  };
  if (row.releaseNotes !== '') wire.releaseNotes = row.releaseNotes;
  if (row.number > 1) wire.parentVersion = versionNumber(row.number - 1);
  if (extras.instanceCount !== undefined) wire.instanceCount = extras.instanceCount;
  if (extras.latestUpgradePathId !== undefined) wire.latestUpgradePathId = extras.latestUpgradePathId;
  if (extras.resourceIds !== undefined) wire.resources = resourceSummaries(row.compiled, extras.resourceIds, extras.urlKeys ?? {});
  return wire;
}

/** The same without who of the provider's people released it, and without what is not offered. */
export function versionSetForCustomers(
  place: Parameters<typeof versionSetOnWire>[0],
  row: VersionRow,
  extras: { features: Feature[]; resourceIds: Record<string, string>; urlKeys: Record<string, string> },
): VersionSet {
  const resources = row.compiled.resources.filter(({ internal }) => !internal);
  const {
    createdBy: _createdBy,
    releasedBy: _releasedBy,
    ...wire
  } = versionSetOnWire(place, { ...row, compiled: { ...row.compiled, resources } }, extras);
  return { ...wire, ...tierFeaturesOnWire(forCustomers(featuresOf(row.compiled, extras.features))) };
}

/** Key of a plan's model in the create path; `resolveOfferingPath` knows the same rule. */
export function modelKey(plan: Pick<PlanRow, 'urlKey'>): string {
  return `${plan.urlKey}-model`;
}

/** Name of a plan's model. */
export function modelName(plan: Pick<PlanRow, 'name'>): string {
  return `${plan.name} model`;
}

function resourceSummaries(compiled: CompiledPlan, resourceIds: Record<string, string>, urlKeys: Record<string, string>) {
  return compiled.resources.map((resource) => {
    const id = resourceIds[resource.key] ?? '';
    return {
      id,
      name: resource.name,
      description: resource.description,
      isExternal: !resource.internal,
      urlKey: urlKeys[id] ?? '',
      managedResourceType: resource.kind,
    };
  });
}

function textsOf(plan: PlanRow) {
  const settings = plan.built?.settings ?? {};
  const text = (key: string) => (typeof settings[key] === 'string' ? settings[key] : '');
  return {
    description: plan.built?.description ?? '',
    documentation: text('documentation'),
    support: text('support'),
    pricing: settings['pricing'] ?? {},
  };
}
