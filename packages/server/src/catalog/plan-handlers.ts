/** Handlers of plans, models, versions, resources, parameters and offerings. */
import type { Handlers } from '@cellplane/api';
import type { CompiledPlan, CompiledResource } from '@cellplane/plan';
import { type Database, transaction } from '../database/database.js';
import { notFound } from '../errors.js';
import { releaseBuilt } from './release.js';
import { planPlace, resourceIdsOf } from './catalog.js';
import { deleteFromCatalog } from './deletion/deletion.js';
import { serviceOffering, serviceOfferings } from './offering.js';
import { inputParameterOnWire, outputParametersOnWire, resourceApisOnWire } from './wire/parameter-wire.js';
import { changeSets } from './difference/change-sets.js';
import { planDifferences } from './difference/plan-difference.js';
import { productTierOnWire, serviceModelOnWire, servicePlanOnWire, versionSetForCustomers, versionSetOnWire } from './wire/plan-wire.js';
import { resourceOnWire } from './wire/resource-wire.js';
import { requireServed } from './served.js';
import type { CatalogDeps } from './service-handlers.js';
import { DEPLOYMENT_CONFIG_ID } from './wire/service-wire.js';
import { accountKeyOf, accountsOf } from './accounts.js';
import { selectPlanAccounts } from './rows/search-store.js';
import { selectEnvironment, selectPlan, selectPlans, selectResource, selectResourceUrlKeys } from './store.js';
import { describePlanVersion, listPlanVersions, nameVersion, preferVersion, versionNumber } from './version.js';
import { catalogOf, isCustomer, reachesProduct, requireProduct, type Viewer } from '../identity/viewer.js';
import { givenEnvironmentType } from '../request-text/environment-type.js';

export type PlanHandlers = Pick<
  Handlers,
  | 'listServicePlans'
  | 'describeProductTier'
  | 'deleteProductTier'
  | 'describeServiceModel'
  | 'listVersionSets'
  | 'customerListVersionSets'
  | 'describeVersionSet'
  | 'updateVersionSet'
  | 'promoteVersionSet'
  | 'releaseServiceApi'
  | 'describePendingChanges'
  | 'describeDeploymentConfig'
  | 'listResources'
  | 'describeResource'
  | 'listInputParameters'
  | 'listOutputParameters'
  | 'listServiceOfferings'
  | 'describeServiceOffering'
  | 'describeFleetServiceOffering'
  | 'describeFleetServiceOfferingResource'
  | 'listAccountConfigs'
  | 'listFleetAccountConfigs'
>;

