import type { Json, JsonObject } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import type { InstanceFinding } from './finding.js';
import type { Endpoint, InstanceStatus, StoredOutput, Tag } from './instance.js';
import type { OperationKind, Step } from '../lifecycle/operation.js';

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
  /** As the last scaling left it; null: never scaled. */
  replicas: number | null;
  /** The snapshot it was made of. */
  restoredFrom: string | null;
  /** A delete has begun to take it down: part of it may be gone. */
  takingDown: boolean;
  /** How the cell was found to differ from the rows. */
  findings: InstanceFinding[];
}

const columns = sql`i.id, i.provider_org_id as "providerOrgId", i.org_id as "orgId", i.subscription_id as "subscriptionId", i.service_id as "serviceId",
  i.environment_id as "environmentId", i.environment_type as "environmentType", i.plan_id as "planId", i.plan_version as "planVersion",
  i.resource_id as "resourceId", i.resource_key as "resourceKey", i.cell_id as "cellId", i.cloud_provider as "cloudProvider", i.region,
  i.network_type as "networkType", i.namespace, i.placed, i.status, i.status_message as "statusMessage", i.parameters,
  i.launch_parameters as "launchParameters", i.sealed_parameters as "sealedParameters", i.outputs, i.endpoints, i.warnings, i.tags,
  i.sealed_seed as "sealedSeed", i.deletion_protection as "deletionProtection", i.created_by as "createdBy", i.created_at as "createdAt",
  i.modified_at as "modifiedAt", i.deleted_at as "deletedAt", i.ever_ran as "everRan", i.replicas, i.restored_from as "restoredFrom",
  i.taking_down as "takingDown", i.findings`;

/** Foreign instances do not exist: provider and customer see theirs, nobody else. */
const visibleTo = (orgId: string) => sql`${orgId} in (i.provider_org_id, i.org_id)`;

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
> & { restoredFrom?: string };

export async function insertInstance(tx: Transaction, row: NewInstance): Promise<void> {
  await sql`
    insert into instances (id, provider_org_id, org_id, subscription_id, service_id, environment_id, environment_type, plan_id, plan_version,
      resource_id, resource_key, cell_id, cloud_provider, region, network_type, namespace, status, parameters, launch_parameters,
      sealed_parameters, warnings, tags, sealed_seed, deletion_protection, created_by, restored_from)
    values (${row.id}, ${row.providerOrgId}, ${row.orgId}, ${row.subscriptionId}, ${row.serviceId}, ${row.environmentId}, ${row.environmentType},
      ${row.planId}, ${row.planVersion}, ${row.resourceId}, ${row.resourceKey}, ${row.cellId}, ${row.cloudProvider}, ${row.region}, ${row.networkType},
      ${row.namespace}, ${row.status}, ${json(row.parameters)}, ${json(row.launchParameters)}, ${row.sealedParameters}, ${json(row.warnings)}, ${json(row.tags)},
      ${row.sealedSeed}, ${row.deletionProtection}, ${row.createdBy}, ${row.restoredFrom ?? null})`.execute(tx);
}

/** By id, deleted or not; for stages, which act for the platform. */
export async function selectInstance(db: Database, id: string): Promise<InstanceRow | undefined> {
  return (await sql<InstanceRow>`select ${columns} from instances i where i.id = ${id}`.execute(db)).rows[0];
}

/** A live instance that the organization may see. */
export async function selectVisibleInstance(db: Database, orgId: string, id: string): Promise<InstanceRow | undefined> {
  const { rows } = await sql<InstanceRow>`
    select ${columns} from instances i where i.id = ${id} and i.deleted_at is null and ${visibleTo(orgId)}`.execute(db);
  return rows[0];
}

/** Deleted or not: its history stays visible. */
export async function selectVisibleToo(db: Database, orgId: string, id: string): Promise<InstanceRow | undefined> {
  return (await selectInstancesById(db, orgId, [id]))[0];
}

/** Of these, those that the organization may see, deleted or not. */
export async function selectInstancesById(db: Database, orgId: string, ids: string[]): Promise<InstanceRow[]> {
  return (await sql<InstanceRow>`select ${columns} from instances i where i.id = any(${ids}) and ${visibleTo(orgId)}`.execute(db)).rows;
}

/** Ids of all instances of an environment that the organization may see, deleted or not. */
export async function selectInstanceIds(db: Database, orgId: string, environmentId: string): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
  }>`select i.id from instances i where i.environment_id = ${environmentId} and ${visibleTo(orgId)}`.execute(db);
  return rows.map((row) => row.id);
}

/** The instance, locked until the transaction ends. */
export async function lockInstance(tx: Transaction, id: string): Promise<InstanceRow | undefined> {
  return (await sql<InstanceRow>`select ${columns} from instances i where i.id = ${id} for update`.execute(tx)).rows[0];
}

export interface InstanceFilter {
  serviceId?: string;
  environmentId?: string;
  planId?: string;
  planVersion?: string;
  subscriptionId?: string;
  /** The customer's organization. */
  ownedBy?: string;
  /** PROD, DEV, … */
  environmentType?: string;
  /** @default all */
  limit?: number;
  /** `createdAt` and id of the last one seen. */
  after?: { createdAt: Date; id: string };
}

