/**
 * What the rooms to the right (subscriptions, instances) read of the catalogue. Everything is scoped by organization: what
 * belongs to another one does not exist.
 */
import type { CompiledPlan } from '@cellplane/plan';
import type { Database, Transaction } from '../database/database.js';
import { notFound } from '../errors.js';
import { compiledPlans } from './compiled-plans.js';
import { holdPlanRow, type OfferingPath, type PlanPlace, selectOffered, selectPlace, selectPlacedVersion } from './rows/place-store.js';
import type { VersionSelector, VersionStatus } from './rows/version-store.js';
import { versionNotFound, versionNumber } from './version.js';

export { type OfferingPath, type PlanPlace, resourceIdsOf, serviceOfPlan } from './rows/place-store.js';

/** One released version of a plan. */
export interface PlanVersion {
  place: PlanPlace;
  /** `1.0`, `2.0`, … */
  version: string;
  status: VersionStatus;
  /** Name given at the release; may be empty. */
  name: string;
  releasedAt: Date;
  releasedByUserId: string;
  releasedByUserName: string;
  compiled: CompiledPlan;
  /** Resource key → id (`r-…`), for every resource of this version. */
  resourceIds: Record<string, string>;
}

/** What a create path names. The version is chosen by the request's body. */
export interface OfferedResource {
  place: PlanPlace;
  resourceId: string;
  /** Key of the resource in the compiled plan. */
  resourceKey: string;
}

/** Version segment of every create path. */
export const SERVICE_API_VERSION = 'v1';

/** Finds what the seven segments of the create path name. @throws DomainError not_found, naming the segment that is wrong */
export async function resolveOfferingPath(db: Database, caller: { orgId: string }, path: OfferingPath): Promise<OfferedResource> {
  const row = await selectOffered(db, caller.orgId, path);
  if (row === undefined || !row.modelMatches || path.serviceAPIVersion !== SERVICE_API_VERSION)
    throw notFound('service offering', Object.values(path).slice(0, 6).join('/'));
  if (row.resourceId === null || row.resourceKey === null) throw notFound('resource', path.resourceKey);
  return { place: await planPlace(db, caller.orgId, row.planId), resourceId: row.resourceId, resourceKey: row.resourceKey };
}

/** Finds the plan that the first six segments of the create path name. @throws DomainError not_found */
export async function resolvePlanPath(
  db: Database,
  caller: { orgId: string },
  path: Omit<OfferingPath, 'resourceKey'>,
): Promise<PlanPlace> {
  const row = await selectOffered(db, caller.orgId, { ...path, resourceKey: '' });
  if (row === undefined || !row.modelMatches || path.serviceAPIVersion !== SERVICE_API_VERSION)
    throw notFound('service offering', Object.values(path).slice(0, 6).join('/'));
  return planPlace(db, caller.orgId, row.planId);
}

/**
 * One released version of a plan. `preferred` (also: nothing) is the preferred one, `latest` the newest.
 * @throws DomainError not_found; for the version its message contains "Version set not found"
 */
export async function planVersion(
  db: Database,
  orgId: string,
  planId: string,
  version: VersionSelector = 'preferred',
): Promise<PlanVersion> {
  const row = await selectPlacedVersion(db, orgId, planId, version);
  if (row === undefined) throw notFound('service plan', planId);
  const { version: found, resources, ...at } = row;
  if (found === null) throw versionNotFound(planId, version);
  const { number, digest, releasedAt, ...facts } = found;
  const [compiled] = await compiledPlans(db, planId, [{ number, digest }]);
  if (compiled === undefined) throw versionNotFound(planId, version);
  return {
    place: at,
    version: versionNumber(number),
    ...facts,
    releasedAt: new Date(releasedAt),
    compiled,
    resourceIds: Object.fromEntries(compiled.resources.map(({ key }) => [key, resources[key] ?? ''])),
  };
}

/** Where a plan stands. @throws DomainError not_found */
export async function planPlace(db: Database, orgId: string, planId: string): Promise<PlanPlace> {
  const place = await selectPlace(db, orgId, planId);
  if (place === undefined) throw notFound('service plan', planId);
  return place;
}

/**
 * Keeps a plan from being deleted until the transaction ends. Taken before any other lock, as a delete does: the two take
 * turns, and whoever comes second sees what the first one did. @throws DomainError not_found if it is gone
 */
export async function holdPlan(tx: Transaction, planId: string): Promise<void> {
  if (!(await holdPlanRow(tx, planId))) throw notFound('plan', planId);
}

/** How the wire calls the hosting model of a plan (docs/reference/statuses.md). */
export function modelTypeOf(plan: Pick<CompiledPlan, 'deployment'>): string {
  if (plan.deployment.model === 'HOSTED') return Object.keys(plan.deployment.accounts).length > 0 ? 'CUSTOMER_HOSTED' : 'OMNISTRATE_HOSTED';
  return plan.deployment.model;
}
