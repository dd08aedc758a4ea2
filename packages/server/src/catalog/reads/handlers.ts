/** Handlers of further reads of plans and versions, and of the end of a version. */
import type { Handlers } from '@cellplane/api';
import { type Database, transaction } from '../../database/database.js';
import { invalidState } from '../../errors.js';
import { reachesProduct } from '../../identity/viewer.js';
import { planPlace, resourceIdsOf, SERVICE_API_VERSION } from '../catalog.js';
import type { Inventory } from '../inventory.js';
import { serviceOfferings } from '../offering.js';
import { lockPlans } from '../rows/plan-store.js';
import { selectSpec, setDeprecated } from '../rows/version-store.js';
import { tellPlan } from '../tell-plan.js';
import { type PlanFilter, selectEnvironment, selectPlan, selectPlans, selectResourceUrlKeys } from '../store.js';
import { describePlanVersion, listPlanVersions, versionNumber } from '../version.js';
import { servicePlanOnWire, versionSetOnWire } from '../wire/plan-wire.js';
import { DEPLOYMENT_CONFIG_ID } from '../wire/service-wire.js';

export type PlanReadHandlers = Pick<
  Handlers,
  | 'deprecateVersionSet'
  | 'getVersionSetSpec'
  | 'listVersionSetSpecs'
  | 'getServicePlan'
  | 'listProductTiers'
  | 'listServiceModels'
  | 'listServiceApis'
  | 'describeServiceApi'
  | 'listFleetServiceOfferings'
>;

export function planReadHandlers({ db, inventory }: { db: Database; inventory: Inventory }): PlanReadHandlers {
  const find = (orgId: string, filter: PlanFilter) => selectPlan(db, orgId, filter);
  return {
    async deprecateVersionSet({ params, caller }) {
      const plan = await find(caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      await transaction(db, async (tx) => {
        // Changes of one plan's versions take turns.
        await lockPlans(tx, [plan.id]);
        const { number, status } = await describePlanVersion(tx, plan.id, params.version);
        if (status === 'Preferred')
          throw invalidState(
            'version-is-preferred',
            `Version ${versionNumber(number)} is the preferred one, which new instances get: make another one preferred first.`,
          );
        await setDeprecated(tx, plan.id, number);
        await tellPlan(tx, plan.id);
      });
      const row = await describePlanVersion(db, plan.id, params.version);
      return versionSetOnWire(await planPlace(db, caller.orgId, plan.id), row, {
        features: plan.features,
        resourceIds: await resourceIdsOf(db, plan.id),
        urlKeys: await selectResourceUrlKeys(db, plan.id),
      });
    },
    async getVersionSetSpec({ params, query, caller }) {
      const plan = await find(caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const row = await describePlanVersion(db, plan.id, query.version ?? 'preferred');
      const specContent = (await selectSpec(db, plan.id, row.number)) ?? '';
      return { ...versionOnWire(plan, row), specContent };
    },
    async listVersionSetSpecs({ params, caller }) {
      const plan = await find(caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const { rows } = await listPlanVersions(db, plan.id);
      return { specs: rows.map((row) => ({ ...versionOnWire(plan, row), status: row.status, hasSpecFile: true })) };
    },
    async getServicePlan({ params, caller }) {
      const plan = await find(caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      return servicePlanOnWire(plan, await selectEnvironment(db, caller.orgId, plan.serviceId, plan.environmentId));
    },
    async listProductTiers({ params, caller }) {
      return { ids: [(await find(caller.orgId, { serviceId: params.serviceId, modelId: params.serviceModelId })).id] };
    },
    async listServiceModels({ params, caller }) {
      return { ids: [(await find(caller.orgId, { serviceId: params.serviceId, serviceApiId: params.serviceApiId })).modelId] };
    },
    async listServiceApis({ params, caller }) {
      const { id } = await selectEnvironment(db, caller.orgId, params.serviceId, params.serviceEnvironmentId);
      return { ids: (await selectPlans(db, caller.orgId, { environmentId: id })).map(({ serviceApiId }) => serviceApiId) };
    },
    async describeServiceApi({ params, caller }) {
      const plan = await find(caller.orgId, { serviceId: params.serviceId, serviceApiId: params.id });
      const { serviceName } = await planPlace(db, caller.orgId, plan.id);
      return {
        id: plan.serviceApiId,
        serviceId: plan.serviceId,
        serviceName,
        serviceEnvironmentId: plan.environmentId,
        deploymentConfigId: DEPLOYMENT_CONFIG_ID,
        apiVersion: SERVICE_API_VERSION,
        description: plan.built?.description ?? '',
      };
    },
    async listFleetServiceOfferings({ query, caller }) {
      const asked = query.visibility === undefined ? {} : { visibility: query.visibility };
      const found = await serviceOfferings(db, { orgId: caller.orgId, regions: await inventory.regions(caller.orgId), ...asked });
      const services = found.filter(({ serviceId }) => reachesProduct(caller, serviceId));
      return { ConsumptionListServiceOfferingsResult: { serviceIds: services.map(({ serviceId }) => serviceId), services } };
    },
  };
}

function versionOnWire(plan: { id: string; serviceId: string }, row: { number: number; releasedAt: Date; modifiedAt: Date }) {
  return {
    serviceId: plan.serviceId,
    productTierId: plan.id,
    version: versionNumber(row.number),
    createdAt: row.releasedAt.toISOString(),
    updatedAt: row.modifiedAt.toISOString(),
  };
}
