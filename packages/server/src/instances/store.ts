import type { Json } from '@cellplane/plan';
import { type Database, type RawBuilder, sql, type Transaction } from '../database/database.js';
import { patience } from '../database/wait-for-locks.js';
import { requireAllowed, type Viewer } from '../identity/viewer.js';
import { tell } from '../events/tell.js';
import type { InstanceFinding } from './finding.js';
import type { Endpoint, InstanceStatus, StoredOutput, Tag } from './instance.js';

export interface InstanceRow {
  id: string;
  providerOrgId: string;
  orgId: string;
  subscriptionId: string;
  serviceId: string;
  environmentId: string;
  environmentType: string;
  planId: string;
  planVersion: string;
  resourceId: string;
  resourceKey: string;
  cellId: string;
  cloudProvider: string;
  region: string;
  networkType: string;
  namespace: string;
  placed: boolean;
  status: InstanceStatus;
  statusMessage: string;
  parameters: Record<string, Json>;
  launchParameters: Record<string, Json>;
  sealedParameters: Buffer;
  outputs: Record<string, Record<string, StoredOutput>>;
  endpoints: Record<string, Endpoint[]>;
  warnings: string[];
  tags: Tag[];
  sealedSeed: Buffer;
  deletionProtection: boolean;
  createdBy: string;
  createdAt: Date;
  modifiedAt: Date;
  deletedAt: Date | null;
  /** It was RUNNING once: there may be something to back up. */
  everRan: boolean;
  /** The number of replicas after the last scaling; null: the instance was never scaled. */
  replicas: number | null;
  /** The snapshot it was made of. */
  restoredFrom: string | null;
  /** A delete has begun to take it down: part of it may be gone. */
  takingDown: boolean;
  /** How the cell was found to differ from the rows. */
  findings: InstanceFinding[];
  /** Fields of its objects that others have changed, with nobody having accepted it. */
  driftedFields: number;
  /** It was made of what ran already: its namespace stays when it is deleted. */
  adopted: boolean;
}

export const columns = sql`i.id, i.provider_org_id as "providerOrgId", i.org_id as "orgId", i.subscription_id as "subscriptionId", i.service_id as "serviceId",
  i.environment_id as "environmentId", i.environment_type as "environmentType", i.plan_id as "planId", i.plan_version as "planVersion",
  i.resource_id as "resourceId", i.resource_key as "resourceKey", i.cell_id as "cellId", i.cloud_provider as "cloudProvider", i.region,
  i.network_type as "networkType", i.namespace, i.placed, i.status, i.status_message as "statusMessage", i.parameters,
  i.launch_parameters as "launchParameters", i.sealed_parameters as "sealedParameters", i.outputs, i.endpoints, i.warnings, i.tags,
  i.sealed_seed as "sealedSeed", i.deletion_protection as "deletionProtection", i.created_by as "createdBy", i.created_at as "createdAt",
  i.modified_at as "modifiedAt", i.deleted_at as "deletedAt", i.ever_ran as "everRan", i.replicas, i.restored_from as "restoredFrom",
  i.taking_down as "takingDown", i.findings, i.drifted_fields as "driftedFields", i.adopted`;

/** True of `instances i`, and of other rows `i` that say whose they are by the same columns: provider and customer see theirs, nobody else. */
export const visibleTo = ({ orgId, subscriptions, products }: Viewer) =>
  sql`${subscriptions === undefined ? sql`${orgId} in (i.provider_org_id, i.org_id)` : sql`i.subscription_id = any(${[...subscriptions]})`}
    and ${products === undefined ? sql`true` : sql`i.service_id = any(${[...products]})`}`;

/** A product, and an environment; what is missing does not restrict. */
export interface Within {
  serviceId?: string | undefined;
  environmentId?: string | undefined;
}

/** True of `instances i`, or such rows, that are within it. */
export const liesWithin = ({ serviceId, environmentId }: Within) =>
  sql`${serviceId === undefined ? sql`true` : sql`i.service_id = ${serviceId}`}
    and ${environmentId === undefined ? sql`true` : sql`i.environment_id = ${environmentId}`}`;

export type NewInstance = Omit<
  InstanceRow,
  | 'placed'
  | 'statusMessage'
  | 'outputs'
  | 'endpoints'
  | 'createdAt'
  | 'modifiedAt'
  | 'deletedAt'
  | 'everRan'
  | 'replicas'
  | 'restoredFrom'
  | 'takingDown'
  | 'findings'
  | 'driftedFields'
  | 'adopted'
> & { restoredFrom?: string };