/** Live instances that the organization may see, newest first. */
export async function selectInstances(db: Database, orgId: string, filter: InstanceFilter): Promise<InstanceRow[]> {
  const when = (value: string | undefined, condition: ReturnType<typeof sql>) => (value === undefined ? sql`true` : condition);
  const { rows } = await sql<InstanceRow>`
    select ${columns} from instances i
    where i.deleted_at is null and ${visibleTo(orgId)}
      and ${when(filter.serviceId, sql`i.service_id = ${filter.serviceId}`)}
      and ${when(filter.environmentId, sql`i.environment_id = ${filter.environmentId}`)}
      and ${when(filter.planId, sql`i.plan_id = ${filter.planId}`)}
      and ${when(filter.planVersion, sql`i.plan_version = ${filter.planVersion}`)}
      and ${when(filter.subscriptionId, sql`i.subscription_id = ${filter.subscriptionId}`)}
      and ${when(filter.ownedBy, sql`i.org_id = ${filter.ownedBy}`)}
      and ${when(filter.environmentType, sql`i.environment_type = ${filter.environmentType}`)}
      and ${filter.after === undefined ? sql`true` : sql`(date_trunc('milliseconds', i.created_at), i.id) < (${filter.after.createdAt}, ${filter.after.id})`}
    order by date_trunc('milliseconds', i.created_at) desc, i.id desc limit ${filter.limit ?? null}`.execute(db);
  return rows;
}

/** Answers since when it is deleted; null: it is not. */
export async function updateStatus(tx: Transaction, id: string, status: InstanceStatus, message: string): Promise<Date | null> {
  const { rows } = await sql<{ deletedAt: Date | null }>`
    update instances set status = ${status}, status_message = ${message}, modified_at = now(),
      deleted_at = case when ${status} = 'DELETED' then now() end, ever_ran = ever_ran or ${status} = 'RUNNING'
    where id = ${id} returning deleted_at as "deletedAt"`.execute(tx);
  return rows[0]?.deletedAt ?? null;
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
  await sql`
    update instances set deleted_at = null, placed = false, ever_ran = false, taking_down = false, replicas = null, status = 'DEPLOYING', status_message = '',
      plan_version = ${as.planVersion}, network_type = ${as.networkType}, parameters = ${json(as.parameters)},
      launch_parameters = ${json(as.parameters)}, sealed_parameters = ${as.sealedParameters}, restored_from = ${as.restoredFrom},
      outputs = '{}', endpoints = '{}', warnings = '[]', findings = '[]', modified_at = now()
    where id = ${id} and deleted_at is not null`.execute(tx);
}

/** Values that an instance has, or is to have. */
export interface InstanceValues {
  parameters: Record<string, Json>;
  /** Password and Secret ones, sealed for the instance. */
  sealedParameters: Buffer;
  networkType: string;
}

