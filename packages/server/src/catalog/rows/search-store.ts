/** Searches of the catalogue, below one organization. Text matches as a part of an id or a name, ignoring case. */
import { type Database, sql } from '../../database/database.js';
import type { Deployment } from '@cellplane/plan';
import type { Viewer } from '../../identity/viewer.js';
import type { VersionStatus } from './version-store.js';

/** Where a plan stands, as records of searches say it. */
interface SearchedPlace {
  serviceId: string;
  serviceName: string;
  serviceEnvironmentId: string;
  serviceEnvironmentName: string;
  serviceEnvironmentType: string;
}

const place = sql`s.id as "serviceId", s.name as "serviceName", e.id as "serviceEnvironmentId", e.name as "serviceEnvironmentName",
  e.type as "serviceEnvironmentType"`;
const placed = sql`plans p join environments e on e.id = p.environment_id and p.deleted_at is null join services s on s.id = e.service_id`;
const visible = ({ orgId, products }: Viewer) =>
  sql`s.org_id = ${orgId} and s.deleted_at is null and ${products === undefined ? sql`true` : sql`s.id = any(${[...products]})`}`;

export async function searchServiceRows(
  db: Database,
  viewer: Viewer,
  text: string,
): Promise<{ id: string; name: string; description: string }[]> {
  const { rows } = await sql<{ id: string; name: string; description: string }>`
    select s.id, s.name, s.description from services s
    where ${visible(viewer)} and (strpos(lower(s.id), lower(${text})) > 0 or strpos(lower(s.name), lower(${text})) > 0)
    order by s.created_at, s.id`.execute(db);
  return rows;
}

/** A version of a plan that was found. */
export interface SearchedVersion extends SearchedPlace {
  id: string;
  name: string;
  description: string;
  tenancyType: string;
  deployment: Deployment;
  number: number;
  versionName: string;
  status: VersionStatus;
  releasedAt: Date;
}

/** Plans in the order in which they were made, versions newest first. */
export async function searchVersionRows(db: Database, viewer: Viewer, text: string): Promise<SearchedVersion[]> {
  const { rows } = await sql<SearchedVersion>`
    select p.id, p.name, coalesce(v.compiled->>'description', '') as description, coalesce(v.compiled->>'tenancyType', '') as "tenancyType",
      v.compiled->'deployment' as deployment, v.number, v.name as "versionName", v.status, v.released_at as "releasedAt", ${place}
    from ${placed} join plan_versions v on v.plan_id = p.id
    where ${visible(viewer)} and (strpos(lower(p.id), lower(${text})) > 0 or strpos(lower(p.name), lower(${text})) > 0)
    order by p.created_at, p.id, v.number desc`.execute(db);
  return rows;
}

/** A resource of what was built last, that was found. */
export interface SearchedResource extends SearchedPlace {
  id: string;
  name: string;
  description: string;
  resourceType: string;
  productTierId: string;
  productTierName: string;
  serviceApiId: string;
  serviceModelId: string;
}

export async function searchResourceRows(db: Database, viewer: Viewer, text: string): Promise<SearchedResource[]> {
  const { rows } = await sql<SearchedResource>`
    select r.id, b.resource->>'name' as name, coalesce(b.resource->>'description', '') as description,
      coalesce(b.resource->>'kind', '') as "resourceType", p.id as "productTierId", p.name as "productTierName",
      p.service_api_id as "serviceApiId", p.model_id as "serviceModelId", ${place}
    from ${placed}
    cross join lateral json_array_elements(p.built_plan->'resources') with ordinality as b(resource, nth)
    join plan_resources r on r.plan_id = p.id and r.key = b.resource->>'key'
    where ${visible(viewer)} and p.built_plan is not null and (strpos(lower(r.id), lower(${text})) > 0
      or strpos(lower(b.resource->>'name'), lower(${text})) > 0 or strpos(lower(r.key), lower(${text})) > 0)
    order by p.created_at, p.id, b.nth`.execute(db);
  return rows;
}

/** Accounts that plans name, of one cloud's key in a plan (`awsAccountId`) or of all. */
export async function selectPlanAccounts(
  db: Database,
  viewer: Viewer,
  key: string | undefined,
): Promise<{ name: string; accounts: Record<string, string> }[]> {
  const { rows } = await sql<{ name: string; accounts: Record<string, string> }>`
    select p.name, p.built_plan->'deployment'->'accounts' as accounts from ${placed}
    where ${visible(viewer)} and p.built_plan is not null
      and ${key === undefined ? sql`true` : sql`p.built_plan->'deployment'->'accounts'->>${key}::text is not null`}
    order by p.created_at, p.id`.execute(db);
  return rows;
}
