/** How snapshots go: wanted, under way, tried again, gone. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { tell } from '../events/tell.js';

/** It shall go; `at` null: an operation removes it, nobody else looks after it. */
export async function markDeleting(tx: Transaction, id: string, at: Date | null): Promise<void> {
  await sql`update snapshots set status = 'DELETING', delete_wanted_at = ${at} where id = ${id} and deleted_at is null`.execute(tx);
}

export async function markDeleted(tx: Transaction, id: string, at: Date): Promise<void> {
  const { rows } = await sql<{ sourceInstanceId: string }>`
    update snapshots set status = 'DELETED', deleted_at = ${at}, delete_wanted_at = null, message = ''
    where id = ${id} and deleted_at is null returning source_instance_id as "sourceInstanceId"`.execute(tx);
  for (const { sourceInstanceId } of rows)
    await tell(tx, { kind: 'snapshot-removed', subject: sourceInstanceId, payload: { snapshotId: id } });
}

export async function postponeDelete(tx: Database, id: string, until: Date, message: string): Promise<void> {
  await sql`
    update snapshots set status = 'DELETING', delete_wanted_at = ${until}, delete_attempts = delete_attempts + 1, message = ${message}
    where id = ${id} and deleted_at is null`.execute(tx);
}

/** The clock went back: no removal is due later than `latest`. A row that somebody holds is left to the next look. */
export async function pullBackRemovals(db: Database, latest: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    update snapshots set delete_wanted_at = ${latest}
    where id in (select id from snapshots where deleted_at is null and delete_wanted_at > ${latest} for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** A removal that could not be begun is due later, unless another process has begun it meanwhile. */
export async function putOffDelete(db: Database, id: string, until: Date, message: string): Promise<void> {
  await sql`
    update snapshots set status = 'DELETING', delete_wanted_at = ${until}, delete_attempts = delete_attempts + 1, message = ${message}
    where id = ${id} and deleted_at is null
      and not exists (select 1 from operations o where o.instance_id = source_instance_id and o.status = 'running')`.execute(db);
}

/**
 * An instance's delete ended before it came to these: they are what they were, also those that it had left to the end of a
 * restore. Ones whose removal has ever failed stay DELETING, for a backup that may be half gone is none, and are due at once:
 * nobody else looks after them any more.
 */
export async function unmarkDeleting(tx: Transaction, instanceId: string, now: Date): Promise<void> {
  await sql`
    update snapshots set
      status = case when delete_attempts > 0 then status when completed_at is null then 'FAILED' else 'COMPLETE' end,
      delete_wanted_at = case when delete_attempts > 0 then ${now}::timestamptz end
    where source_instance_id = ${instanceId} and status = 'DELETING'
      and (delete_wanted_at is null or (delete_attempts = 0 and origin in ('periodic', 'triggered')))`.execute(tx);
}