/** Binds plans, versions, resources and offerings. */
export function planHandlers(deps: CatalogDeps): PlanHandlers {
  const { db, inventory } = deps;

  const versionSet = async (orgId: string, of: { serviceId: string; productTierId: string; version: string }) => {
    const plan = await selectPlan(db, orgId, { serviceId: of.serviceId, planId: of.productTierId });
    const row = await describePlanVersion(db, plan.id, of.version);
    const count = (await inventory.countInstances(db, [plan.id])).find((one) => one.version === versionNumber(row.number))?.count ?? 0;
    const latest = (await inventory.latestUpgradePaths(db, plan.id)).find((one) => one.version === versionNumber(row.number));
    const extras = {
      ...(latest === undefined ? {} : { latestUpgradePathId: latest.id }),
      features: plan.features,
      resourceIds: await resourceIdsOf(db, plan.id),
      urlKeys: await selectResourceUrlKeys(db, plan.id),
      instanceCount: count,
    };
    return versionSetOnWire(await planPlace(db, orgId, plan.id), row, extras);
  };

  const offeredTo = async (caller: Viewer) => {
    const orgId = catalogOf(caller);
    const regions = await inventory.regions(orgId);
    return { orgId, regions, ...(isCustomer(caller) ? { subscribed: new Set(await inventory.subscribedPlans(db, caller)) } : {}) };
  };

  const accounts = async (caller: Viewer, cloud: string) => {
    const accountConfigs = accountsOf(await selectPlanAccounts(db, caller, accountKeyOf(cloud)), cloud);
    return { ids: accountConfigs.map(({ id }) => id), accountConfigs };
  };
  return {
    async listServicePlans({ params, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.serviceEnvironmentId);
      const plans = await selectPlans(db, caller.orgId, { environmentId: environment.id });
      return { servicePlans: plans.map((plan) => servicePlanOnWire(plan, environment)) };
    },
    async describeProductTier({ params, query, caller }) {
      const plan = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.id });
      const { autoApproveSubscription } = await planPlace(db, caller.orgId, plan.id);
      const shown =
        query.version === undefined ? plan : { ...plan, built: (await describePlanVersion(db, plan.id, query.version)).compiled };
      return productTierOnWire(shown, await resourceIdsOf(db, plan.id), autoApproveSubscription);
    },
    async deleteProductTier({ params, query, caller }) {
      const { id, name, serviceId } = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.id });
      const of = { orgId: caller.orgId, userId: caller.userId, deleteSnapshots: query.deleteSnapshots === true };
      await deleteFromCatalog(deps, { ...of, kind: 'plan', id, name, serviceId });
    },
    async describeServiceModel({ params, caller }) {
      return serviceModelOnWire(await selectPlan(db, caller.orgId, { serviceId: params.serviceId, modelId: params.id }));
    },
    async listVersionSets({ params, query, caller }) {
      const plan = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const place = await planPlace(db, caller.orgId, plan.id);
      const resources =
        query.excludeResources === true
          ? {}
          : { resourceIds: await resourceIdsOf(db, plan.id), urlKeys: await selectResourceUrlKeys(db, plan.id) };
      const counts = query.excludeStats === true ? [] : await inventory.countInstances(db, [plan.id]);
      const paths = query.excludeStats === true ? [] : await inventory.latestUpgradePaths(db, plan.id);
      const newestAlone = query.latestMajorVersionOnly === true;
      const { rows, ...next } = await listPlanVersions(db, plan.id, newestAlone ? { pageSize: 1 } : query);
      const tierVersionSets = rows.map((row) => {
        const instanceCount = counts.find((one) => one.version === versionNumber(row.number))?.count ?? 0;
        const latest = paths.find((one) => one.version === versionNumber(row.number));
        return versionSetOnWire(place, row, {
          ...(latest === undefined ? {} : { latestUpgradePathId: latest.id }),
          features: plan.features,
          ...resources,
          ...(query.excludeStats === true ? {} : { instanceCount }),
        });
      });
      return { tierVersionSets, ...(newestAlone ? {} : next) };
    },
    async customerListVersionSets({ params, query, caller }) {
      const { orgId, subscribed } = await offeredTo(caller);
      const plan = await selectPlan(db, orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const place = await planPlace(db, orgId, plan.id);
      requireProduct(caller, place.serviceId);
      if (subscribed !== undefined && place.environmentVisibility !== 'PUBLIC' && !subscribed.has(plan.id))
        throw notFound('service plan', params.productTierId);
      const resources = {
        features: plan.features,
        resourceIds: await resourceIdsOf(db, plan.id),
        urlKeys: await selectResourceUrlKeys(db, plan.id),
      };
      const { rows, ...next } = await listPlanVersions(db, plan.id, query);
      return { tierVersionSets: rows.map((row) => versionSetForCustomers(place, row, resources)), ...next };
    },
    async describeVersionSet({ params, caller }) {
      return versionSet(caller.orgId, params);
    },
    async updateVersionSet({ params, body, caller }) {
      const plan = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      await transaction(db, (tx) => nameVersion(tx, plan.id, params.version, body.name));
      return versionSet(caller.orgId, params);
    },
    async promoteVersionSet({ params, query, caller }) {
      const plan = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      requireServed((await describePlanVersion(db, plan.id, params.version)).compiled, query.allowUnserved);
      await transaction(db, (tx) => preferVersion(tx, plan.id, params.version));
      return versionSet(caller.orgId, params);
    },
    async releaseServiceApi({ params, body, caller }) {
      const plan = await selectPlan(db, caller.orgId, {
        serviceId: params.serviceId,
        serviceApiId: params.id,
        ...(body.productTierId === undefined ? {} : { planId: body.productTierId }),
      });
      if (body.dryRun === true) {
        if (body.isPreferred === true && plan.built !== null) requireServed(plan.built, body.allowUnserved);
        return;
      }
      const name = body.versionSetName === undefined ? {} : { name: body.versionSetName };
      await transaction(db, (tx) =>
        releaseBuilt(tx, plan.id, {
          userId: caller.userId,
          preferred: body.isPreferred === true,
          allowUnserved: body.allowUnserved === true,
          ...name,
        }),
      );
    },
    async describePendingChanges({ params, query, caller }) {
      const plan = await selectPlan(db, caller.orgId, {
        serviceId: params.serviceId,
        serviceApiId: params.id,
        ...(query.productTierId === undefined ? {} : { planId: query.productTierId }),
      });
      const resourceIds = await resourceIdsOf(db, plan.id);
      const newest = (await listPlanVersions(db, plan.id, { pageSize: 1 })).rows[0]?.compiled;
      const sets = plan.built === null ? {} : changeSets(newest, plan.built, planDifferences(newest, plan.built), resourceIds);
      return { id: plan.serviceApiId, serviceId: plan.serviceId, resourceChangeSets: sets };
    },
    async describeDeploymentConfig({ params }) {
      if (params.id !== 'default' && params.id !== DEPLOYMENT_CONFIG_ID) throw notFound('deployment configuration', params.id);
      return {
        id: DEPLOYMENT_CONFIG_ID,
        name: 'default',
        description: 'Changes are rolled out one instance at a time',
        infraRollConfiguration: { infraRolloutStrategy: 'Sequential', maximumNumberOfResourceInstancesPerBatch: 1 },
        rolloutPriorityList: [],
      };
    },
    async listResources({ params, query, caller }) {
      const plan = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const resourceIds = await resourceIdsOf(db, plan.id);
      const compiled = await compiledOf(db, plan, query.ProductTierVersion);
      const resources = compiled.resources.map((resource) =>
        resourceOnWire(resource, { serviceId: plan.serviceId, planId: plan.id, resourceIds }),
      );
      return { ids: resources.map((resource) => resource.id), resources };
    },
    async describeResource({ params, query, caller }) {
      const found = await resourceOf(db, caller.orgId, params.serviceId, params.id, query);
      return resourceOnWire(found.resource, { serviceId: params.serviceId, planId: found.planId, resourceIds: found.resourceIds });
    },
    async listInputParameters({ params, query, caller }) {
      const { resource, resourceIds } = await resourceOf(db, caller.orgId, params.serviceId, params.resourceId, query);
      const owner = { serviceId: params.serviceId, resourceId: params.resourceId, resourceIds };
      const inputParameters = resource.parameters.map((parameter) => inputParameterOnWire(parameter, owner));
      return { ids: inputParameters.map((parameter) => parameter.id), inputParameters };
    },
    async listOutputParameters({ params, query, caller }) {
      const { resource, resourceIds } = await resourceOf(db, caller.orgId, params.serviceId, params.resourceId, query);
      const outputParameters = outputParametersOnWire(resource, {
        serviceId: params.serviceId,
        resourceId: params.resourceId,
        resourceIds,
      });
      return { ids: outputParameters.map((parameter) => parameter.id), outputParameters };
    },
    async listServiceOfferings({ query: { visibility, ...query }, caller }) {
      const environmentType = givenEnvironmentType(query.environmentType);
      const asked = { ...(visibility === undefined ? {} : { visibility }), ...(environmentType === undefined ? {} : { environmentType }) };
      const found = await serviceOfferings(db, { ...(await offeredTo(caller)), ...asked });
      const services = found.filter(({ serviceId }) => reachesProduct(caller, serviceId));
      return { serviceIds: services.map(({ serviceId }) => serviceId), services };
    },
    async describeServiceOffering({ params, query, caller }) {
      requireProduct(caller, params.serviceId);
      return serviceOffering(db, { ...(await offeredTo(caller)), serviceId: params.serviceId, ...query });
    },
    async describeFleetServiceOffering({ params, query, caller }) {
      const offering = await serviceOffering(db, {
        orgId: caller.orgId,
        serviceId: params.serviceId,
        regions: await inventory.regions(caller.orgId),
        ...(query.visibility === undefined ? {} : { visibility: query.visibility }),
        ...(query.productTierId === undefined ? {} : { planId: query.productTierId }),
        ...(query.productTierVersion === undefined ? {} : { version: query.productTierVersion }),
      });
      return { ConsumptionDescribeServiceOfferingResult: offering };
    },
    async describeFleetServiceOfferingResource({ params, query, caller }) {
      const version = { ProductTierId: query.productTierId, ProductTierVersion: query.productTierVersion ?? 'preferred' };
      const { resource } = await resourceOf(db, caller.orgId, params.serviceId, params.resourceId, version);
      return { ConsumptionDescribeServiceOfferingResourceResult: { apis: resourceApisOnWire(resource) } };
    },
    listAccountConfigs: ({ params, caller }) => accounts(caller, params.cloudProviderName),
    listFleetAccountConfigs: ({ body, caller }) => accounts(caller, body.cloudProviderName ?? ''),
  };
}

