/** Services and environments in the wire's shape. */
import type { Handlers } from '@cellplane/api';
import { modelTypeOf } from '../catalog.js';
import type { EnvironmentRow, PlanRow, ServiceRow } from '../store.js';

type Service = Awaited<ReturnType<Handlers['describeService']>>;
type Environment = Awaited<ReturnType<Handlers['describeServiceEnvironment']>>;

/** Every environment uses the one deployment configuration there is. */
export const DEPLOYMENT_CONFIG_ID = 'dc-default';

/** A service with its environments and their plans. */
export function serviceOnWire(
  service: ServiceRow,
  environments: EnvironmentRow[],
  plans: PlanRow[],
  outOfSync: ReadonlySet<string>,
): Service {
  return {
    id: service.id,
    key: service.urlKey,
    name: service.name,
    description: service.description,
    createdAt: service.createdAt.toISOString(),
    serviceProviderID: service.serviceProviderId,
    serviceProviderName: service.orgName,
    serviceLogoURL: service.logoUrl,
    serviceEnvironments: environments
      .filter((environment) => environment.serviceId === service.id)
      .map((environment) => ({
        id: environment.id,
        name: environment.name,
        type: environment.type,
        visibility: environment.visibility,
        ...sourceOf(environment, outOfSync),
        servicePlans: plans.filter((plan) => plan.environmentId === environment.id).map(planSummary),
      })),
  };
}

/** One environment. */
export function environmentOnWire(environment: EnvironmentRow): Environment {
  const wire: Environment = {
    id: environment.id,
    key: environment.urlKey,
    name: environment.name,
    description: environment.description,
    serviceId: environment.serviceId,
    type: environment.type,
    visibility: environment.visibility,
    deploymentConfigId: DEPLOYMENT_CONFIG_ID,
    autoApproveSubscription: environment.autoApproveSubscription,
    promotionStatus: [],
  };
  if (environment.sourceEnvironmentId !== null) wire.sourceEnvironmentId = environment.sourceEnvironmentId;
  if (environment.serviceAuthPublicKey !== '') wire.serviceAuthPublicKey = environment.serviceAuthPublicKey;
  return wire;
}

/** `outOfSync`: environments where something else is preferred than in their sources. */
function sourceOf(environment: EnvironmentRow, outOfSync: ReadonlySet<string>) {
  if (environment.sourceEnvironmentId === null) return {};
  return {
    sourceEnvironmentID: environment.sourceEnvironmentId,
    sourceEnvironmentName: environment.sourceEnvironmentName ?? '',
    promoteStatus: outOfSync.has(environment.id) ? 'OUT_OF_SYNC' : 'IN_SYNC',
  };
}

function planSummary(plan: PlanRow) {
  return {
    productTierID: plan.id,
    name: plan.name,
    description: plan.built?.description ?? '',
    modelType: plan.built === null ? '' : modelTypeOf(plan.built),
    tierType: plan.built?.tenancyType ?? '',
  };
}
