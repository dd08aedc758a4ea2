/** Rows of services, environments, plans and their resources, as they are made, built and deleted. Reads of the whole: store.ts. */
import type { CompiledPlan } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../../database/database.js';

/** The service of the organization that is called so, ignoring case. */
export async function serviceNamed(db: Database, orgId: string, name: string): Promise<string | undefined> {
  return idByName(db, sql`services where deleted_at is null and org_id = ${orgId}`, name);
}

/** The environment of the service that is called so, ignoring case. */
export async function environmentNamed(db: Database, serviceId: string, name: string): Promise<string | undefined> {
  return idByName(db, sql`environments where deleted_at is null and service_id = ${serviceId}`, name);
}

/** The plan of the environment that is called so, ignoring case. */
export async function planNamed(db: Database, environmentId: string, name: string): Promise<string | undefined> {
  return idByName(db, sql`plans where deleted_at is null and environment_id = ${environmentId}`, name);
}

/** Url keys of the organization's services. */
export async function urlKeysOfServices(db: Database, orgId: string): Promise<string[]> {
  return urlKeys(db, sql`services where deleted_at is null and org_id = ${orgId}`);
}

/** Url keys of the service's environments. */
export async function urlKeysOfEnvironments(db: Database, serviceId: string): Promise<string[]> {
  return urlKeys(db, sql`environments where deleted_at is null and service_id = ${serviceId}`);
}

/** Url keys of the environment's plans. */
export async function urlKeysOfPlans(db: Database, environmentId: string): Promise<string[]> {
  return urlKeys(db, sql`plans where deleted_at is null and environment_id = ${environmentId}`);
}

type Siblings = ReturnType<typeof sql>;

async function idByName(db: Database, siblings: Siblings, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from ${siblings} and lower(name) = lower(${name.trim()})`.execute(db);
  return rows[0]?.id;
}

async function urlKeys(db: Database, siblings: Siblings): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`select url_key as key from ${siblings}`.execute(db);
  return rows.map((row) => row.key);
}

export async function insertServiceRow(
  tx: Transaction,
  row: { id: string; orgId: string; name: string; urlKey: string; description: string; logoUrl: string },
): Promise<void> {
  await sql`insert into services (id, org_id, name, url_key, description, logo_url)
    values (${row.id}, ${row.orgId}, ${row.name}, ${row.urlKey}, ${row.description}, ${row.logoUrl})`.execute(tx);
}

/** What is null stays as it is. */
export async function describeServiceRow(
  tx: Transaction,
  serviceId: string,
  to: { name?: string | null; description: string | null; logoUrl: string | null },
): Promise<void> {
  await sql`update services set name = coalesce(${to.name ?? null}, name), description = coalesce(${to.description}, description),
    logo_url = coalesce(${to.logoUrl}, logo_url) where id = ${serviceId}`.execute(tx);
}

export interface NewEnvironmentRow {
  id: string;
  serviceId: string;
  name: string;
  urlKey: string;
  description: string;
  type: string;
  visibility: string;
  sourceEnvironmentId: string | null;
  autoApproveSubscription: boolean;
  serviceAuthPublicKey: string;
}

export async function insertEnvironmentRow(tx: Transaction, row: NewEnvironmentRow): Promise<void> {
  await sql`
    insert into environments (id, service_id, name, url_key, description, type, visibility, source_environment_id,
      auto_approve_subscription, service_auth_public_key)
    values (${row.id}, ${row.serviceId}, ${row.name}, ${row.urlKey}, ${row.description}, ${row.type}, ${row.visibility},
      ${row.sourceEnvironmentId}, ${row.autoApproveSubscription}, ${row.serviceAuthPublicKey})`.execute(tx);
}

/** PROD, DEV, …; nothing if there is no such environment. */
export async function selectEnvironmentType(db: Database, environmentId: string): Promise<string | undefined> {
  const { rows } = await sql<{ type: string }>`select type from environments where id = ${environmentId}`.execute(db);
  return rows[0]?.type;
}

export async function insertPlanRow(
  tx: Transaction,
  row: { id: string; environmentId: string; modelId: string; serviceApiId: string; name: string; urlKey: string },
): Promise<void> {
  await sql`insert into plans (id, environment_id, model_id, service_api_id, name, url_key)
    values (${row.id}, ${row.environmentId}, ${row.modelId}, ${row.serviceApiId}, ${row.name}, ${row.urlKey})`.execute(tx);
}

/** Plans, locked until the transaction ends. */
export async function lockPlans(tx: Transaction, planIds: string[]): Promise<void> {
  await sql`select 1 from plans where id = any(${planIds}) for update`.execute(tx);
}

/** Keeps what was built last. `plan`: as JSON text. */
export async function setBuilt(tx: Transaction, planId: string, built: { text: string; digest: string; plan: string }): Promise<void> {
  await sql`update plans set built_spec = ${built.text}, built_digest = ${built.digest}, built_plan = ${built.plan}::json, built_at = now()
      where id = ${planId}`.execute(tx);
}

/** What was built last, the plan locked; null before the first build. */
export async function lockBuilt(
  tx: Transaction,
  planId: string,
): Promise<{ spec: string | null; digest: string | null; plan: CompiledPlan | null } | undefined> {
  const { rows } = await sql<{ spec: string | null; digest: string | null; plan: CompiledPlan | null }>`
    select built_spec as spec, built_digest as digest, built_plan as plan from plans where id = ${planId} for update`.execute(tx);
  return rows[0];
}

/** The text that was built last; null before the first build. */
export async function selectBuiltSpec(db: Database, planId: string): Promise<string | null> {
  const { rows } = await sql<{ spec: string | null }>`select built_spec as spec from plans where id = ${planId}`.execute(db);
  return rows[0]?.spec ?? null;
}

/** Keys and url keys of all resources that a plan has or had. */
export async function selectResourceKeys(db: Database, planId: string): Promise<{ key: string; urlKey: string }[]> {
  const { rows } = await sql<{
    key: string;
    urlKey: string;
  }>`select key, url_key as "urlKey" from plan_resources where plan_id = ${planId}`.execute(db);
  return rows;
}

export async function insertResource(tx: Transaction, row: { id: string; planId: string; key: string; urlKey: string }): Promise<void> {
  await sql`insert into plan_resources (id, plan_id, key, url_key) values (${row.id}, ${row.planId}, ${row.key}, ${row.urlKey})`.execute(
    tx,
  );
}
