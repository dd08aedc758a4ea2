/** Plans as offerings are made of them, and the ids and keys of their resources: a fixed number of statements, however many plans there are. */
import { type Database, sql } from '../../database/database.js';
import type { Feature } from '../feature/feature.js';

/** A plan with the environment that it is offered in. */
export interface OfferedPlanRow {
  id: string;
  serviceId: string;
  name: string;
  urlKey: string;
  modelId: string;
  serviceApiId: string;
  features: Feature[];
  environmentId: string;
  environmentName: string;
  environmentUrlKey: string;
  environmentType: string;
  visibility: string;
  autoApproveSubscription: boolean;
}

export interface OfferedFilter {
  serviceId?: string | undefined;
  planId?: string | undefined;
  visibility?: string | undefined;
  environmentType?: string | undefined;
  /** Beside public plans, only these. @default all plans of the organization */
  subscribed?: readonly string[] | undefined;
}

/** In the order in which they were made. */
export async function selectOfferedPlans(db: Database, orgId: string, filter: OfferedFilter): Promise<OfferedPlanRow[]> {
  const when = (value: unknown, condition: ReturnType<typeof sql>) => (value === undefined ? sql`true` : condition);
  const { rows } = await sql<OfferedPlanRow>`
    select p.id, s.id as "serviceId", p.name, p.url_key as "urlKey", p.model_id as "modelId", p.service_api_id as "serviceApiId",
      (select coalesce(json_agg(json_build_object('level', f.level, 'feature', f.feature, 'scope', f.scope,
         'configuration', f.configuration) order by f.feature, f.scope), '[]') from plan_features f where f.plan_id = p.id) as features,
      e.id as "environmentId", e.name as "environmentName", e.url_key as "environmentUrlKey", e.type as "environmentType", e.visibility,
      e.auto_approve_subscription as "autoApproveSubscription"
    from plans p join environments e on e.id = p.environment_id join services s on s.id = e.service_id
    where s.org_id = ${orgId} and p.deleted_at is null
      and ${when(filter.serviceId, sql`s.id = ${filter.serviceId}`)}
      and ${when(filter.planId, sql`p.id = ${filter.planId}`)}
      and ${when(filter.visibility, sql`e.visibility = upper(${filter.visibility})`)}
      and ${when(filter.environmentType, sql`e.type = ${filter.environmentType}`)}
      and ${when(filter.subscribed, sql`(e.visibility = 'PUBLIC' or p.id = any(${[...(filter.subscribed ?? [])]}))`)}
    order by p.created_at, p.id`.execute(db);
  return rows;
}

/** Resources that plans have or had. */
export async function selectResourcesOf(
  db: Database,
  planIds: readonly string[],
): Promise<{ planId: string; id: string; key: string; urlKey: string }[]> {
  const { rows } = await sql<{ planId: string; id: string; key: string; urlKey: string }>`
    select plan_id as "planId", id, key, url_key as "urlKey" from plan_resources where plan_id = any(${[...planIds]})`.execute(db);
  return rows;
}
