/** Reads of the catalogue's tables, always below one organization. */
import type { CompiledPlan } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import { notFound } from '../errors.js';
import type { Feature } from './feature/feature.js';
import type { VersionStatus } from './rows/version-store.js';

export interface ServiceRow {
  id: string;
  name: string;
  urlKey: string;
  description: string;
  logoUrl: string;
  createdAt: Date;
  orgId: string;
  orgName: string;
  serviceProviderId: string;
}

export interface EnvironmentRow {
  id: string;
  serviceId: string;
  name: string;
  urlKey: string;
  description: string;
  type: string;
  visibility: string;
  sourceEnvironmentId: string | null;
  sourceEnvironmentName: string | null;
  autoApproveSubscription: boolean;
  serviceAuthPublicKey: string;
}

/** A plan with what was built last, and its newest and preferred versions. */
export interface PlanRow {
  id: string;
  serviceId: string;
  environmentId: string;
  name: string;
  urlKey: string;
  modelId: string;
  serviceApiId: string;
  builtDigest: string | null;
  /** What was built last; null before the first build. */
  built: CompiledPlan | null;
  newestNumber: number | null;
  newestStatus: VersionStatus | null;
  newestDigest: string | null;
  /** Enabled beside those of the spec. */
  features: Feature[];
}

/** Selects plans; a member that is missing does not restrict the selection. */
export interface PlanFilter {
  serviceId?: string;
  environmentId?: string;
  planId?: string;
  serviceApiId?: string;
  modelId?: string;
}

export async function selectServices(db: Database, orgId: string, serviceId?: string): Promise<ServiceRow[]> {
  const { rows } = await sql<ServiceRow>`
    select s.id, s.name, s.url_key as "urlKey", s.description, s.logo_url as "logoUrl", s.created_at as "createdAt",
           o.id as "orgId", o.name as "orgName", coalesce(o.service_provider_id, '') as "serviceProviderId"
    from services s join organizations o on o.id = s.org_id
    where o.id = ${orgId} and s.deleted_at is null and ${serviceId === undefined ? sql`true` : sql`s.id = ${serviceId}`}
    order by s.created_at, s.id`.execute(db);
  return rows;
}

/** @throws DomainError not_found */
export async function selectService(db: Database, orgId: string, serviceId: string): Promise<ServiceRow> {
  const [row] = await selectServices(db, orgId, serviceId);
  if (row === undefined) throw notFound('service', serviceId);
  return row;
}

export async function selectEnvironments(
  db: Database,
  orgId: string,
  serviceId?: string,
  environmentId?: string,
): Promise<EnvironmentRow[]> {
  const { rows } = await sql<EnvironmentRow>`
    select e.id, e.service_id as "serviceId", e.name, e.url_key as "urlKey", e.description, e.type, e.visibility,
           e.source_environment_id as "sourceEnvironmentId", source.name as "sourceEnvironmentName",
           e.auto_approve_subscription as "autoApproveSubscription", e.service_auth_public_key as "serviceAuthPublicKey"
    from environments e join services s on s.id = e.service_id left join environments source on source.id = e.source_environment_id
    where s.org_id = ${orgId} and e.deleted_at is null and ${serviceId === undefined ? sql`true` : sql`s.id = ${serviceId}`}
      and ${environmentId === undefined ? sql`true` : sql`e.id = ${environmentId}`}
    order by e.created_at, e.id`.execute(db);
  return rows;
}

/** @throws DomainError not_found */
export async function selectEnvironment(db: Database, orgId: string, serviceId: string, environmentId: string): Promise<EnvironmentRow> {
  const [row] = await selectEnvironments(db, orgId, serviceId, environmentId);
  if (row !== undefined) return row;
  // Of the two the wrong one is named.
  await selectService(db, orgId, serviceId);
  throw notFound('environment', environmentId);
}

export async function selectPlans(db: Database, orgId: string, filter: PlanFilter = {}): Promise<PlanRow[]> {
  const conditions = [
    sql`s.org_id = ${orgId} and p.deleted_at is null`,
    ...(filter.serviceId === undefined ? [] : [sql`s.id = ${filter.serviceId}`]),
    ...(filter.environmentId === undefined ? [] : [sql`e.id = ${filter.environmentId}`]),
    ...(filter.planId === undefined ? [] : [sql`p.id = ${filter.planId}`]),
    ...(filter.serviceApiId === undefined ? [] : [sql`p.service_api_id = ${filter.serviceApiId}`]),
    ...(filter.modelId === undefined ? [] : [sql`p.model_id = ${filter.modelId}`]),
  ];
  const { rows } = await sql<PlanRow>`
    select p.id, s.id as "serviceId", e.id as "environmentId", p.name, p.url_key as "urlKey", p.model_id as "modelId",
           p.service_api_id as "serviceApiId", p.built_digest as "builtDigest", p.built_plan as built,
           v.number as "newestNumber", v.status as "newestStatus", v.digest as "newestDigest",
           (select coalesce(json_agg(json_build_object('level', f.level, 'feature', f.feature, 'scope', f.scope,
              'configuration', f.configuration) order by f.feature, f.scope), '[]') from plan_features f where f.plan_id = p.id) as features
    from plans p join environments e on e.id = p.environment_id join services s on s.id = e.service_id
    left join lateral (select number, status, digest from plan_versions where plan_id = p.id order by number desc limit 1) v on true
    where ${sql.join(conditions, sql` and `)}
    order by p.created_at, p.id`.execute(db);
  return rows;
}

/** @throws DomainError not_found */
export async function selectPlan(db: Database, orgId: string, filter: PlanFilter): Promise<PlanRow> {
  const [row] = await selectPlans(db, orgId, filter);
  if (row === undefined) throw notFound('service plan', filter.planId ?? filter.serviceApiId ?? filter.modelId ?? '');
  return row;
}

/** The plan that a resource belongs to, and the resource's key. @throws DomainError not_found */
export async function selectResource(
  db: Database,
  orgId: string,
  serviceId: string,
  resourceId: string,
): Promise<{ planId: string; key: string }> {
  const { rows } = await sql<{ planId: string; key: string }>`
    select r.plan_id as "planId", r.key from plan_resources r
    join plans p on p.id = r.plan_id join environments e on e.id = p.environment_id join services s on s.id = e.service_id
    where s.org_id = ${orgId} and s.id = ${serviceId} and p.deleted_at is null and r.id = ${resourceId}`.execute(db);
  if (rows[0] === undefined) throw notFound('resource', resourceId);
  return rows[0];
}

/** Url keys of a plan's resources, by resource id. */
export async function selectResourceUrlKeys(db: Database, planId: string): Promise<Record<string, string>> {
  const { rows } = await sql<{
    id: string;
    urlKey: string;
  }>`select id, url_key as "urlKey" from plan_resources where plan_id = ${planId}`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.id, row.urlKey]));
}
