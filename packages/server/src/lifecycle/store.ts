/** Rows of operations. */
import type { Json, JsonObject } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import { tell } from '../events/tell.js';
import type { OperationKind } from '../instances/instance.js';
import type { InstanceValues } from '../instances/store.js';
import { type OperationRow, type Step, versionsIn } from './operation.js';

type Nullable<T> = { [K in keyof T]: T[K] | null };
/** The values that an operation asks for, as they are stored: all of them or none. */
export interface RequestedColumns {
  requestedPlanVersion: string | null;
  requestedParameters: Record<string, Json> | null;
  sealedRequested: Buffer | null;
  requestedNetworkType: string | null;
}

type StoredOperation = Omit<OperationRow, 'requested' | 'previous'> &
  RequestedColumns & {
    previousPlanVersion: string | null;
    previousParameters: Record<string, Json> | null;
    sealedPrevious: Buffer | null;
    previousNetworkType: string | null;
  };

function operationOf(stored: StoredOperation): OperationRow {
  const { requestedPlanVersion, requestedParameters, sealedRequested, requestedNetworkType, ...rest } = stored;
  const { previousPlanVersion, previousParameters, sealedPrevious, previousNetworkType, ...row } = rest;
  const requested = { requestedPlanVersion, requestedParameters, sealedRequested, requestedNetworkType };
  const previous = {
    planVersion: previousPlanVersion,
    parameters: previousParameters,
    sealedParameters: sealedPrevious,
    networkType: previousNetworkType,
  };
  return { ...row, requested: requestedOf(requested), previous: valuesOf(previous) };
}

/** Null: the operation changes none. */
export function requestedOf(row: RequestedColumns): InstanceValues | null {
  return valuesOf({
    planVersion: row.requestedPlanVersion,
    parameters: row.requestedParameters,
    sealedParameters: row.sealedRequested,
    networkType: row.requestedNetworkType,
  });
}

function valuesOf({ planVersion, parameters, sealedParameters, networkType }: Nullable<InstanceValues>): InstanceValues | null {
  if (planVersion === null || parameters === null || sealedParameters === null || networkType === null) return null;
  return { planVersion, parameters, sealedParameters, networkType };
}

const operationColumns = sql`id, instance_id as "instanceId", kind, status, run_id as "runId", requested_by as "requestedBy",
  skip_final_snapshot as "skipFinalSnapshot", skip_snapshot_cleanup as "skipSnapshotCleanup", step, next_steps as "nextSteps",
  sealed_input as "sealedInput", data, requested_parameters as "requestedParameters", sealed_requested as "sealedRequested",
  requested_network_type as "requestedNetworkType",
  coalesce(requested_plan_version, (select i.plan_version from instances i where i.id = instance_id and requested_parameters is not null)) as "requestedPlanVersion",
  previous_plan_version as "previousPlanVersion", previous_parameters as "previousParameters", sealed_previous as "sealedPrevious",
  previous_network_type as "previousNetworkType"`;

export async function insertOperation(tx: Transaction, row: OperationRow): Promise<void> {
  await sql`/* prepared */
    insert into operations (id, instance_id, kind, status, run_id, requested_by, skip_final_snapshot, skip_snapshot_cleanup, step, next_steps,
      sealed_input, data, requested_parameters, sealed_requested, requested_network_type, requested_plan_version,
      previous_plan_version, previous_parameters, sealed_previous, previous_network_type)
    values (${row.id}, ${row.instanceId}, ${row.kind}, ${row.status}, ${row.runId}, ${row.requestedBy}, ${row.skipFinalSnapshot},
      ${row.skipSnapshotCleanup}, ${row.step === null ? null : json(row.step)}, ${json(row.nextSteps)}, ${row.sealedInput}, ${json(row.data)},
      ${row.requested === null ? null : json(row.requested.parameters)}, ${row.requested?.sealedParameters ?? null}, ${row.requested?.networkType ?? null},
      ${row.requested?.planVersion ?? null}, ${row.previous?.planVersion ?? null},
      ${row.previous === null ? null : json(row.previous.parameters)}, ${row.previous?.sealedParameters ?? null}, ${row.previous?.networkType ?? null})`.execute(
    tx,
  );
}