/** From now on these are the instance's values. */
export async function updateParameters(tx: Transaction, id: string, to: InstanceValues): Promise<void> {
  await sql`
    update instances set parameters = ${json(to.parameters)}, sealed_parameters = ${to.sealedParameters}, network_type = ${to.networkType},
      modified_at = now(),
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
  await sql`update instances set placed = true where id = ${id} and not placed`.execute(tx);
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
  await sql`update instances set outputs = ${json(results.outputs)}, endpoints = ${json(results.endpoints)} where id = ${id}`.execute(tx);
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

export interface OperationRow {
  id: string;
  instanceId: string;
  kind: OperationKind;
  status: 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  runId: string | null;
  requestedBy: string;
  /** Deletes: the plan's final snapshot is not wanted. */
  skipFinalSnapshot: boolean;
  /** Deletes: automated snapshots are left behind. */
  skipSnapshotCleanup: boolean;
  /** The step of `runId`; null while it waits, and for an operation of an older version of the program. */
  step: Step | null;
  nextSteps: Step[];
  sealedInput: Buffer | null;
  data: JsonObject;
  /** Values that count for the instance once the operation has succeeded; null: it changes none. */
  requested: InstanceValues | null;
}

type StoredOperation = Omit<OperationRow, 'requested'> & {
  requestedParameters: Record<string, Json> | null;
  sealedRequested: Buffer | null;
  requestedNetworkType: string | null;
};

function operationOf({ requestedParameters, sealedRequested, requestedNetworkType, ...row }: StoredOperation): OperationRow {
  if (requestedParameters === null || sealedRequested === null || requestedNetworkType === null) return { ...row, requested: null };
  return { ...row, requested: { parameters: requestedParameters, sealedParameters: sealedRequested, networkType: requestedNetworkType } };
}

const operationColumns = sql`id, instance_id as "instanceId", kind, status, run_id as "runId", requested_by as "requestedBy",
  skip_final_snapshot as "skipFinalSnapshot", skip_snapshot_cleanup as "skipSnapshotCleanup", step, coalesce(next_steps, '[]') as "nextSteps",
  sealed_input as "sealedInput", data, requested_parameters as "requestedParameters", sealed_requested as "sealedRequested",
  requested_network_type as "requestedNetworkType"`;

export async function insertOperation(tx: Transaction, row: OperationRow): Promise<void> {
  await sql`
    insert into operations (id, instance_id, kind, status, run_id, requested_by, skip_final_snapshot, skip_snapshot_cleanup, step, next_steps,
      sealed_input, data, requested_parameters, sealed_requested, requested_network_type)
    values (${row.id}, ${row.instanceId}, ${row.kind}, ${row.status}, ${row.runId}, ${row.requestedBy}, ${row.skipFinalSnapshot},
      ${row.skipSnapshotCleanup}, ${row.step === null ? null : json(row.step)}, ${json(row.nextSteps)}, ${row.sealedInput}, ${json(row.data)},
      ${row.requested === null ? null : json(row.requested.parameters)}, ${row.requested?.sealedParameters ?? null}, ${row.requested?.networkType ?? null})`.execute(
    tx,
  );
}

/** The running operation and the delete that waits behind it. */
export async function selectOpenOperations(db: Database, instanceId: string): Promise<OperationRow[]> {
  const { rows } = await sql<StoredOperation>`
    select ${operationColumns} from operations where instance_id = ${instanceId} and status in ('running', 'waiting') order by status`.execute(
    db,
  );
  return rows.map(operationOf);
}

/** Whether an operation acts on the instance, or waits to; also one that leaves the instance's status as it is. */
export async function isBeingWorkedOn(db: Database, instanceId: string): Promise<boolean> {
  const { rows } =
    await sql`select 1 from operations where instance_id = ${instanceId} and status in ('running', 'waiting') limit 1`.execute(db);
  return rows.length > 0;
}

export async function selectOperationOfRun(db: Database, runId: string): Promise<OperationRow | undefined> {
  const { rows } = await sql<StoredOperation>`select ${operationColumns} from operations where run_id = ${runId}`.execute(db);
  return rows.map(operationOf)[0];
}

/** The operation that a run was a step of, over or not; undefined also for runs of older versions of the program. */
export async function selectOperationOfStep(db: Database, runId: string): Promise<OperationRow | undefined> {
  const { rows } = await sql<StoredOperation>`
    select ${operationColumns} from operations where id = (select r.data->>'operationId' from runs r where r.id = ${runId})`.execute(db);
  return rows.map(operationOf)[0];
}

/** The operation that was accepted last, those of the given kinds left out. */
export async function selectNewestOperation(db: Database, instanceId: string, except: OperationKind[]): Promise<OperationRow | undefined> {
  const { rows } = await sql<StoredOperation>`
    select ${operationColumns} from operations where instance_id = ${instanceId} and not (kind = any(${except})) order by created_at desc limit 1`.execute(
    db,
  );
  return rows.map(operationOf)[0];
}

/** An operation that has begun, as it stands: of a run's data, or where one is asked for by its id. */
export async function selectOperation(db: Database, id: string): Promise<OperationRow | undefined> {
  const { rows } = await sql<StoredOperation>`select ${operationColumns} from operations where id = ${id}`.execute(db);
  return rows.map(operationOf)[0];
}

/** The operation goes on, or begins, with this step's run. */
export async function setOperationStep(
  tx: Transaction,
  id: string,
  to: { runId: string; step: Step; nextSteps: Step[]; data: JsonObject },
): Promise<void> {
  await sql`
    update operations set status = 'running', run_id = ${to.runId}, step = ${json(to.step)}, next_steps = ${json(to.nextSteps)}, data = ${json(to.data)}
    where id = ${id} and status in ('waiting', 'running')`.execute(tx);
}

/** What a delete that waits is to skip beside what was asked before. Answers whether it still waits. */
export async function setSkips(
  tx: Transaction,
  id: string,
  { skipFinalSnapshot, skipSnapshotCleanup }: { skipFinalSnapshot: boolean; skipSnapshotCleanup: boolean },
): Promise<boolean> {
  const { rows } = await sql`
    update operations set skip_final_snapshot = skip_final_snapshot or ${skipFinalSnapshot},
      skip_snapshot_cleanup = skip_snapshot_cleanup or ${skipSnapshotCleanup}
    where id = ${id} and status = 'waiting' returning id`.execute(tx);
  return rows.length > 0;
}

/** An operation whose run is tried again. */
export async function reopenOperation(tx: Transaction, id: string, data: JsonObject): Promise<void> {
  await sql`
    update operations set status = 'running', message = '', code = '', finished_at = null, data = ${json(data)} where id = ${id}`.execute(
    tx,
  );
}

export async function finishOperation(
  tx: Transaction,
  id: string,
  end: { status: 'succeeded' | 'failed' | 'cancelled'; message: string; code: string },
): Promise<void> {
  await sql`
    update operations set status = ${end.status}, message = ${end.message}, code = ${end.code}, finished_at = now() where id = ${id}`.execute(
    tx,
  );
}

/** A count that a change gives is the count from then on, whatever was scaled before. */
function replicaCountOf(parameters: Record<string, Json>): string | null {
  const count = parameters['replicaCount'];
  return count === undefined || count === null ? null : String(count);
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
