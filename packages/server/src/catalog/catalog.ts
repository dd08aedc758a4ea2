/**
 * What the rooms to the right (subscriptions, instances) read of the catalogue. Everything is scoped by organization: what
 * belongs to another one does not exist.
 */
import type { CompiledPlan } from '@cellplane/plan';
import type { Database, Transaction } from '../database/database.js';
import { invalidState, notFound } from '../errors.js';
import { compiledPlans } from './compiled-plans.js';
import {
  holdPlanRow,
  type OfferingPath,
  type PlanPlace,
  selectFixedVersion,
  selectOffered,
  selectPlace,
  selectPlacedVersion,
} from './rows/place-store.js';
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
  const { resourceId, resourceKey, modelMatches: _, ...at } = row;
  if (resourceId === null || resourceKey === null) throw notFound('resource', path.resourceKey);
  return { place: at, resourceId, resourceKey };
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
  const { resourceId: _id, resourceKey: _key, modelMatches: _model, ...at } = row;
  return at;
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

/** What never changes of a released version. Its names, its status and where it stands do: they are `PlanVersion`'s. */
export type FixedVersion = Pick<PlanVersion, 'version' | 'compiled' | 'resourceIds'>;

/** Versions of which a process knows the digest and the ids of resources; those that were asked for first are forgotten first. */
const MOST_FIXED = 2_000;
const fixed = new Map<string, { digest: string; resourceIds: Record<string, string> }>();

/**
 * What never changes of the version that an instance has, read once in a process: runs ask for it at each stage.
 * @param version as instances have it, `2.0`
 * @throws DomainError not_found
 */
export async function fixedVersion(db: Database, orgId: string, planId: string, version: string): Promise<FixedVersion> {
  const number = Number(version);
  const key = `${orgId} ${planId} ${version}`;
  const known = fixed.get(key) ?? (await readFixed(db, { orgId, planId, number, version }));
  const [compiled] = await compiledPlans(db, planId, [{ number, digest: known.digest }]);
  if (compiled === undefined) throw versionNotFound(planId, version);
  // In a transaction the version may be one that is not committed, and never will be.
  if (!db.isTransaction) remember(key, known);
  return { version, compiled, resourceIds: known.resourceIds };
}

async function readFixed(
  db: Database,
  { orgId, planId, number, version }: { orgId: string; planId: string; number: number; version: string },
) {
  const row = await selectFixedVersion(db, orgId, planId, number);
  if (row === undefined) throw versionNotFound(planId, version);
  return { digest: row.digest, resourceIds: row.resources };
}

function remember(key: string, known: { digest: string; resourceIds: Record<string, string> }): void {
  if (fixed.has(key)) return;
  const [oldest] = fixed.keys();
  if (fixed.size >= MOST_FIXED && oldest !== undefined) fixed.delete(oldest);
  fixed.set(key, known);
}

/** Where a plan stands. @throws DomainError not_found */
export async function planPlace(db: Database, orgId: string, planId: string): Promise<PlanPlace> {
  const place = await selectPlace(db, orgId, planId);
  if (place === undefined) throw notFound('service plan', planId);
  return place;
}

/**
 * Keeps a plan from being deleted until the transaction ends. Taken before any other lock, as a delete does: the two take
 * turns, and whoever comes second sees what the first one did. @throws DomainError not_found if it is gone, invalid_state if it is going
 */
export async function holdPlan(tx: Transaction, planId: string): Promise<void> {
  const held = await holdPlanRow(tx, planId);
  if (held === undefined) throw notFound('plan', planId);
  if (held.isGoing)
    throw invalidState(
      'plan-is-being-deleted',
      `The plan ${planId} is being deleted (cellplane service-plan deletions): nothing begins on it.`,
    );
}

/** How the wire calls the hosting model of a plan (docs/reference/statuses.md). */
export function modelTypeOf(plan: Pick<CompiledPlan, 'deployment'>): string {
  if (plan.deployment.model === 'HOSTED') return Object.keys(plan.deployment.accounts).length > 0 ? 'CUSTOMER_HOSTED' : 'OMNISTRATE_HOSTED';
  return plan.deployment.model;
}
