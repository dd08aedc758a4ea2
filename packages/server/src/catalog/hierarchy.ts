/** Service → environment → plan: found by name ignoring case, or made. */
import { cut } from '@cellplane/plan';
import type { Database, Transaction } from '../database/database.js';
import { badRequest } from '../errors.js';
import { newId } from '../identity/identifier.js';
import { environmentTypeOf } from '../request-text/environment-type.js';
import {
  describeServiceRow,
  environmentNamed,
  insertEnvironmentRow,
  insertPlanRow,
  insertServiceRow,
  planNamed,
  selectEnvironmentType,
  serviceNamed,
  urlKeysOfEnvironments,
  urlKeysOfPlans,
  urlKeysOfServices,
} from './rows/plan-store.js';
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

/** @throws DomainError bad_request for a word that is none */
export function environmentVisibilityOf(text: string): string {
  const visibility = ['PUBLIC', 'PRIVATE'].find((known) => known === text.trim().toUpperCase());
  if (visibility !== undefined) return visibility;
  throw badRequest('unknown-visibility', `Invalid request: visibility "${cut(text)}" must be PUBLIC or PRIVATE.`, [
    { field: 'visibility', code: 'invalid-enum-value', message: 'must be PUBLIC or PRIVATE' },
  ]);
}

/** What exists of it; later members are missing if an earlier one is. */
export async function findPlan(db: Database, orgId: string, names: PlanNames): Promise<Partial<PlanIds>> {
  const serviceId = await serviceNamed(db, orgId, names.service);
  if (serviceId === undefined) return {};
  const environmentId = await environmentNamed(db, serviceId, names.environment);
  if (environmentId === undefined) return { serviceId };
  await checkEnvironmentType(db, environmentId, names);
  const planId = await planNamed(db, environmentId, names.plan);
  return planId === undefined ? { serviceId, environmentId } : { serviceId, environmentId, planId };
}

/** Finds or makes it, under `lockOrganization`. @throws DomainError bad_request if the environment has another type */
export async function ensurePlan(tx: Transaction, orgId: string, names: PlanNames): Promise<PlanIds> {
  const found = await findPlan(tx, orgId, names);
  const serviceId = found.serviceId ?? (await insertService(tx, orgId, names));
  if (found.serviceId !== undefined)
    await describeServiceRow(tx, serviceId, { description: names.description ?? null, logoUrl: names.logoUrl ?? null });
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
  const urlKey = uniqueUrlKey(input.name, 'environment', await urlKeysOfEnvironments(tx, input.serviceId));
  const visibility = input.visibility === undefined ? (type === 'PROD' ? 'PUBLIC' : 'PRIVATE') : environmentVisibilityOf(input.visibility);
  await insertEnvironmentRow(tx, {
    id,
    serviceId: input.serviceId,
    name: input.name,
    urlKey,
    description: input.description ?? '',
    type,
    visibility,
    sourceEnvironmentId: input.sourceEnvironmentId ?? null,
    autoApproveSubscription: input.autoApproveSubscription ?? true,
    serviceAuthPublicKey: input.serviceAuthPublicKey ?? '',
  });
  return id;
}

async function checkEnvironmentType(db: Database, environmentId: string, names: PlanNames): Promise<void> {
  const type = (await selectEnvironmentType(db, environmentId)) ?? '';
  const wanted = environmentTypeOf(names.environmentType);
  if (type === wanted) return;
  throw badRequest(
    'environment-type-differs',
    `Invalid request: environment "${cut(names.environment)}" exists with type ${type}, not ${wanted}; use that type, or another environment name.`,
    [{ field: 'environmentType', message: `is ${wanted}, but the environment's is ${type}` }],
  );
}

/** The plan of the environment that is called so, found or made. Under `lockOrganization`. */
export async function ensurePlanIn(tx: Transaction, environmentId: string, name: string): Promise<string> {
  return (await planNamed(tx, environmentId, name)) ?? (await insertPlan(tx, environmentId, name));
}

/** Makes a service. The name must be free. */
export async function insertService(
  tx: Transaction,
  orgId: string,
  names: Pick<PlanNames, 'service' | 'description' | 'logoUrl'>,
): Promise<string> {
  const id = newId('s');
  const urlKey = uniqueUrlKey(names.service, 'service', await urlKeysOfServices(tx, orgId));
  await insertServiceRow(tx, {
    id,
    orgId,
    name: names.service,
    urlKey,
    description: names.description ?? '',
    logoUrl: names.logoUrl ?? '',
  });
  return id;
}

async function insertPlan(tx: Transaction, environmentId: string, name: string): Promise<string> {
  const id = newId('pt');
  const urlKey = uniqueUrlKey(name, 'plan', await urlKeysOfPlans(tx, environmentId));
  await insertPlanRow(tx, { id, environmentId, modelId: newId('sm'), serviceApiId: newId('sa'), name, urlKey });
  return id;
}