/** The compiled plan of a version; without one, what was built last. @throws DomainError not_found */
async function compiledOf(
  db: Database,
  plan: { id: string; built: CompiledPlan | null },
  version: string | undefined,
): Promise<CompiledPlan> {
  if (version !== undefined) return (await describePlanVersion(db, plan.id, version)).compiled;
  if (plan.built === null) throw notFound('built spec of plan', plan.id);
  return plan.built;
}

interface FoundResource {
  planId: string;
  resource: CompiledResource;
  resourceIds: Record<string, string>;
}

/** @throws DomainError not_found for the resource, or for the version */
async function resourceOf(
  db: Database,
  orgId: string,
  serviceId: string,
  resourceId: string,
  of: { ProductTierId?: string | undefined; ProductTierVersion?: string | undefined },
): Promise<FoundResource> {
  const { planId, key } = await selectResource(db, orgId, serviceId, resourceId);
  if (of.ProductTierId !== undefined && of.ProductTierId !== planId) throw notFound('resource', resourceId);
  const plan = await selectPlan(db, orgId, { planId });
  const compiled = await compiledOf(db, plan, of.ProductTierVersion);
  const resource = compiled.resources.find((one) => one.key === key);
  if (resource === undefined) throw notFound('resource', resourceId);
  return { planId, resource, resourceIds: await resourceIdsOf(db, planId) };
}
