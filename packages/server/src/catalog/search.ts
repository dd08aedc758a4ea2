/**
 * `POST /fleet/search-inventory`, the index of the reference's clients (docs/reference/api.md#search). The text of `kind:text` is a whole
 * id, a whole name, or the first letter of an id that means "all"; so it matches as a part of id or name, ignoring case.
 * The answer has all matches: the reference's clients do not page here.
 */
import type { Caller, Handlers } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { badRequest } from '../errors.js';
import { modelTypeOf, resourceIdsOf } from './catalog.js';
import type { InstanceSearchFilters, Inventory } from './inventory.js';
import { selectEnvironments, selectPlans, selectServices } from './store.js';
import { listPlanVersions, versionNumber } from './version.js';
import { reachesProduct } from '../identity/viewer.js';

type Answer = Awaited<ReturnType<Handlers['searchInventory']>>;

const KINDS = [
  'service',
  'serviceplan',
  'resource',
  'resourceinstance',
  'subscription',
  'upgradepath',
  'snapshot',
  'deploymentcell',
] as const;

export interface SearchDeps {
  db: Database;
  inventory: Inventory;
}

/** @throws DomainError bad_request if the query does not begin with a kind */
export async function searchInventory(
  deps: SearchDeps,
  input: { caller: Caller; query: string; instanceFilters?: InstanceSearchFilters },
): Promise<Answer> {
  const colon = input.query.indexOf(':');
  const kind = KINDS.find((known) => known === input.query.slice(0, colon).trim().toLowerCase());
  const text = input.query.slice(colon + 1).trim();
  switch (kind) {
    case 'service':
      return { serviceResults: await searchServices(deps.db, input.caller, text) };
    case 'serviceplan':
      return { servicePlanResults: await searchPlans(deps.db, input.caller, text) };
    case 'resource':
      return { resourceResults: await searchResources(deps.db, input.caller, text) };
    case 'resourceinstance':
      return { resourceInstanceResults: await deps.inventory.searchInstances(input.caller, text, input.instanceFilters) };
    case 'subscription':
      return { subscriptionResults: await deps.inventory.searchSubscriptions(input.caller, text) };
    case 'upgradepath':
      return { upgradePathResults: [] };
    case 'snapshot':
      return { snapshotResults: await deps.inventory.searchSnapshots(input.caller, text) };
    case 'deploymentcell':
      return { deploymentCellResults: [] };
    default:
      throw badRequest('invalid-search', `Invalid request: query must be "kind:text" with a kind of ${KINDS.join(', ')}.`, [
        { field: 'query', code: 'invalid-format', message: 'must be "kind:text"' },
      ]);
  }
}

/** True if the text is a part of one of the values, ignoring case. */
function matchesText(text: string, ...values: string[]): boolean {
  const wanted = text.toLowerCase();
  return values.some((value) => value.toLowerCase().includes(wanted));
}

async function searchServices(db: Database, caller: Caller, text: string) {
  const services = await selectServices(db, caller.orgId);
  return services
    .filter((service) => reachesProduct(caller, service.id) && matchesText(text, service.id, service.name))
    .map((service) => ({ id: service.id, name: service.name, description: service.description }));
}

async function placedPlans(db: Database, caller: Caller) {
  const [services, environments, plans] = [
    await selectServices(db, caller.orgId),
    await selectEnvironments(db, caller.orgId),
    await selectPlans(db, caller.orgId),
  ];
  return plans.flatMap((plan) => {
    const service = services.find((one) => one.id === plan.serviceId);
    const environment = environments.find((one) => one.id === plan.environmentId);
    if (service === undefined || environment === undefined || !reachesProduct(caller, service.id)) return [];
    const place = {
      serviceId: service.id,
      serviceName: service.name,
      serviceEnvironmentId: environment.id,
      serviceEnvironmentName: environment.name,
      serviceEnvironmentType: environment.type,
    };
    return [{ plan, place }];
  });
}

/** One row for each version: the row's id is the plan's. */
async function searchPlans(db: Database, caller: Caller, text: string) {
  const found = (await placedPlans(db, caller)).filter(({ plan }) => matchesText(text, plan.id, plan.name));
  const rows = found.map(async ({ plan, place }) =>
    (await listPlanVersions(db, plan.id)).rows.map((version) => ({
      id: plan.id,
      name: plan.name,
      description: version.compiled.description,
      deploymentType: modelTypeOf(version.compiled),
      tenancyType: version.compiled.tenancyType,
      version: versionNumber(version.number),
      versionName: version.name,
      versionSetStatus: version.status,
      releasedAt: version.releasedAt.toISOString(),
      ...place,
    })),
  );
  return (await Promise.all(rows)).flat();
}

async function searchResources(db: Database, caller: Caller, text: string) {
  const rows = (await placedPlans(db, caller)).map(async ({ plan, place }) => {
    const ids = await resourceIdsOf(db, plan.id);
    return (plan.built?.resources ?? [])
      .map((resource) => ({ resource, id: ids[resource.key] ?? '' }))
      .filter(({ resource, id }) => matchesText(text, id, resource.name, resource.key))
      .map(({ resource, id }) => ({
        id,
        name: resource.name,
        description: resource.description,
        productTierId: plan.id,
        productTierName: plan.name,
        serviceApiId: plan.serviceApiId,
        serviceModelId: plan.modelId,
        resourceType: resource.kind,
        ...place,
      }));
  });
  return (await Promise.all(rows)).flat();
}
