/** Handlers of services, the build pair, and search. Environments: environment/handlers.ts. */
import type { Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { noteEffect } from '../database/idempotency-key.js';
import { badRequest, DomainError, invalidState } from '../errors.js';
import { build, type BuildDeps, type BuildInput, type BuildOutcome, preparePlan } from './build.js';
import { selectOutOfSync } from './environment/promotion-store.js';
import { deleteFromCatalog } from './deletion/deletion.js';
import { noteOnWire, warningOnWire, warningsHere } from './findings.js';
import { lockOrganization } from '../identity/organization-store.js';
import { insertService } from './hierarchy.js';
import { tellCatalog } from './tell-plan.js';
import type { Inventory } from './inventory.js';
import { searchEnvironment } from './search/environment-search.js';
import { searchInventory } from './search/inventory-search.js';
import { serviceOnWire } from './wire/service-wire.js';
import { describeServiceRow, serviceNamed } from './rows/plan-store.js';
import { type EnvironmentRow, selectEnvironment, selectEnvironments, selectPlans, selectService, selectServices } from './store.js';
import { reachesProduct, type Viewer } from '../identity/viewer.js';

export interface CatalogDeps {
  db: Database;
  inventory: Inventory;
}

export type ServiceHandlers = Pick<
  Handlers,
  | 'listServices'
  | 'describeService'
  | 'createService'
  | 'updateService'
  | 'deleteService'
  | 'prepareServicePlanSpec'
  | 'buildServicePlanSpec'
  | 'searchInventory'
  | 'searchEnvironment'
>;

/** Binds services, build and search. */
export function serviceHandlers(deps: CatalogDeps & BuildDeps): ServiceHandlers {
  const { db } = deps;
  return {
    async listServices({ caller }) {
      const [services, environments, plans] = [
        (await selectServices(db, caller.orgId)).filter(({ id }) => reachesProduct(caller, id)),
        await selectEnvironments(db, caller.orgId),
        await selectPlans(db, caller.orgId),
      ];
      const outOfSync = await selectOutOfSync(db, takers(environments));
      return {
        ids: services.map((service) => service.id),
        services: services.map((service) => serviceOnWire(service, environments, plans, outOfSync)),
      };
    },
    async describeService({ params, caller }) {
      const service = await selectService(db, caller.orgId, params.id);
      const environments = await selectEnvironments(db, caller.orgId, service.id);
      const plans = await selectPlans(db, caller.orgId, { serviceId: service.id });
      return serviceOnWire(service, environments, plans, await selectOutOfSync(db, takers(environments)));
    },
    async createService({ body, caller }) {
      if (caller.products !== undefined)
        throw new DomainError(
          'forbidden',
          'role-not-allowed',
          'Your role is for single products. Ask a root or admin to make this one and to give you a role for it.',
        );
      return transaction(db, async (tx) => {
        await lockOrganization(tx, caller.orgId);
        await requireFreeName(tx, caller.orgId, body.name);
        const id = await insertService(tx, caller.orgId, {
          service: body.name.trim(),
          description: body.description,
          ...defined('logoUrl', body.serviceLogoURL),
        });
        await tellCatalog(tx, id, { orgId: caller.orgId, serviceId: id });
        await noteEffect(tx, { id });
        return id;
      });
    },
    async updateService({ params, body, caller }) {
      await transaction(db, async (tx) => {
        await lockOrganization(tx, caller.orgId);
        const { id } = await selectService(tx, caller.orgId, params.id);
        if (body.name !== undefined) await requireFreeName(tx, caller.orgId, body.name, id);
        if (body.dryRun === true) return;
        await describeServiceRow(tx, id, {
          name: body.name?.trim() ?? null,
          description: body.description ?? null,
          logoUrl: body.serviceLogoURL ?? null,
        });
        await tellCatalog(tx, id, { orgId: caller.orgId, serviceId: id });
      });
    },
    async deleteService({ params, query, caller }) {
      const { id, name } = await selectService(db, caller.orgId, params.id);
      const of = { orgId: caller.orgId, userId: caller.userId, deleteSnapshots: query.deleteSnapshots === true };
      await deleteFromCatalog(deps, { ...of, kind: 'service', id, name, serviceId: id });
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
    async searchInventory({ body, caller }) {
      return searchInventory(deps, { caller, query: body.query, instanceFilters: body.filters?.resourceInstance });
    },
    async searchEnvironment({ params, body, caller }) {
      const { id, serviceId } = await selectEnvironment(db, caller.orgId, params.serviceId, params.environmentId);
      return { serviceId, results: await searchEnvironment(deps, { caller, serviceId, environmentId: id, query: body.query }) };
    },
  };
}

/** Ids of those that take from another one. */
function takers(environments: readonly EnvironmentRow[]): string[] {
  return environments.filter(({ sourceEnvironmentId }) => sourceEnvironmentId !== null).map(({ id }) => id);
}

/** @throws DomainError if the name is blank, or that of another service */
async function requireFreeName(tx: Transaction, orgId: string, name: string, of?: string): Promise<void> {
  if (name.trim() === '')
    throw badRequest('missing-field', 'Invalid request: name is blank; give the product a name.', [
      { field: 'name', code: 'missing-field', message: 'must not be blank' },
    ]);
  const holder = await serviceNamed(tx, orgId, name);
  if (holder !== undefined && holder !== of)
    throw invalidState('service-exists', `There is a service "${cut(name.trim())}" already; choose another name.`);
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
    ...outcome.preview,
  };
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
