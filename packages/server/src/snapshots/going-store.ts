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

/**
 * All snapshots of these plans shall go, whoever made them; due work removes them. `anew`: also those whose removal has failed before are
 * due at once. One that somebody holds, or that is still being taken, is left to the next call.
 */
export async function wantAllRemoved(tx: Transaction, planIds: string[], { at, anew }: { at: Date; anew: boolean }): Promise<void> {
  await sql`
    update snapshots set status = 'DELETING', delete_wanted_at = ${at}, delete_attempts = case when ${anew} then 0 else delete_attempts end
    where id in (
      select id from snapshots where plan_id = any(${planIds}) and deleted_at is null and status <> 'RUNNING'
        and (${anew} or delete_wanted_at is null) order by id for update skip locked)`.execute(tx);
}

/** One of the snapshots of these plans whose removal has failed so often, and why. */
export async function selectUnremovable(
  tx: Transaction,
  planIds: string[],
  tries: number,
): Promise<{ id: string; message: string } | undefined> {
  const { rows } = await sql<{ id: string; message: string }>`
    select id, message from snapshots where plan_id = any(${planIds}) and deleted_at is null and delete_attempts >= ${tries} order by id limit 1`.execute(
    tx,
  );
  return rows[0];
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
