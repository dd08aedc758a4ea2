/** Handlers that answer schemas: of plan specs, of the inputs of a plan, and of the API that a plan's customers have. */
import type { Caller, Handlers } from '@cellplane/api';
import { type CompiledPlan, cut, planJsonSchema, systemParametersSchema } from '@cellplane/plan';
import type { Database } from '../../database/database.js';
import { DomainError, notFound } from '../../errors.js';
import { catalogOf, isCustomer, requireProduct } from '../../identity/viewer.js';
import type { Inventory } from '../inventory.js';
import { type ServiceOffering, serviceOffering } from '../offering.js';
import { type PlanFilter, selectPlan } from '../store.js';
import { describePlanVersion } from '../version.js';
import { inputSchema } from './input-schema.js';
import { planApiDocument } from './plan-api.js';

export type SchemaHandlers = Pick<Handlers, 'getJsonSchema' | 'describePlanInputs' | 'getSwaggerSpec'>;

interface OfferedPlan {
  planId: string;
  service: ServiceOffering;
  offering: ServiceOffering['offerings'][number];
  compiled: CompiledPlan;
}

export function schemaHandlers({ db, inventory }: { db: Database; inventory: Inventory }): SchemaHandlers {
  /** A version of a plan that the caller has or is offered, the preferred one if none is named. @throws DomainError not_found */
  const offeredPlan = async (caller: Caller, filter: PlanFilter & { serviceId: string }, version?: string): Promise<OfferedPlan> => {
    const orgId = catalogOf(caller);
    const plan = await selectPlan(db, orgId, filter);
    requireProduct(caller, plan.serviceId);
    const service = await serviceOffering(db, {
      orgId,
      serviceId: plan.serviceId,
      planId: plan.id,
      regions: [],
      ...(version === undefined ? {} : { version }),
      ...(isCustomer(caller) ? { subscribed: new Set(await inventory.subscribedPlans(db, caller)) } : {}),
    });
    const [offering] = service.offerings;
    if (offering === undefined) throw notFound('service plan', plan.id);
    const { compiled } = await describePlanVersion(db, plan.id, offering.productTierVersion);
    return { planId: plan.id, service, offering, compiled };
  };
  return {
    async getJsonSchema({ query }) {
      const schema = SCHEMAS.get(query.type.trim().toLowerCase());
      if (schema !== undefined) return schema();
      throw new DomainError(
        'not_found',
        'json-schema-not-found',
        `There is no JSON schema "${cut(query.type)}". There is: ${[...SCHEMAS.keys()].join(', ')}.`,
      );
    },
    async describePlanInputs({ params, query, caller }) {
      const { planId, offering, compiled } = await offeredPlan(
        caller,
        { serviceId: params.serviceId, planId: params.productTierId },
        query.version,
      );
      const resources = offering.resourceParameters.flatMap(({ resourceId, name, urlKey }) => {
        const resource = compiled.resources.find((one) => one.name === name);
        if (resource === undefined) return [];
        const { modify } = resource.systemWorkflows;
        return [
          {
            resourceId,
            resourceKey: resource.key,
            urlKey,
            name,
            create: inputSchema(resource.parameters, 'create'),
            ...(modify === undefined ? {} : { modify: inputSchema(resource.parameters, 'modify') }),
          },
        ];
      });
      return { productTierId: planId, version: offering.productTierVersion, resources };
    },
    async getSwaggerSpec({ params, query, caller }) {
      const { service, offering, compiled } = await offeredPlan(
        caller,
        { serviceId: params.serviceId, serviceApiId: params.id },
        query.version,
      );
      return planApiDocument(service, offering, compiled);
    },
  };
}

const planSchema = once(planJsonSchema);
const systemSchema = once(systemParametersSchema);

const SCHEMAS = new Map<string, () => Record<string, unknown>>([
  ['service-plan', planSchema],
  ['x-omnistrate-service-plan', planSchema],
  ['system-parameters', systemSchema],
]);

/** Schemas do not change while the program runs. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
