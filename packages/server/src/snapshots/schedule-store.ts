import { type Database, sql, type Transaction } from '../database/database.js';
import { nextSlot } from './schedule.js';

export interface ScheduleRow {
  instanceId: string;
  cellId: string;
  periodHours: number;
  retentionDays: number;
  anchor: Date;
  nextAt: Date;
  lastAt: Date | null;
  failures: number;
  message: string;
  /** When somebody has to look whether there is still a good backup; null: not before something else happens. */
  reviewAt: Date | null;
  /** Since when there is no good backup; null: there is one. */
  noGoodSince: Date | null;
}

const columns = sql`instance_id as "instanceId", cell_id as "cellId", period_hours as "periodHours", retention_days as "retentionDays", anchor,
  next_at as "nextAt", last_at as "lastAt", failures, message, review_at as "reviewAt", no_good_since as "noGoodSince"`;

/**
 * Instances `i` of which backups are taken by schedule: whatever has run and is not stopped, deleted or being taken down. FAILED says how
 * the last operation ended, not how the database is: whether it can be backed up its backup workflow finds out.
 */
export const BACKED_UP = sql`(i.status in ('RUNNING', 'FAILED') and i.ever_ran and not i.taking_down and i.deleted_at is null)`;

export async function selectSchedule(db: Database, instanceId: string): Promise<ScheduleRow | undefined> {
  return (await sql<ScheduleRow>`select ${columns} from backup_schedules where instance_id = ${instanceId}`.execute(db)).rows[0];
}

/** The schedule, locked. The instance is locked before it. */
export async function lockSchedule(tx: Transaction, instanceId: string): Promise<ScheduleRow | undefined> {
  const { rows } =
    await sql<ScheduleRow>`/* prepared */ select ${columns} from backup_schedules where instance_id = ${instanceId} for update`.execute(tx);
  return rows[0];
}

/** Begins a schedule or gives it another period; slots that were due stay due. */
export async function putSchedule(
  tx: Transaction,
  row: Omit<ScheduleRow, 'lastAt' | 'failures' | 'message' | 'noGoodSince'>,
): Promise<void> {
  await sql`
    insert into backup_schedules (instance_id, cell_id, period_hours, retention_days, anchor, next_at, review_at)
    values (${row.instanceId}, ${row.cellId}, ${row.periodHours}, ${row.retentionDays}, ${row.anchor}, ${row.nextAt}, ${row.reviewAt})
    on conflict (instance_id) do update set cell_id = excluded.cell_id, period_hours = excluded.period_hours,
      retention_days = excluded.retention_days, anchor = excluded.anchor, next_at = excluded.next_at, review_at = excluded.review_at`.execute(
    tx,
  );
}

/** When it is looked next whether there is a good backup. */
export async function setReview(tx: Transaction, instanceId: string, at: Date | null): Promise<void> {
  await sql`update backup_schedules set review_at = ${at} where instance_id = ${instanceId} and review_at is distinct from ${at}`.execute(
    tx,
  );
}

export async function setNoGoodSince(tx: Transaction, instanceId: string, since: Date | null): Promise<void> {
  await sql`update backup_schedules set no_good_since = ${since} where instance_id = ${instanceId}`.execute(tx);
}

/** So many instances are looked at in one sweep; the rest is left to the next one. */
const REVIEWED_AT_ONCE = 100;

/**
 * Instances to look at: those whose time has come, and those whose last complete snapshot (a copy comes after its original) has outlived
 * its retention. Answered without locks: who acts looks again.
 */
