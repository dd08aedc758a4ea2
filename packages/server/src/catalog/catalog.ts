/**
 * What the rooms to the right (subscriptions, instances) read of the catalogue. Everything is scoped by organization: what
 * belongs to another one does not exist.
 */
import type { CompiledPlan } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import { notFound } from '../errors.js';
import { compiledPlans } from './compiled-plans.js';
import { selects, versionNotFound, versionNumber, type VersionSelector, type VersionStatus } from './version.js';

/** Where a plan stands, with every id and name that the wire shows. */
export interface PlanPlace {
  orgId: string;
  orgName: string;
  serviceProviderId: string;
  serviceId: string;
  serviceName: string;
  environmentId: string;
  environmentName: string;
  environmentType: string;
  autoApproveSubscription: boolean;
  /** The product tier. */
  planId: string;
  planName: string;
  modelId: string;
  serviceApiId: string;
}

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

/** The seven segments of the create path, as they came (docs/reference/api.md#the-create-path). */
export interface OfferingPath {
  serviceProviderId: string;
  serviceKey: string;
  serviceAPIVersion: string;
  serviceEnvironmentKey: string;
  serviceModelKey: string;
  productTierKey: string;
  resourceKey: string;
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
  const found = await sql<{ planId: string; resourceId: string | null; resourceKey: string | null; modelMatches: boolean }>`
    select p.id as "planId", r.id as "resourceId", r.key as "resourceKey",
           ${path.serviceModelKey} in (p.url_key || '-model', p.model_id) as "modelMatches"
    from organizations o
    join services s on s.org_id = o.id
    join environments e on e.service_id = s.id
    join plans p on p.environment_id = e.id
    left join plan_resources r on r.plan_id = p.id and ${path.resourceKey} in (r.url_key, r.id)
    where o.id = ${caller.orgId}
      and ${path.serviceProviderId} in (o.service_provider_id, o.id)
      and ${path.serviceKey} in (s.url_key, s.id)
      and ${path.serviceEnvironmentKey} in (e.url_key, e.id)
      and ${path.productTierKey} in (p.url_key, p.id)`.execute(db);
  const row = found.rows[0];
  if (row === undefined || !row.modelMatches || path.serviceAPIVersion !== SERVICE_API_VERSION)
    throw notFound('service offering', Object.values(path).slice(0, 6).join('/'));
  if (row.resourceId === null || row.resourceKey === null) throw notFound('resource', path.resourceKey);
  return { place: await planPlace(db, caller.orgId, row.planId), resourceId: row.resourceId, resourceKey: row.resourceKey };
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
  // Everything in one statement but the compiled plan, which is read once in a process: stages and requests of instances begin with it.
  const { rows } = await sql<PlanPlace & { version: VersionFacts | null; resources: Record<string, string> }>`
    select ${place},
      (select json_build_object('number', v.number, 'digest', v.digest, 'status', v.status, 'name', v.name,
           'releasedAt', v.released_at, 'releasedByUserId', v.released_by, 'releasedByUserName', u.name)
         from plan_versions v join users u on u.id = v.released_by
         where v.plan_id = p.id and ${selects(version)} order by v.number desc limit 1) as version,
      (select coalesce(json_object_agg(r.key, r.id), '{}') from plan_resources r where r.plan_id = p.id) as resources
    from ${placed} where p.id = ${planId} and o.id = ${orgId}`.execute(db);
  const [row] = rows;
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

/** As JSON has it. */
type VersionFacts = Pick<PlanVersion, 'status' | 'name' | 'releasedByUserId' | 'releasedByUserName'> & {
  number: number;
  digest: string;
  releasedAt: string;
};

const place = sql`o.id as "orgId", o.name as "orgName", coalesce(o.service_provider_id, '') as "serviceProviderId",
  s.id as "serviceId", s.name as "serviceName", e.id as "environmentId", e.name as "environmentName", e.type as "environmentType",
  e.auto_approve_subscription as "autoApproveSubscription",
  p.id as "planId", p.name as "planName", p.model_id as "modelId", p.service_api_id as "serviceApiId"`;

const placed = sql`plans p
  join environments e on e.id = p.environment_id
  join services s on s.id = e.service_id
  join organizations o on o.id = s.org_id`;

/** Where a plan stands. @throws DomainError not_found */
export async function planPlace(db: Database, orgId: string, planId: string): Promise<PlanPlace> {
  const { rows } = await sql<PlanPlace>`select ${place} from ${placed} where p.id = ${planId} and o.id = ${orgId}`.execute(db);
  if (rows[0] === undefined) throw notFound('service plan', planId);
  return rows[0];
}

/**
 * Keeps a plan from being deleted until the transaction ends. Taken before any other lock, as a delete does: the two take
 * turns, and whoever comes second sees what the first one did. @throws DomainError not_found if it is gone
 */
export async function holdPlan(tx: Transaction, planId: string): Promise<void> {
  const { rows } = await sql`select 1 from plans where id = ${planId} for key share`.execute(tx);
  if (rows.length === 0) throw notFound('plan', planId);
}

/** Ids of all resources that a plan has or had, by key. */
export async function resourceIdsOf(db: Database, planId: string): Promise<Record<string, string>> {
  const { rows } = await sql<{ id: string; key: string }>`select id, key from plan_resources where plan_id = ${planId}`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.key, row.id]));
}

/** How the wire calls the hosting model of a plan (docs/reference/statuses.md). */
export function modelTypeOf(plan: CompiledPlan): string {
  if (plan.deployment.model === 'HOSTED') return Object.keys(plan.deployment.accounts).length > 0 ? 'CUSTOMER_HOSTED' : 'OMNISTRATE_HOSTED';
  return plan.deployment.model;
}