/** Inserts it and answers the row as it is stored. Nobody else sees it before the commit, so it is as good as locked. */
export async function insertInstance(tx: Transaction, row: NewInstance): Promise<InstanceRow> {
  const { rows } = await sql<InstanceRow>`/* prepared */
    insert into instances as i (id, provider_org_id, org_id, subscription_id, service_id, environment_id, environment_type, plan_id, plan_version,
      resource_id, resource_key, cell_id, cloud_provider, region, network_type, namespace, status, parameters, launch_parameters,
      sealed_parameters, warnings, tags, sealed_seed, deletion_protection, created_by, restored_from)
    values (${row.id}, ${row.providerOrgId}, ${row.orgId}, ${row.subscriptionId}, ${row.serviceId}, ${row.environmentId}, ${row.environmentType},
      ${row.planId}, ${row.planVersion}, ${row.resourceId}, ${row.resourceKey}, ${row.cellId}, ${row.cloudProvider}, ${row.region}, ${row.networkType},
      ${row.namespace}, ${row.status}, ${json(row.parameters)}, ${json(row.launchParameters)}, ${row.sealedParameters}, ${json(row.warnings)}, ${json(row.tags)},
      ${row.sealedSeed}, ${row.deletionProtection}, ${row.createdBy}, ${row.restoredFrom ?? null})
    returning ${columns}`.execute(tx);
  const [inserted] = rows;
  if (inserted === undefined) throw new Error(`instance ${row.id} was not inserted`);
  await tellCreated(tx, row);
  return inserted;
}

async function tellCreated(
  tx: Transaction,
  row: Pick<InstanceRow, 'id' | 'orgId' | 'subscriptionId' | 'planId' | 'planVersion'>,
): Promise<void> {
  const { id, orgId, subscriptionId, planId, planVersion } = row;
  await tell(tx, { kind: 'instance-created', subject: id, payload: { orgId, subscriptionId, planId, planVersion } });
}

/** By id, deleted or not; for stages, which act for the platform. */
export async function selectInstance(db: Database, id: string): Promise<InstanceRow | undefined> {
  return (await sql<InstanceRow>`/* prepared */ select ${columns} from instances i where i.id = ${id}`.execute(db)).rows[0];
}

/** A live instance that the viewer may see. @throws DomainError forbidden if they may only see it, and ask for more */
export async function selectVisibleInstance(db: Database, viewer: Viewer, id: string): Promise<InstanceRow | undefined> {
  const { rows } = await sql<InstanceRow>`
    select ${columns} from instances i where i.id = ${id} and i.deleted_at is null and ${visibleTo(viewer)}`.execute(db);
  if (rows[0] !== undefined) requireAllowed(viewer, 'instance', rows[0]);
  return rows[0];
}

/** Deleted or not: its history stays visible. @throws DomainError forbidden if the viewer may only see it, and asks for more */
export async function selectVisibleToo(db: Database, viewer: Viewer, id: string): Promise<InstanceRow | undefined> {
  const [found] = await selectInstancesById(db, viewer, [id]);
  if (found !== undefined) requireAllowed(viewer, 'instance', found);
  return found;
}

/** Of these, those that the viewer may see, deleted or not. */
export async function selectInstancesById(db: Database, viewer: Viewer, ids: string[]): Promise<InstanceRow[]> {
  return (await sql<InstanceRow>`select ${columns} from instances i where i.id = any(${ids}) and ${visibleTo(viewer)}`.execute(db)).rows;
}

/** Condition on a column `subject`: it is an instance of an environment that the viewer may see, deleted or not. */
export function isInstanceIn(viewer: Viewer, environmentId: string): RawBuilder<unknown> {
  return sql`subject in (select i.id from instances i where i.environment_id = ${environmentId} and ${visibleTo(viewer)})`;
}

