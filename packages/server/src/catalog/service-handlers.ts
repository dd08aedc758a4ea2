/** Handlers of services, environments, the build pair, and search. */
import type { Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { type Database, transaction } from '../database/database.js';
import { badRequest, invalidState } from '../errors.js';
import { build, type BuildDeps, type BuildInput, type BuildOutcome, preparePlan } from './build.js';
import { deleteFromCatalog } from './delete.js';
import { noteOnWire, warningOnWire, warningsHere } from './findings.js';
import { lockOrganization } from '../identity/organization-store.js';
import { insertEnvironment } from './hierarchy.js';
import type { Inventory } from './inventory.js';
import { promotionStatus } from './promotion.js';
import { searchInventory } from './search.js';
import { environmentOnWire, serviceOnWire } from './wire/service-wire.js';
import { selectEnvironment, selectEnvironments, selectPlans, selectService, selectServices } from './store.js';
import { reachesProduct, type Viewer } from '../identity/viewer.js';

export interface CatalogDeps {
  db: Database;
  inventory: Inventory;
}

export type ServiceHandlers = Pick<
  Handlers,
  | 'listServices'
  | 'describeService'
  | 'deleteService'
  | 'prepareServicePlanSpec'
  | 'buildServicePlanSpec'
  | 'listServiceEnvironments'
  | 'createServiceEnvironment'
  | 'describeServiceEnvironment'
  | 'describePromotion'
  | 'deleteServiceEnvironment'
  | 'searchInventory'
>;

/** Binds services, environments, build and search. */
export function serviceHandlers(deps: CatalogDeps & BuildDeps): ServiceHandlers {
  const { db } = deps;
  return {
    async listServices({ caller }) {
      const [services, environments, plans] = [
        (await selectServices(db, caller.orgId)).filter(({ id }) => reachesProduct(caller, id)),
        await selectEnvironments(db, caller.orgId),
        await selectPlans(db, caller.orgId),
      ];
      return {
        ids: services.map((service) => service.id),
        services: services.map((service) => serviceOnWire(service, environments, plans)),
      };
    },
    async describeService({ params, caller }) {
      const service = await selectService(db, caller.orgId, params.id);
      const environments = await selectEnvironments(db, caller.orgId, service.id);
      return serviceOnWire(service, environments, await selectPlans(db, caller.orgId, { serviceId: service.id }));
    },
    async deleteService({ params, caller }) {
      const { id } = await selectService(db, caller.orgId, params.id);
      await deleteFromCatalog(deps, { orgId: caller.orgId, table: 'services', id, what: 'service', plans: { serviceId: id } });
    },
    async prepareServicePlanSpec({ body, caller }) {
      const prepared = await preparePlan(deps, buildInput(body, caller));
      return {
        serviceID: prepared.serviceId,
        serviceEnvironmentID: prepared.environmentId,
        productTierID: prepared.planId,
        isNewProductTierCreated: prepared.isNew,
        artifactUploadingTasks: [],
      };
    },
    async buildServicePlanSpec({ body, caller }) {
      const outcome = await build(deps, buildInput(body, caller));
      return buildOnWire({ ...outcome, warnings: await warningsHere(outcome.warnings, deps.inventory) });
    },
    async listServiceEnvironments({ params, caller }) {
      const { id } = await selectService(db, caller.orgId, params.serviceId);
      return { ids: (await selectEnvironments(db, caller.orgId, id)).map((environment) => environment.id) };
    },
    async createServiceEnvironment({ params, body, caller }) {
      const service = await selectService(db, caller.orgId, params.serviceId);
      return transaction(db, async (tx) => {
        await lockOrganization(tx, caller.orgId);
        const present = await selectEnvironments(tx, caller.orgId, service.id);
        if (present.some((environment) => environment.name.toLowerCase() === body.name.trim().toLowerCase()))
          throw invalidState(
            'environment-exists',
            `Service "${cut(service.name)}" already has an environment "${cut(body.name.trim())}"; choose another name.`,
          );
        if (body.sourceEnvironmentId !== undefined && !present.some((environment) => environment.id === body.sourceEnvironmentId))
          throw badRequest(
            'unknown-source-environment',
            `Invalid request: sourceEnvironmentId "${cut(body.sourceEnvironmentId)}" is no environment of this service.`,
          );
        return insertEnvironment(tx, {
          serviceId: service.id,
          name: body.name.trim(),
          type: body.type ?? 'DEV',
          description: body.description,
          ...defined('visibility', body.visibility),
          ...defined('sourceEnvironmentId', body.sourceEnvironmentId),
          ...defined('autoApproveSubscription', body.autoApproveSubscription),
          ...defined('serviceAuthPublicKey', body.serviceAuthPublicKey),
        });
      });
    },
    async describeServiceEnvironment({ params, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.id);
      return { ...environmentOnWire(environment), promotionStatus: await promotionStatus(db, caller.orgId, environment) };
    },
    async describePromotion({ params, caller }) {
      return promotionStatus(db, caller.orgId, await selectEnvironment(db, caller.orgId, params.serviceId, params.id));
    },
    async deleteServiceEnvironment({ params, caller }) {
      const { id } = await selectEnvironment(db, caller.orgId, params.serviceId, params.id);
      await deleteFromCatalog(deps, { orgId: caller.orgId, table: 'environments', id, what: 'environment', plans: { environmentId: id } });
    },
    async searchInventory({ body, caller }) {
      return searchInventory(deps, { caller, query: body.query, instanceFilters: body.filters?.resourceInstance });
    },
  };
}

type BuildBody = Parameters<Handlers['buildServicePlanSpec']>[0]['body'];

function buildInput(body: BuildBody, caller: Viewer & { userId: string }): BuildInput {
  return {
    orgId: caller.orgId,
    userId: caller.userId,
    ...(caller.products === undefined ? {} : { products: caller.products }),
    service: body.name,
    fileContent: body.fileContent,
    ...defined('description', body.description),
    ...defined('logoUrl', body.serviceLogoURL),
    ...defined('environment', body.environment),
    ...defined('environmentType', body.environmentType),
    ...defined('dryRun', body.dryrun),
    ...defined('release', body.release),
    ...defined('releaseAsPreferred', body.releaseAsPreferred),
    ...defined('releaseName', body.releaseVersionName),
    ...defined('force', body.forceCreateNewServicePlanVersion),
    ...defined('allowUnserved', body.allowUnserved),
  };
}

function buildOnWire(outcome: BuildOutcome): Awaited<ReturnType<Handlers['buildServicePlanSpec']>> {
  return {
    serviceID: outcome.serviceId ?? '',
    serviceEnvironmentID: outcome.environmentId ?? '',
    productTierID: outcome.planId ?? '',
    isNewServicePlanVersionCreated: outcome.version !== undefined,
    undefinedResources: {},
    warnings: outcome.warnings.map(warningOnWire),
    notes: outcome.notes.map(noteOnWire),
  };
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
