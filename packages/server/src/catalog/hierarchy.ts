/** Service → environment → plan: found by name ignoring case, or made. */
import { ENVIRONMENT_TYPES } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import { badRequest } from '../errors.js';
import { newId } from '../identity/identifier.js';
import { uniqueUrlKey } from './url-key.js';

/** What a build names. */
export interface PlanNames {
  service: string;
  /** For a service that is made; an existing one takes them over if they are given. */
  description?: string;
  logoUrl?: string;
  environment: string;
  /** One of ENVIRONMENT_TYPES, in any letter case. */
  environmentType: string;
  plan: string;
}

export interface PlanIds {
  serviceId: string;
  environmentId: string;
  planId: string;
}

/** Builds of one organization take turns, so that two of them never make the same service twice. */
export async function lockOrganization(tx: Transaction, orgId: string): Promise<void> {
  await sql`select 1 from organizations where id = ${orgId} for no key update`.execute(tx);
}

/** @throws DomainError bad_request for an environment type that does not exist */
function environmentTypeOf(text: string): string {
  const type = ENVIRONMENT_TYPES.find((known) => known === text.trim().toUpperCase());
  if (type !== undefined) return type;
  const message = `must be one of ${ENVIRONMENT_TYPES.join(', ')}`;
  throw badRequest('unknown-environment-type', `Invalid request: environmentType "${cut(text)}" ${message}.`, [
    { field: 'environmentType', code: 'invalid-enum-value', message },
  ]);
}

/** What exists of it; later members are missing if an earlier one is. */
export async function findPlan(db: Database, orgId: string, names: PlanNames): Promise<Partial<PlanIds>> {
  const serviceId = await idByName(db, sql`services where org_id = ${orgId}`, names.service);
  if (serviceId === undefined) return {};
  const environmentId = await idByName(db, sql`environments where service_id = ${serviceId}`, names.environment);
  if (environmentId === undefined) return { serviceId };
  await checkEnvironmentType(db, environmentId, names);
  const planId = await idByName(db, sql`plans where environment_id = ${environmentId}`, names.plan);
  return planId === undefined ? { serviceId, environmentId } : { serviceId, environmentId, planId };
}

/** Finds or makes it, under `lockOrganization`. @throws DomainError bad_request if the environment has another type */
export async function ensurePlan(tx: Transaction, orgId: string, names: PlanNames): Promise<PlanIds> {
  const found = await findPlan(tx, orgId, names);
  const serviceId = found.serviceId ?? (await insertService(tx, orgId, names));
  if (found.serviceId !== undefined) await describeService(tx, serviceId, names);
  const environmentId =
    found.environmentId ?? (await insertEnvironment(tx, { serviceId, name: names.environment, type: names.environmentType }));
  const planId = found.planId ?? (await insertPlan(tx, environmentId, names.plan));
  return { serviceId, environmentId, planId };
}

export interface NewEnvironment {
  serviceId: string;
  name: string;
  type: string;
  description?: string;
  visibility?: string;
  sourceEnvironmentId?: string;
  autoApproveSubscription?: boolean;
  serviceAuthPublicKey?: string;
}

/** Makes an environment. The name must be free. */
export async function insertEnvironment(tx: Transaction, input: NewEnvironment): Promise<string> {
  const id = newId('se');
  const type = environmentTypeOf(input.type);
  const urlKey = await freeUrlKey(tx, sql`environments where service_id = ${input.serviceId}`, input.name, 'environment');
  const visibility = input.visibility ?? (type === 'PROD' ? 'PUBLIC' : 'PRIVATE');
  await sql`
    insert into environments (id, service_id, name, url_key, description, type, visibility, source_environment_id,
      auto_approve_subscription, service_auth_public_key)
    values (${id}, ${input.serviceId}, ${input.name}, ${urlKey}, ${input.description ?? ''}, ${type}, ${visibility},
      ${input.sourceEnvironmentId ?? null}, ${input.autoApproveSubscription ?? true}, ${input.serviceAuthPublicKey ?? ''})`.execute(tx);
  return id;
}

async function checkEnvironmentType(db: Database, environmentId: string, names: PlanNames): Promise<void> {
  const { rows } = await sql<{ type: string }>`select type from environments where id = ${environmentId}`.execute(db);
  const [type = '', wanted] = [rows[0]?.type, environmentTypeOf(names.environmentType)];
  if (type === wanted) return;
  throw badRequest(
    'environment-type-differs',
    `Invalid request: environment "${cut(names.environment)}" exists with type ${type}, not ${wanted}; use that type, or another environment name.`,
    [{ field: 'environmentType', message: `is ${wanted}, but the environment's is ${type}` }],
  );
}

async function insertService(tx: Transaction, orgId: string, names: PlanNames): Promise<string> {
  const id = newId('s');
  const urlKey = await freeUrlKey(tx, sql`services where org_id = ${orgId}`, names.service, 'service');
  await sql`insert into services (id, org_id, name, url_key, description, logo_url)
    values (${id}, ${orgId}, ${names.service}, ${urlKey}, ${names.description ?? ''}, ${names.logoUrl ?? ''})`.execute(tx);
  return id;
}

async function describeService(tx: Transaction, serviceId: string, names: PlanNames): Promise<void> {
  await sql`update services set description = coalesce(${names.description ?? null}, description),
    logo_url = coalesce(${names.logoUrl ?? null}, logo_url) where id = ${serviceId}`.execute(tx);
}

async function insertPlan(tx: Transaction, environmentId: string, name: string): Promise<string> {
  const id = newId('pt');
  const urlKey = await freeUrlKey(tx, sql`plans where environment_id = ${environmentId}`, name, 'plan');
  await sql`insert into plans (id, environment_id, model_id, service_api_id, name, url_key)
    values (${id}, ${environmentId}, ${newId('sm')}, ${newId('sa')}, ${name}, ${urlKey})`.execute(tx);
  return id;
}

type Siblings = ReturnType<typeof sql>;

async function idByName(db: Database, siblings: Siblings, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from ${siblings} and lower(name) = lower(${name.trim()})`.execute(db);
  return rows[0]?.id;
}

async function freeUrlKey(db: Database, siblings: Siblings, name: string, fallback: string): Promise<string> {
  const { rows } = await sql<{ key: string }>`select url_key as key from ${siblings}`.execute(db);
  return uniqueUrlKey(
    name,
    fallback,
    rows.map((row) => row.key),
  );
}
