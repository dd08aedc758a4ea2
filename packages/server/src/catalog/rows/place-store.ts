/** Where plans stand, with every id and name of the path to them. Each create reads it, so the organization's name is joined in the same statement. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import { type ListedVersion, selects, type VersionSelector } from './version-store.js';

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
  environmentVisibility: string;
  autoApproveSubscription: boolean;
  /** The product tier. */
  planId: string;
  planName: string;
  modelId: string;
  serviceApiId: string;
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

/** The plan that a create path names, and its resource if the last segment names one; `modelMatches`: so does the segment of the model. */
export interface OfferedRow extends PlanPlace {
  resourceId: string | null;
  resourceKey: string | null;
  modelMatches: boolean;
}

const place = sql`o.id as "orgId", o.name as "orgName", coalesce(o.service_provider_id, '') as "serviceProviderId",
  s.id as "serviceId", s.name as "serviceName", e.id as "environmentId", e.name as "environmentName", e.type as "environmentType",
  e.visibility as "environmentVisibility",
  e.auto_approve_subscription as "autoApproveSubscription",
  p.id as "planId", p.name as "planName", p.model_id as "modelId", p.service_api_id as "serviceApiId"`;

const placed = sql`plans p
  join environments e on e.id = p.environment_id
  join services s on s.id = e.service_id
  join organizations o on o.id = s.org_id`;

/** What a create path names below the organization. */
export async function selectOffered(db: Database, orgId: string, path: OfferingPath): Promise<OfferedRow | undefined> {
  const { rows } = await sql<OfferedRow>`/* prepared */
    select ${place}, r.id as "resourceId", r.key as "resourceKey",
      ${path.serviceModelKey} in (p.url_key || '-model', p.model_id) as "modelMatches"
    from ${placed}
    left join plan_resources r on r.plan_id = p.id and ${path.resourceKey} in (r.url_key, r.id)
    where o.id = ${orgId} and p.deleted_at is null
      and ${path.serviceProviderId} in (o.service_provider_id, o.id)
      and ${path.serviceKey} in (s.url_key, s.id)
      and ${path.serviceEnvironmentKey} in (e.url_key, e.id)
      and ${path.productTierKey} in (p.url_key, p.id)`.execute(db);
  return rows[0];
}

/** Where a plan of the organization stands that is not deleted. */
export async function selectPlace(db: Database, orgId: string, planId: string): Promise<PlanPlace | undefined> {
  const { rows } =
    await sql<PlanPlace>`/* prepared */ select ${place} from ${placed} where p.id = ${planId} and o.id = ${orgId} and p.deleted_at is null`.execute(
      db,
    );
  return rows[0];
}

/** The product that a plan is of. @throws Error if there is no such plan */
export async function serviceOfPlan(db: Database, planId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select e.service_id as id from plans p join environments e on e.id = p.environment_id where p.id = ${planId}`.execute(db);
  if (rows[0] === undefined) throw new Error(`there is no plan ${planId}`);
  return rows[0].id;
}

/** As JSON has it. */
type VersionFacts = Omit<ListedVersion, 'releasedAt' | 'modifiedAt' | 'releaseNotes'> & { releasedAt: string };

/**
 * The same with one of its versions, null if it has no such one, and the ids of its resources by key: everything in one statement but the
 * compiled plan, which is read once in a process. Stages and requests of instances begin with it. Also of a deleted plan: what was made of it is
 * still shown.
 */
export async function selectPlacedVersion(
  db: Database,
  orgId: string,
  planId: string,
  version: VersionSelector,
): Promise<(PlanPlace & { version: VersionFacts | null; resources: Record<string, string> }) | undefined> {
  const { rows } = await sql<PlanPlace & { version: VersionFacts | null; resources: Record<string, string> }>`/* prepared */
    select ${place},
      (select json_build_object('number', v.number, 'digest', v.digest, 'status', v.status, 'name', v.name,
           'releasedAt', v.released_at, 'releasedByUserId', v.released_by, 'releasedByUserName', u.name)
         from plan_versions v join users u on u.id = v.released_by
         where v.plan_id = p.id and ${selects(version)} order by v.number desc limit 1) as version,
      (select coalesce(json_object_agg(r.key, r.id), '{}') from plan_resources r where r.plan_id = p.id) as resources
    from ${placed} where p.id = ${planId} and o.id = ${orgId}`.execute(db);
  return rows[0];
}

/** What never changes of a released version beside its compiled plan. Its number is as in `plan_versions`. */
export async function selectFixedVersion(
  db: Database,
  orgId: string,
  planId: string,
  number: number,
): Promise<{ digest: string; resources: Record<string, string> } | undefined> {
  const { rows } = await sql<{ digest: string; resources: Record<string, string> }>`/* prepared */
    select v.digest, (select coalesce(json_object_agg(r.key, r.id), '{}') from plan_resources r where r.plan_id = p.id) as resources
    from ${placed} join plan_versions v on v.plan_id = p.id
    where p.id = ${planId} and o.id = ${orgId} and v.number = ${number}`.execute(db);
  return rows[0];
}

/**
 * Keeps a plan from being deleted until the transaction ends. Answers whether its delete has begun; undefined: it is not there, or not
 * any more.
 */
export async function holdPlanRow(tx: Transaction, planId: string): Promise<{ isGoing: boolean } | undefined> {
  const { rows } = await sql<{ isGoing: boolean }>`/* prepared */
    select deletion_id is not null as "isGoing" from plans where id = ${planId} and deleted_at is null for key share`.execute(tx);
  return rows[0];
}

/** Ids of all resources that a plan has or had, by key. */
export async function resourceIdsOf(db: Database, planId: string): Promise<Record<string, string>> {
  const { rows } = await sql<{ id: string; key: string }>`select id, key from plan_resources where plan_id = ${planId}`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.key, row.id]));
}
