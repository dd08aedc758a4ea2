/** The service offering: joins service, environment, plan, version and resources, with the url keys of the create path. */
import type { Handlers } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { modelTypeOf, resourceIdsOf, SERVICE_API_VERSION } from './catalog.js';
import type { CellRegion } from './inventory.js';
import { canBePublic, notOfferedOn } from './offered-clouds.js';
import { modelKey, modelName } from './wire/plan-wire.js';
import { type EnvironmentRow, type PlanRow, selectEnvironments, selectPlans, selectResourceUrlKeys, selectService } from './store.js';
import { describePlanVersion, preferredVersion, versionNumber, type VersionRow } from './version.js';

export type ServiceOffering = Awaited<ReturnType<Handlers['describeServiceOffering']>>;
type Offering = ServiceOffering['offerings'][number];

export interface OfferingQuery {
  orgId: string;
  serviceId: string;
  planId?: string;
  /** With a plan only. @default the preferred one */
  version?: string;
  visibility?: string;
  environmentType?: string;
  regions: CellRegion[];
}

/**
 * Offerings of a service: one for each plan that has a version.
 * @throws DomainError not_found for the service; for the version if one was asked for by number
 */
export async function serviceOffering(db: Database, query: OfferingQuery): Promise<ServiceOffering> {
  const service = await selectService(db, query.orgId, query.serviceId);
  const environments = await selectEnvironments(db, query.orgId, service.id);
  const plans = await selectPlans(db, query.orgId, {
    serviceId: service.id,
    ...(query.planId === undefined ? {} : { planId: query.planId }),
  });
  const offerings: Offering[] = [];
  for (const plan of plans) {
    const environment = environments.find((one) => one.id === plan.environmentId);
    if (environment === undefined || !isWanted(environment, query)) continue;
    const version = await versionOf(db, plan, query);
    if (version !== undefined)
      offerings.push(await offeringOf(db, { plan, environment, version, logoUrl: service.logoUrl, regions: query.regions }));
  }
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
