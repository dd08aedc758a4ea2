/** The service offering: joins service, environment, plan, version and resources, with the url keys of the create path. */
import type { Handlers } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { notFound } from '../errors.js';
import { modelTypeOf, resourceIdsOf, SERVICE_API_VERSION } from './catalog.js';
import type { CellRegion } from './inventory.js';
import { canBePublic, notOfferedOn } from './offered-clouds.js';
import { modelKey, modelName } from './wire/plan-wire.js';
import {
  type EnvironmentRow,
  type PlanRow,
  selectEnvironments,
  selectPlans,
  selectResourceUrlKeys,
  selectService,
  selectServices,
  type ServiceRow,
} from './store.js';
import { describePlanVersion, preferredVersion, versionNumber, type VersionRow } from './version.js';

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

async function offeringsOf(db: Database, services: ServiceRow[], query: OfferingQuery): Promise<ServiceOffering[]> {
  const only = services.length === 1 ? services[0]?.id : undefined;
  const environments = await selectEnvironments(db, query.orgId, only);
  const plans = await selectPlans(db, query.orgId, {
    ...(only === undefined ? {} : { serviceId: only }),
    ...(query.planId === undefined ? {} : { planId: query.planId }),
  });
  const found: ServiceOffering[] = [];
  for (const service of services) {
    const offerings: Offering[] = [];
    for (const plan of plans.filter(({ serviceId }) => serviceId === service.id)) {
      const environment = environments.find((one) => one.id === plan.environmentId);
      if (environment === undefined || !isWanted(environment, query) || !isOffered(plan, environment, query)) continue;
      const version = await versionOf(db, plan, query);
      if (version !== undefined)
        offerings.push(await offeringOf(db, { plan, environment, version, logoUrl: service.logoUrl, regions: query.regions }));
    }
    found.push(offeringOnWire(service, offerings));
  }
  return found;
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

function isOffered(plan: PlanRow, environment: EnvironmentRow, { subscribed }: OfferingQuery): boolean {
  return subscribed === undefined || environment.visibility === 'PUBLIC' || subscribed.has(plan.id);
}

function isWanted(environment: EnvironmentRow, query: OfferingQuery): boolean {
  const matches = (asked: string | undefined, value: string) => asked === undefined || asked.toUpperCase() === value;
  return matches(query.visibility, environment.visibility) && matches(query.environmentType, environment.type);
}

async function versionOf(db: Database, plan: PlanRow, query: OfferingQuery): Promise<VersionRow | undefined> {
  if (query.planId !== undefined && query.version !== undefined) return describePlanVersion(db, plan.id, query.version);
  return preferredVersion(db, plan.id);
}

interface OfferingParts {
  plan: PlanRow;
  environment: EnvironmentRow;
  version: VersionRow;
  logoUrl: string;
  regions: CellRegion[];
}

async function offeringOf(db: Database, { plan, environment, version, logoUrl, regions }: OfferingParts): Promise<Offering> {
  const { compiled } = version;
  const [resourceIds, urlKeys] = [await resourceIdsOf(db, plan.id), await selectResourceUrlKeys(db, plan.id)];
  const settings = compiled.settings;
  const text = (key: string) => (typeof settings[key] === 'string' ? settings[key] : '');
  return {
    AutoApproveSubscription: environment.autoApproveSubscription,
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
        const resourceId = resourceIds[resource.key] ?? '';
        return {
          resourceId,
          name: resource.name,
          urlKey: urlKeys[resourceId] ?? '',
          key: urlKeys[resourceId] ?? '',
          isBackupEnabled: resource.backup !== undefined,
          isDeprecated: false,
          isAutoscalingEnabled: false,
          resourceType: resource.kind,
        };
      }),
    serviceAPIID: plan.serviceApiId,
    serviceAPIVersion: SERVICE_API_VERSION,
    serviceEnvironmentID: environment.id,
    serviceEnvironmentName: environment.name,
    serviceEnvironmentType: environment.type,
    serviceEnvironmentURLKey: environment.urlKey,
    serviceEnvironmentVisibility: environment.visibility,
    serviceLogoURL: logoUrl,
    serviceModelID: plan.modelId,
    serviceModelName: modelName(plan),
    serviceModelStatus: 'READY',
    serviceModelType: modelTypeOf(compiled),
    serviceModelURLKey: modelKey(plan),
    // Nothing is billed, so that nothing waits for a payment method.
    allowCreatesWhenPaymentNotConfigured: true,
    productTierFeatures: [],
    serviceModelFeatures: [],
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
