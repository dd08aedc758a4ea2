/** Failed instances that are brought back to the version that they had. */
import { type Database, sql, type Transaction } from '../../database/database.js';

/** An instance whose upgrade in the path has failed. */
export interface Failed {
  pathId: string;
  instanceId: string;
}

/** Failed instances that are to be brought back and whose time has come, of any path. */
export async function selectRollbacksWanted(db: Database, limit: number): Promise<Failed[]> {
  const { rows } = await sql<Failed>`
    select path_id as "pathId", instance_id as "instanceId" from instance_upgrades
    where rollback_status = 'WANTED' and next_try_at <= now() order by next_try_at limit ${limit}`.execute(db);
  return rows;
}

export async function lockRollback(tx: Transaction, { pathId, instanceId }: Failed): Promise<{ operationId: string } | undefined> {
  const { rows } = await sql<{ operationId: string | null }>`
    select operation_id as "operationId" from instance_upgrades
    where path_id = ${pathId} and instance_id = ${instanceId} and rollback_status = 'WANTED' for update skip locked`.execute(tx);
  const operationId = rows[0]?.operationId ?? undefined;
  return operationId === undefined ? undefined : { operationId };
}

/** Its way back has begun. */
export async function setRollbackBegun(tx: Transaction, { pathId, instanceId }: Failed, operationId: string): Promise<void> {
  await sql`
    update instance_upgrades set rollback_status = 'IN_PROGRESS', rollback_operation_id = ${operationId}, updated_at = now()
    where path_id = ${pathId} and instance_id = ${instanceId} and rollback_status = 'WANTED'`.execute(tx);
}

/** It cannot be brought back, and why. */
export async function refuseRollback(tx: Transaction, { pathId, instanceId }: Failed, why: string): Promise<void> {
  await sql`
    update instance_upgrades set rollback_status = 'FAILED', updated_at = now(), reason = reason || ' It could not be brought back: ' || ${why}
    where path_id = ${pathId} and instance_id = ${instanceId} and rollback_status = 'WANTED'`.execute(tx);
}

/** It is tried again after so many milliseconds. */
export async function putOffRollback(db: Database, { pathId, instanceId }: Failed, ms: number): Promise<void> {
  await sql`
    update instance_upgrades set next_try_at = now() + ${ms} * interval '1 millisecond'
    where path_id = ${pathId} and instance_id = ${instanceId} and rollback_status = 'WANTED'`.execute(db);
}