export async function selectReviews(db: Database, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select b.instance_id as id from backup_schedules b where b.no_good_since is null and b.review_at <= ${now}
    union
    select b.instance_id from snapshots s join backup_schedules b on b.instance_id = s.source_instance_id and b.no_good_since is null
      join instances i on i.id = b.instance_id and i.deleted_at is null and i.ever_ran and not i.taking_down
    where s.deleted_at is null and s.expires_at is not null and s.expires_at <= ${now} and s.status = 'COMPLETE'
      and not exists (select 1 from snapshots n where n.source_instance_id = s.source_instance_id and n.deleted_at is null
        and n.status = 'COMPLETE' and (n.taken_at, n.created_at) > (s.taken_at, s.created_at))
    limit ${REVIEWED_AT_ONCE}`.execute(db);
  return rows.map((row) => row.id);
}

export async function deleteSchedule(tx: Transaction, instanceId: string): Promise<void> {
  await sql`/* prepared */ delete from backup_schedules where instance_id = ${instanceId}`.execute(tx);
}

/** The slot is used (`lastAt` = now) or passed over (`lastAt` null: unchanged). */
export async function advanceSchedule(tx: Database, instanceId: string, nextAt: Date, lastAt: Date | null): Promise<void> {
  await sql`
    update backup_schedules set next_at = ${nextAt}, last_at = coalesce(${lastAt}, last_at) where instance_id = ${instanceId}`.execute(tx);
}

/** What could not be begun is due later, unless another process has begun it meanwhile: then nothing is due. */
export async function putOff(db: Database, instanceId: string, until: Date, now: Date): Promise<void> {
  await sql`update backup_schedules set next_at = ${until} where instance_id = ${instanceId} and next_at <= ${now}`.execute(db);
}

/** How the last periodic backup ended; an empty message: well. Answers the failures in a row. */
export async function recordOutcome(tx: Transaction, instanceId: string, message: string): Promise<number> {
  const { rows } = await sql<{ failures: number }>`
    update backup_schedules set failures = case when ${message} = '' then 0 else failures + 1 end, message = ${message}
    where instance_id = ${instanceId} returning failures`.execute(tx);
  return rows[0]?.failures ?? 0;
}

/** The clock went back: nothing is due later than one period from now. A row that somebody holds is left to the next look. */
export async function pullBack(db: Database, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    update backup_schedules set next_at = ${now}::timestamptz + make_interval(hours => period_hours)
    where instance_id in (
      select instance_id from backup_schedules where next_at > ${now}::timestamptz + make_interval(hours => period_hours) for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** So many slots are passed over at once; the rest is left to the next look. */
const PASSED_AT_ONCE = 1_000;

/**
 * Slots of what is stopped, gone, on its way out or never ran, and on which nothing runs, are not waited for: the next one counts. Answers
 * how many there were.
 */
export async function passOver(db: Database, now: Date): Promise<number> {
  const { rows } = await sql<Pick<ScheduleRow, 'instanceId' | 'anchor' | 'periodHours'>>`
    select b.instance_id as "instanceId", b.anchor, b.period_hours as "periodHours"
    from backup_schedules b join instances i on i.id = b.instance_id
    where b.next_at <= ${now} and not ${BACKED_UP}
      and not exists (select 1 from operations o where o.instance_id = b.instance_id and o.status = 'running')
      and not exists (select 1 from operations o where o.instance_id = b.instance_id and o.status = 'waiting')
    order by b.next_at, b.instance_id limit ${PASSED_AT_ONCE}`.execute(db);
  if (rows.length === 0) return 0;
  const ids = rows.map((row) => row.instanceId);
  const next = rows.map(({ anchor, periodHours }) => nextSlot(anchor, periodHours, now));
  // Not waited for: who holds one acts on its instance, and decides for himself.
  const { numAffectedRows } = await sql`
    update backup_schedules b set next_at = given.next from unnest(${ids}::text[], ${next}::timestamptz[]) as given (id, next)
    where b.instance_id = given.id and b.instance_id in (
      select instance_id from backup_schedules where instance_id = any(${ids}) and next_at <= ${now} for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/**
 * Instances that are backed up, whose backup is due and on which nothing else goes on, the longest due first; of each cell no more than its free places.
 * Answered without locks: who acts looks again.
 */
export async function selectDueSchedules(db: Database, now: Date, perCell: number): Promise<{ instanceId: string; cellId: string }[]> {
  const { rows } = await sql<{ instanceId: string; cellId: string }>`
    with busy as (
      select i.cell_id, count(*) as count from operations o join instances i on i.id = o.instance_id
      where o.status = 'running' and o.kind = 'backup' group by i.cell_id
    ), due as (
      select b.instance_id, b.cell_id, b.next_at, row_number() over (partition by b.cell_id order by b.next_at, b.instance_id) as place
      from backup_schedules b join instances i on i.id = b.instance_id and ${BACKED_UP}
      where b.next_at <= ${now}
        and not exists (select 1 from operations o where o.instance_id = b.instance_id and o.status = 'running')
        and not exists (select 1 from operations o where o.instance_id = b.instance_id and o.status = 'waiting')
    )
    select due.instance_id as "instanceId", due.cell_id as "cellId" from due left join busy on busy.cell_id = due.cell_id
    where due.place <= ${perCell} - coalesce(busy.count, 0) order by due.next_at, due.instance_id`.execute(db);
  return rows;
}

/** What a monitor should look at: instances whose last automated backup failed, those without a good backup, and removals that failed. */
export async function countFailing(db: Database): Promise<{ backups: number; removals: number; withoutGood: number }> {
  const { rows } = await sql<{ backups: number; removals: number; withoutGood: number }>`
    select (select count(*) from backup_schedules where failures > 0) as backups,
      (select count(*) from backup_schedules b join instances i on i.id = b.instance_id
        where b.no_good_since is not null and i.deleted_at is null and not i.taking_down) as "withoutGood",
      (select count(*) from snapshots where deleted_at is null and delete_wanted_at is not null and delete_attempts > 0) as removals`.execute(
    db,
  );
  return rows[0] ?? { backups: 0, removals: 0, withoutGood: 0 };
}

/** How many operations of this kind go on in a cell. */
export async function countRunning(tx: Transaction, cellId: string, kind: 'backup' | 'deleteBackup'): Promise<number> {
  const { rows } = await sql<{ busy: number }>`
    select count(*) as busy from operations o join instances i on i.id = o.instance_id
    where i.cell_id = ${cellId} and o.status = 'running' and o.kind = ${kind}`.execute(tx);
  return rows[0]?.busy ?? 0;
}
