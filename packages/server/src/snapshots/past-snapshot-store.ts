/** Records of snapshots that were removed long ago. */
import { type Database, sql, type Transaction } from '../database/database.js';

/** Removes records of an instance's snapshots that were removed before this moment and of which no copy is left; at most `limit`. Answers how many. */
export async function deletePastSnapshots(
  tx: Transaction,
  { instanceId, before, limit }: { instanceId: string; before: Date; limit: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from snapshots where id in (
      select s.id from snapshots s where s.source_instance_id = ${instanceId} and s.deleted_at < ${before} and not exists (
        select 1 from snapshots c where c.source_instance_id = ${instanceId} and c.copied_from = s.id and c.deleted_at is null)
      order by s.deleted_at limit ${limit})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Whether an instance has snapshots that are not removed. */
export async function hasSnapshots(db: Database, instanceId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from snapshots where source_instance_id = ${instanceId} and deleted_at is null limit 1`.execute(db);
  return rows.length > 0;
}

/** Forgets all records of an instance that has no snapshots left, and its schedule. */
export async function forgetSnapshots(tx: Transaction, instanceId: string): Promise<void> {
  await sql`delete from backup_schedules where instance_id = ${instanceId}`.execute(tx);
  await sql`delete from snapshots where source_instance_id = ${instanceId} and deleted_at is not null`.execute(tx);
}