/** The running operation and the delete that waits behind it. */
export async function selectOpenOperations(db: Database, instanceId: string): Promise<OperationRow[]> {
  const { rows } = await sql<StoredOperation>`/* prepared */
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
  const { rows } = await sql<StoredOperation>`/* prepared */ select ${operationColumns} from operations where run_id = ${runId}`.execute(
    db,
  );
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

/** Values of this plan version that an operation on the instance has asked for last; undefined: none did. */
export async function selectValuesAsked(db: Database, instanceId: string, planVersion: string): Promise<InstanceValues | undefined> {
  const { rows } = await sql<StoredOperation>`
    select ${operationColumns} from operations
    where instance_id = ${instanceId} and requested_plan_version = ${planVersion} order by created_at desc limit 1`.execute(db);
  return rows.map(operationOf)[0]?.requested ?? undefined;
}

/** An operation that has begun, as it stands: of a run's data, or where one is asked for by its id. */
export async function selectOperation(db: Database, id: string): Promise<OperationRow | undefined> {
  const { rows } = await sql<StoredOperation>`/* prepared */ select ${operationColumns} from operations where id = ${id}`.execute(db);
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

/** What a delete that waits is to skip beside what was asked before. Its instance must be locked: the delete cannot begin meanwhile. */
export async function setSkips(
  tx: Transaction,
  id: string,
  { skipFinalSnapshot, skipSnapshotCleanup }: { skipFinalSnapshot: boolean; skipSnapshotCleanup: boolean },
): Promise<void> {
  await sql`
    update operations set skip_final_snapshot = skip_final_snapshot or ${skipFinalSnapshot},
      skip_snapshot_cleanup = skip_snapshot_cleanup or ${skipSnapshotCleanup}
    where id = ${id} and status = 'waiting'`.execute(tx);
}

/** An operation whose run is tried again. */
export async function reopenOperation(tx: Transaction, id: string, data: JsonObject): Promise<void> {
  await sql`
    update operations set status = 'running', message = '', code = '', finished_at = null, data = ${json(data)} where id = ${id}`.execute(
    tx,
  );
}

/** Whether an operation is over. An unknown one is. */
export async function isOver(db: Database, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from operations where id = ${id} and finished_at is null`.execute(db);
  return rows.length === 0;
}

/** Of these instances one on which an operation acts, or waits to. */
export async function selectOneWorkedOn(db: Database, instanceIds: string[]): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select instance_id as id from operations where instance_id = any(${instanceIds}) and status in ('running', 'waiting') limit 1`.execute(
    db,
  );
  return rows[0]?.id;
}

/** Open operations of an instance, and the newest of each kind: of all, and of those that have succeeded. */
export async function selectNeededOperations(db: Database, instanceId: string): Promise<{ id: string; isOpen: boolean }[]> {
  const { rows } = await sql<{ id: string; isOpen: boolean }>`
    with mine as (select id, kind, status, created_at from operations where instance_id = ${instanceId}), needed as (
      (select distinct on (kind) id, status from mine order by kind, created_at desc, id desc)
      union (select distinct on (kind) id, status from mine where status = 'succeeded' order by kind, created_at desc, id desc)
      union (select id, status from mine where status in ('running', 'waiting'))
    )
    select id, status in ('running', 'waiting') as "isOpen" from needed`.execute(db);
  return rows;
}

/** When the present life of an instance began: it was created, or restored into; null: never. */
export async function selectLifeBegin(db: Database, instanceId: string): Promise<Date | null> {
  const { rows } = await sql<{ begin: Date | null }>`
    select max(created_at) as begin from operations where instance_id = ${instanceId} and kind in ('create', 'restore')`.execute(db);
  return rows[0]?.begin ?? null;
}

/** Removes operations of an instance that ended before this moment, at most `limit`, but for those in `kept`. Answers how many. */
export async function deletePastOperations(
  tx: Transaction,
  { instanceId, before, kept, limit }: { instanceId: string; before: Date; kept: string[]; limit: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from operations where id in (
      select id from operations where instance_id = ${instanceId} and created_at < ${before} and finished_at < ${before}
        and status in ('succeeded', 'failed', 'cancelled') and id <> all(${kept})
      order by created_at limit ${limit})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Forgets the operations of instances that go. */
export async function deleteOperationsOf(tx: Transaction, instanceIds: string[]): Promise<void> {
  await sql`delete from operations where instance_id = any(${instanceIds})`.execute(tx);
}

export async function finishOperation(
  tx: Transaction,
  { id, instanceId, kind, data }: Pick<OperationRow, 'id' | 'instanceId' | 'kind' | 'data'>,
  end: { status: 'succeeded' | 'failed' | 'cancelled'; message: string; code: string },
): Promise<void> {
  await sql`/* prepared */
    update operations set status = ${end.status}, message = ${end.message}, code = ${end.code}, finished_at = now() where id = ${id}`.execute(
    tx,
  );
  await tell(tx, {
    kind: 'operation-ended',
    subject: instanceId,
    payload: { operationId: id, operation: kind, outcome: end.status, ...versionsIn(data) },
  });
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
