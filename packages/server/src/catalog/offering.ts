/** The service offering: joins service, environment, plan, version and resources, with the url keys of the create path. */
import type { Handlers } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { notFound } from '../errors.js';
import { modelTypeOf, SERVICE_API_VERSION } from './catalog.js';
import { featuresOf, forCustomers, modelFeaturesOnWire, tierFeaturesOnWire } from './feature/feature.js';
import type { CellRegion } from './inventory.js';
import { canBePublic, notOfferedOn } from './offered-clouds.js';
import { modelKey, modelName } from './wire/plan-wire.js';
import { type OfferedPlanRow, selectOfferedPlans, selectResourcesOf } from './rows/offered-store.js';
import { selectService, selectServices, type ServiceRow } from './store.js';
import { versionNotFound, versionNumber, versionOfEach, type VersionRow } from './version.js';

export type ServiceOffering = Awaited<ReturnType<Handlers['describeServiceOffering']>>;
type Offering = ServiceOffering['offerings'][number];

export interface OfferingQuery {
  orgId: string;
  planId?: string;
  /** With a plan only. @default the preferred one */
  version?: string;
  visibility?: string;
  environmentType?: string;
  regions: CellRegion[];
  /** For customers: beside public plans, only these. @default all plans of the organization */
  subscribed?: ReadonlySet<string>;
}

/**
 * Offerings of a service: one for each plan that has a version.
 * @throws DomainError not_found for the service; for the version if one was asked for by number
 */
export async function serviceOffering(db: Database, query: OfferingQuery & { serviceId: string }): Promise<ServiceOffering> {
  const service = await selectService(db, query.orgId, query.serviceId);
  const [offering] = await offeringsOf(db, [service], query);
  // To a customer a service of which nothing is offered is none.
  if (offering === undefined || (query.subscribed !== undefined && offering.offerings.length === 0))
    throw notFound('service', query.serviceId);
  return offering;
}

/** The same of all services of the organization, in the order in which they were made; to customers only services that offer something. */
export async function serviceOfferings(db: Database, query: OfferingQuery): Promise<ServiceOffering[]> {
  const found = await offeringsOf(db, await selectServices(db, query.orgId), query);
  return query.subscribed === undefined ? found : found.filter(({ offerings }) => offerings.length > 0);
}

/** A fixed number of statements, however many services and plans there are. */
async function offeringsOf(db: Database, services: ServiceRow[], query: OfferingQuery): Promise<ServiceOffering[]> {
  const { subscribed, ...filter } = query;
  const plans = await selectOfferedPlans(db, query.orgId, {
    ...filter,
    serviceId: services.length === 1 ? services[0]?.id : undefined,
    ...(subscribed === undefined ? {} : { subscribed: [...subscribed] }),
  });
  const asked = query.planId === undefined ? undefined : query.version;
  const versions = await versionOfEach(
    db,
    plans.map(({ id }) => id),
    asked ?? 'preferred',
  );
  const [first] = plans;
  if (asked !== undefined && first !== undefined && !versions.has(first.id)) throw versionNotFound(first.id, asked);
  const resources = await selectResourcesOf(db, [...versions.keys()]);
  return services.map((service) => {
    const offerings = plans.flatMap((plan) => {
      const version = versions.get(plan.id);
      if (plan.serviceId !== service.id || version === undefined) return [];
      const own = resources.filter(({ planId }) => planId === plan.id);
      return [offeringOf({ plan, version, resources: own, logoUrl: service.logoUrl, regions: query.regions })];
    });
    return offeringOnWire(service, offerings);
  });
}

function offeringOnWire(service: ServiceRow, offerings: Offering[]): ServiceOffering {
  return {
    createdAt: service.createdAt.toISOString(),
    isDeprecated: false,
    offerings,
    serviceDescription: service.description,
    serviceId: service.id,
    serviceName: service.name,
    serviceOrgId: service.orgId,
    serviceProviderId: service.serviceProviderId,
    serviceProviderName: service.orgName,
    serviceURLKey: service.urlKey,
  };
}

interface OfferingParts {
  plan: OfferedPlanRow;
  version: VersionRow;
  resources: { id: string; key: string; urlKey: string }[];
  logoUrl: string;
  regions: CellRegion[];
}

function offeringOf({ plan, version, resources, logoUrl, regions }: OfferingParts): Offering {
  const { compiled } = version;
  const byKey = new Map(resources.map((resource) => [resource.key, resource]));
  const features = forCustomers(featuresOf(compiled, plan.features));
  const settings = compiled.settings;
  const text = (key: string) => (typeof settings[key] === 'string' ? settings[key] : '');
  return {
    AutoApproveSubscription: plan.autoApproveSubscription,
    productTierDocumentation: text('documentation'),
    productTierDescription: compiled.description,
    productTierPlanDescription: compiled.description,
    productTierID: plan.id,
    productTierName: plan.name,
    productTierPricing: settings['pricing'] ?? {},
    productTierSupport: text('support'),
    productTierType: compiled.tenancyType,
    productTierURLKey: plan.urlKey,
    productTierVersion: versionNumber(version.number),
    resourceParameters: compiled.resources
      .filter((resource) => !resource.internal && resource.disable !== true)
      .map((resource) => {
        const { id = '', urlKey = '' } = byKey.get(resource.key) ?? {};
        return {
          resourceId: id,
          name: resource.name,
          urlKey,
          key: urlKey,
          isBackupEnabled: resource.backup !== undefined,
          isDeprecated: false,
          isAutoscalingEnabled: false,
          resourceType: resource.kind,
        };
      }),
    serviceAPIID: plan.serviceApiId,
    serviceAPIVersion: SERVICE_API_VERSION,
    serviceEnvironmentID: plan.environmentId,
    serviceEnvironmentName: plan.environmentName,
    serviceEnvironmentType: plan.environmentType,
    serviceEnvironmentURLKey: plan.environmentUrlKey,
    serviceEnvironmentVisibility: plan.visibility,
    serviceLogoURL: logoUrl,
    serviceModelID: plan.modelId,
    serviceModelName: modelName(plan),
    serviceModelStatus: 'READY',
    serviceModelType: modelTypeOf(compiled),
    serviceModelURLKey: modelKey(plan),
    // Nothing is billed, so that nothing waits for a payment method.
    allowCreatesWhenPaymentNotConfigured: true,
    productTierFeatures: tierFeaturesOnWire(features).enabledFeatures,
    serviceModelFeatures: modelFeaturesOnWire(features),
    supportsPublicNetwork: compiled.resources.filter((resource) => !resource.internal).every(canBePublic),
    ...(compiled.maxNumberOfInstancesAllowed < 0 ? {} : { maxNumberOfInstances: compiled.maxNumberOfInstancesAllowed }),
    ...regionsOnWire(regions.filter((one) => notOfferedOn(compiled, plan.name, one.cloudProvider) === undefined)),
  };
}

function regionsOnWire(regions: CellRegion[]) {
  const of = (provider: string) => [...new Set(regions.filter((one) => one.cloudProvider === provider).map((one) => one.region))];
  const known = ['aws', 'gcp', 'azure', 'oci', 'nebius'];
  return {
    cloudProviders: [...new Set(regions.map((one) => one.cloudProvider))],
    awsRegions: of('aws'),
    gcpRegions: of('gcp'),
    azureRegions: of('azure'),
    ociRegions: of('oci'),
    nebiusRegions: of('nebius'),
    privateRegions: [...new Set(regions.filter((one) => !known.includes(one.cloudProvider)).map((one) => one.region))],
  };
}