/** True if the viewer may see an instance in an environment, deleted or not. */
export async function isInstanceSeenIn(db: Database, viewer: Viewer, environmentId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from instances i where i.id = ${id} and i.environment_id = ${environmentId} and ${visibleTo(viewer)}`.execute(db);
  return rows.length > 0;
}

/** Organizations of these instances, deleted or not, by id. */
export async function selectOwnersOf(db: Database, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; orgId: string }>`select id, org_id as "orgId" from instances where id = any(${ids})`.execute(db);
  return new Map(rows.map((row) => [row.id, row.orgId]));
}

/** Instances, locked until the transaction ends: several, one after the other by their ids; each is waited for no longer than this (milliseconds; then PostgreSQL's 55P03). */
export async function lockInstances(tx: Transaction, ids: string[], patienceMs: number): Promise<void> {
  await sql`/* prepared */ select 1 from instances i cross join ${patience(patienceMs)} where i.id = any(${ids}) order by i.id for update of i`.execute(
    tx,
  );
}

/** The instance, locked until the transaction ends. Its runs and snapshots are locked after it. */
export async function lockInstance(tx: Transaction, id: string): Promise<InstanceRow | undefined> {
  return (await sql<InstanceRow>`/* prepared */ select ${columns} from instances i where i.id = ${id} for update`.execute(tx)).rows[0];
}

/**
 * A deleted instance is live again, as a restore into it needs it: same id, namespace and seed, so the same endpoints; nothing in
 * the cell, no outputs, the given values. The instance must be locked, and the arbiter asked (`restore`).
 */
export async function reviveInstance(
  tx: Transaction,
  id: string,
  as: { planVersion: string; networkType: string; parameters: Record<string, Json>; sealedParameters: Buffer; restoredFrom: string },
): Promise<void> {
  const { rows } = await sql<Parameters<typeof tellCreated>[1]>`
    update instances set deleted_at = null, placed = false, ever_ran = false, taking_down = false, replicas = null, status = 'DEPLOYING', status_message = '',
      plan_version = ${as.planVersion}, network_type = ${as.networkType}, parameters = ${json(as.parameters)},
      launch_parameters = ${json(as.parameters)}, sealed_parameters = ${as.sealedParameters}, restored_from = ${as.restoredFrom},
      outputs = '{}', endpoints = '{}', warnings = '[]', findings = '[]', drifted_fields = 0, modified_at = now()
    where id = ${id} and deleted_at is not null
    returning id, org_id as "orgId", subscription_id as "subscriptionId", plan_id as "planId", plan_version as "planVersion"`.execute(tx);
  for (const row of rows) await tellCreated(tx, row);
}

/** Values that an instance has, or is to have. */
export interface InstanceValues {
  /** The plan version that they are of. */
  planVersion: string;
  parameters: Record<string, Json>;
  /** Password and Secret ones, sealed for the instance. */
  sealedParameters: Buffer;
  networkType: string;
}

/** From now on these are the instance's values. */
export async function updateParameters(tx: Transaction, id: string, to: InstanceValues): Promise<void> {
  await sql`
    update instances set plan_version = ${to.planVersion}, parameters = ${json(to.parameters)}, sealed_parameters = ${to.sealedParameters},
      network_type = ${to.networkType}, modified_at = now(),
      replicas = case when parameters->>'replicaCount' is distinct from ${replicaCountOf(to.parameters)}::text then null else replicas end
    where id = ${id}`.execute(tx);
}

export async function updateTags(tx: Transaction, id: string, tags: Tag[]): Promise<void> {
  await sql`update instances set tags = ${json(tags)}, modified_at = now() where id = ${id}`.execute(tx);
}

export async function setDeletionProtection(tx: Transaction, id: string, to: boolean): Promise<void> {
  await sql`update instances set deletion_protection = ${to}, modified_at = now() where id = ${id}`.execute(tx);
}

/** From now on there may be something of it in the cell. */
export async function setPlaced(tx: Transaction, id: string): Promise<void> {
  await sql`/* prepared */ update instances set placed = true where id = ${id} and not placed`.execute(tx);
}

/** Adds a warning unless it is there. */
export async function addWarning(db: Database, id: string, warning: string): Promise<void> {
  const one = json([warning]);
  await sql`update instances set warnings = (warnings::jsonb || ${one}::jsonb)::json
    where id = ${id} and not warnings::jsonb @> ${one}::jsonb`.execute(db);
}

export async function setWarnings(tx: Transaction, id: string, warnings: string[]): Promise<void> {
  await sql`update instances set warnings = ${json(warnings)} where id = ${id}`.execute(tx);
}

export async function setResults(
  tx: Transaction,
  id: string,
  results: { outputs: InstanceRow['outputs']; endpoints: InstanceRow['endpoints'] },
): Promise<void> {
  await sql`/* prepared */ update instances set outputs = ${json(results.outputs)}, endpoints = ${json(results.endpoints)} where id = ${id}`.execute(
    tx,
  );
}

/** A count that a scaling has reached, with the parameters if the plan keeps it there too. */
export async function setReplicas(tx: Transaction, id: string, to: { replicas: number; parameters: Record<string, Json> }): Promise<void> {
  await sql`update instances set replicas = ${to.replicas}, parameters = ${json(to.parameters)} where id = ${id}`.execute(tx);
}

/** The instance's values as an operation that asks for others sees them. */
export function withValues(instance: InstanceRow, requested: InstanceValues | null | undefined): InstanceRow {
  return requested === null || requested === undefined ? instance : { ...instance, ...requested };
}

/** A delete has begun to take it down. */
export async function setTakingDown(tx: Transaction, id: string): Promise<void> {
  await sql`update instances set taking_down = true where id = ${id}`.execute(tx);
}

/** A count that a change gives is the count from then on, whatever was scaled before. */
function replicaCountOf(parameters: Record<string, Json>): string | null {
  const count = parameters['replicaCount'];
  return count === undefined || count === null ? null : String(count);
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
