import { type Database, sql, type Transaction } from '../database/database.js';
import { tell } from '../events/tell.js';
import { requireAllowed, type Viewer } from '../identity/viewer.js';
import type { BackupTimes } from '../lifecycle/snapshot-port.js';
import { BACKED_UP } from './schedule-store.js';
import type { SnapshotRow } from './snapshot.js';

const columns = sql`s.id, s.provider_org_id as "providerOrgId", s.org_id as "orgId", s.subscription_id as "subscriptionId",
  s.service_id as "serviceId", s.environment_id as "environmentId", s.plan_id as "planId", s.plan_version as "planVersion",
  s.resource_id as "resourceId", s.resource_key as "resourceKey", s.cell_id as "cellId", s.cloud_provider as "cloudProvider", s.region,
  s.network_type as "networkType", s.source_instance_id as "sourceInstanceId", s.origin, s.status, s.message, s.taken_at as "takenAt",
  s.completed_at as "completedAt", s.expires_at as "expiresAt", s.metadata, s.parameters, s.sealed_parameters as "sealedParameters", s.tags,
  s.copied_from as "copiedFrom", s.created_by as "createdBy", s.created_at as "createdAt", s.delete_wanted_at as "deleteWantedAt",
  s.delete_attempts as "deleteAttempts", s.deleted_at as "deletedAt"`;

/** Origins of what the platform takes by itself, or expires like that (snapshot.ts, `isAutomated`). */
const AUTOMATED = sql`('periodic', 'triggered', 'final')`;

/** Who may see a snapshot. `customer`: only what belongs to the organization itself, not what it provides to others. */
export interface SnapshotViewer extends Viewer {
  customer?: true;
}

/** A snapshot of another organization is not found. */
const visibleTo = ({ orgId, subscriptions, products, customer }: SnapshotViewer) => {
  if (subscriptions !== undefined) return sql`s.subscription_id = any(${[...subscriptions]})`;
  return sql`${customer === true ? sql`s.org_id = ${orgId}` : sql`${orgId} in (s.provider_org_id, s.org_id)`}
    and ${products === undefined ? sql`true` : sql`s.service_id = any(${[...products]})`}`;
};

export async function insertSnapshot(
  tx: Transaction,
  row: Omit<SnapshotRow, 'createdAt' | 'deletedAt' | 'deleteWantedAt' | 'deleteAttempts' | 'message'>,
): Promise<void> {
  await sql`
    insert into snapshots (id, provider_org_id, org_id, subscription_id, service_id, environment_id, plan_id, plan_version, resource_id,
      resource_key, cell_id, cloud_provider, region, network_type, source_instance_id, origin, status, taken_at, completed_at, expires_at,
      metadata, parameters, sealed_parameters, tags, copied_from, created_by)
    values (${row.id}, ${row.providerOrgId}, ${row.orgId}, ${row.subscriptionId}, ${row.serviceId}, ${row.environmentId}, ${row.planId},
      ${row.planVersion}, ${row.resourceId}, ${row.resourceKey}, ${row.cellId}, ${row.cloudProvider}, ${row.region}, ${row.networkType},
      ${row.sourceInstanceId}, ${row.origin}, ${row.status}, ${row.takenAt}, ${row.completedAt}, ${row.expiresAt},
      ${JSON.stringify(row.metadata)}, ${JSON.stringify(row.parameters)}, ${row.sealedParameters}, ${JSON.stringify(row.tags)},
      ${row.copiedFrom}, ${row.createdBy})`.execute(tx);
  // A copy has what it needs from the start.
  await tellOf(tx, row.status === 'COMPLETE' ? 'snapshot-taken' : 'snapshot-started', [row]);
}

type Told = Pick<SnapshotRow, 'id' | 'sourceInstanceId' | 'origin'>;
const told = sql`returning id, source_instance_id as "sourceInstanceId", origin`;

/** Tells of the snapshots that a statement has changed. */
async function tellOf(tx: Transaction, kind: 'snapshot-started' | 'snapshot-taken' | 'snapshot-failed', rows: Told[]): Promise<void> {
  await tell(
    tx,
    ...rows.map(({ id, origin, sourceInstanceId }) => ({ kind, subject: sourceInstanceId, payload: { snapshotId: id, origin } })),
  );
}

/** By id, deleted or not: for the platform's own work. */
export async function selectSnapshot(db: Database, id: string): Promise<SnapshotRow | undefined> {
  return (await sql<SnapshotRow>`select ${columns} from snapshots s where s.id = ${id}`.execute(db)).rows[0];
}

/** The snapshot, locked until the transaction ends. An instance that is locked too is locked before it. */
export async function lockSnapshot(tx: Transaction, id: string): Promise<SnapshotRow | undefined> {
  return (await sql<SnapshotRow>`select ${columns} from snapshots s where s.id = ${id} for update`.execute(tx)).rows[0];
}

/** A live snapshot that the viewer may see. @throws DomainError forbidden if they may only see it, and ask for more */
export async function selectVisibleSnapshot(db: Database, viewer: SnapshotViewer, id: string): Promise<SnapshotRow | undefined> {
  const { rows } = await sql<SnapshotRow>`
    select ${columns} from snapshots s where s.id = ${id} and s.deleted_at is null and ${visibleTo(viewer)}`.execute(db);
  if (rows[0] !== undefined) requireAllowed(viewer, 'snapshot', rows[0]);
  return rows[0];
}

export interface SnapshotFilter {
  serviceId?: string;
  environmentId?: string;
  planId?: string;
  subscriptionId?: string;
  sourceInstanceId?: string;
  /** PROD, DEV, … */
  environmentType?: string;
  status?: SnapshotRow['status'];
  /** @default all */
  limit?: number;
  automated?: boolean;
  /** A part of its id or of its source instance's, ignoring case. */
  text?: string;
}

/** Live snapshots that the viewer may see, newest first. */
export async function selectSnapshots(db: Database, viewer: SnapshotViewer, filter: SnapshotFilter): Promise<SnapshotRow[]> {
  const when = (value: unknown, condition: ReturnType<typeof sql>) => (value === undefined ? sql`true` : condition);
  const { rows } = await sql<SnapshotRow>`
    select ${columns} from snapshots s
    where s.deleted_at is null and ${visibleTo(viewer)}
      and ${when(filter.serviceId, sql`s.service_id = ${filter.serviceId}`)}
      and ${when(filter.environmentId, sql`s.environment_id = ${filter.environmentId}`)}
      and ${when(filter.planId, sql`s.plan_id = ${filter.planId}`)}
      and ${when(filter.subscriptionId, sql`s.subscription_id = ${filter.subscriptionId}`)}
      and ${when(filter.sourceInstanceId, sql`s.source_instance_id = ${filter.sourceInstanceId}`)}
      and ${when(filter.environmentType, sql`(select e.type from environments e where e.id = s.environment_id) = ${filter.environmentType}`)}
      and ${when(filter.status, sql`s.status = ${filter.status}`)}
      and ${when(filter.automated, sql`(s.origin in ${AUTOMATED}) = ${filter.automated ?? false}`)}
      and ${when(filter.text, sql`strpos(s.id || ' ' || s.source_instance_id, lower(${filter.text ?? ''})) > 0`)}
    order by s.taken_at desc, s.created_at desc, s.id limit ${filter.limit ?? null}`.execute(db);
  return rows;
}

/** Live snapshots of an instance, newest first. The instance is locked, or its answer may be old. */
export async function selectSnapshotsOf(db: Database, instanceId: string): Promise<SnapshotRow[]> {
  const { rows } = await sql<SnapshotRow>`
    select ${columns} from snapshots s where s.source_instance_id = ${instanceId} and s.deleted_at is null
    order by s.taken_at desc, s.created_at desc, s.id`.execute(db);
  return rows;
}

/**
 * True of a backup that was made in the present life of its instance: one that was restored into its deleted source begins anew,
 * with the data of some snapshot. Of a copy, its original counts; one for another region is of no use where the instance is.
 */
const ofPresentLife = sql`s.cell_id = (select cell_id from instances where id = s.source_instance_id) and not exists (
  select 1 from operations o where o.instance_id = s.source_instance_id and o.kind = 'restore'
    and o.created_at > coalesce((select original.created_at from snapshots original where original.id = s.copied_from), s.created_at))`;

/** Live snapshots of an instance's present life, newest first. */
export async function selectSnapshotsOfLife(db: Database, instanceId: string): Promise<SnapshotRow[]> {
  const { rows } = await sql<SnapshotRow>`
    select ${columns} from snapshots s where s.source_instance_id = ${instanceId} and s.deleted_at is null and ${ofPresentLife}
    order by s.taken_at desc, s.created_at desc, s.id`.execute(db);
  return rows;
}

/** The newest COMPLETE backup that an instance could be restored from, of its present life or of the one that it was restored from. */
export async function selectLastGood(db: Database, instanceId: string): Promise<SnapshotRow | undefined> {
  const { rows } = await sql<SnapshotRow>`
    select ${columns} from snapshots s where s.source_instance_id = ${instanceId} and s.deleted_at is null and s.status = 'COMPLETE'
    order by s.taken_at desc, s.created_at desc, s.id limit 1`.execute(db);
  return rows[0];
}

/**
 * True of the last COMPLETE automated snapshot of an instance that lives: there is no newer one, so its retention does not end it,
 * whatever the instance's status. Needs `snapshots s` and its source `instances i`.
 */
export const isLastAutomated = sql`(i.deleted_at is null and s.status = 'COMPLETE' and s.origin in ${AUTOMATED} and not exists (
  select 1 from snapshots newer where newer.source_instance_id = s.source_instance_id and newer.deleted_at is null and newer.status = 'COMPLETE'
    and newer.origin in ${AUTOMATED} and (newer.taken_at, newer.created_at, newer.id) > (s.taken_at, s.created_at, s.id)))`;

/** The same of one snapshot. The instance is locked, or its answer may be old. */
export async function isKeptBeyondRetention(tx: Transaction, id: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from snapshots s join instances i on i.id = s.source_instance_id where s.id = ${id} and ${isLastAutomated}`.execute(tx);
  return rows.length > 0;
}

/** A backup that failed may have been tried again. */
export async function completeSnapshot(tx: Transaction, id: string, at: Date, metadata: SnapshotRow['metadata']): Promise<void> {
  const { rows } = await sql<Told>`
    update snapshots set status = 'COMPLETE', completed_at = ${at}, metadata = ${JSON.stringify(metadata)}, message = ''
    where id = ${id} and status in ('RUNNING', 'FAILED') ${told}`.execute(tx);
  await tellOf(tx, 'snapshot-taken', rows);
}

export async function failSnapshot(tx: Transaction, id: string, message: string): Promise<void> {
  const { rows } = await sql<Told>`
    update snapshots set status = 'FAILED', message = ${message} where id = ${id} and status in ('RUNNING', 'FAILED') ${told}`.execute(tx);
  await tellOf(tx, 'snapshot-failed', rows);
}

/** Its backup is tried again. Answers whether it is there to be made. */
export async function resumeSnapshot(tx: Transaction, id: string): Promise<boolean> {
  const { rows } = await sql<Told>`
    update snapshots set status = 'RUNNING', message = '' where id = ${id} and status = 'FAILED' and deleted_at is null ${told}`.execute(
    tx,
  );
  await tellOf(tx, 'snapshot-started', rows);
  return rows.length > 0;
}

/** Organizations of snapshots, deleted or not, by id. */
export async function selectOwners(db: Database, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; orgId: string }>`select id, org_id as "orgId" from snapshots where id = any(${ids})`.execute(db);
  return new Map(rows.map((row) => [row.id, row.orgId]));
}

/**
 * By instance: the end of the oldest COMPLETE backup of its present life that its retention covers (the window of
 * point-in-time.ts), and of the newest of all; when the next one is due; since when there is no good one, while that is so.
 */
export async function selectBackupTimes(
  db: Database,
  of: { instanceId: string; retentionDays: number }[],
  now: Date,
): Promise<Map<string, BackupTimes>> {
  if (of.length === 0) return new Map();
  const { rows } = await sql<{ id: string; earliest: Date | null; last: Date | null; next: Date | null; noGood: Date | null }>`
    select w.id, max(s.completed_at) as last, max(b.next_at) filter (where ${BACKED_UP}) as next, max(b.no_good_since) as "noGood",
      min(s.completed_at) filter (where s.taken_at >= ${now}::timestamptz - make_interval(secs => w.days * 86400) and ${ofPresentLife}) as earliest
    from unnest(${of.map((one) => one.instanceId)}::text[], ${of.map((one) => one.retentionDays)}::float8[]) as w (id, days)
    left join snapshots s on s.source_instance_id = w.id and s.deleted_at is null and s.status = 'COMPLETE' and s.completed_at is not null
    left join backup_schedules b on b.instance_id = w.id
    left join instances i on i.id = w.id
    group by w.id having count(s.id) > 0 or count(b.instance_id) > 0`.execute(db);
  return new Map(
    rows.map(({ id, earliest, last, next, noGood }) => [
      id,
      {
        ...(next === null ? {} : { nextBackupTime: next }),
        ...(last === null ? {} : { lastBackupTime: last }),
        ...(earliest === null ? {} : { earliestRestoreTime: earliest }),
        ...(noGood === null ? {} : { noGoodBackupSince: noGood }),
      },
    ]),
  );
}

/** Ids of other live records of the same backup. Unless the source instance is locked, each may be old: lock it to look again. */
export async function selectSharers(tx: Transaction, snapshot: SnapshotRow): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id from snapshots s
    where s.source_instance_id = ${snapshot.sourceInstanceId} and s.deleted_at is null and s.id <> ${snapshot.id}
      and coalesce(s.copied_from, s.id) = ${snapshot.copiedFrom ?? snapshot.id} order by s.id`.execute(tx);
  return rows.map((row) => row.id);
}

/** True while a restore reads the backup: it must not be removed then. The snapshot must be locked. Only deletes ever wait, so `running` is enough, and has an index. */
export async function isBeingRestored(tx: Transaction, snapshot: SnapshotRow): Promise<boolean> {
  const { rows } = await sql`
    select 1 from instances i join operations o on o.instance_id = i.id
    where o.kind = 'restore' and o.status = 'running'
      and i.restored_from in (select id from snapshots where source_instance_id = ${snapshot.sourceInstanceId}
        and coalesce(copied_from, id) = ${snapshot.copiedFrom ?? snapshot.id}) limit 1`.execute(tx);
  return rows.length > 0;
}

/** A final snapshot is COMPLETE, and since then the instance's own delete workflow has begun: there is nothing left to back up. */
export async function selectUsableFinal(tx: Transaction, instanceId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select s.id from snapshots s
    where s.source_instance_id = ${instanceId} and s.origin = 'final' and s.status = 'COMPLETE' and s.deleted_at is null
      and exists (select 1 from operations o where o.instance_id = s.source_instance_id and o.kind = 'delete'
        and o.finished_at >= s.created_at and o.status in ('failed', 'cancelled') and o.step ->> 'verb' = 'delete')
      and not exists (select 1 from operations o where o.instance_id = s.source_instance_id and o.created_at > s.created_at
        and o.kind not in ('delete', 'deleteBackup'))
    order by s.taken_at desc limit 1`.execute(tx);
  return rows[0]?.id;
}

/** Snapshots of these plans that are not removed. */
export async function countLiveOfPlans(tx: Transaction, planIds: string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from snapshots where plan_id = any(${planIds}) and deleted_at is null`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Ids of the snapshots of a subscription that are not removed, oldest first. */
export async function selectLiveOfSubscription(db: Database, subscriptionId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from snapshots where subscription_id = ${subscriptionId} and deleted_at is null order by created_at, id`.execute(db);
  return rows.map((row) => row.id);
}

/** The same of all subscriptions of an organization. */
export async function selectLiveOfOrganization(db: Database, orgId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from snapshots where org_id = ${orgId} and deleted_at is null order by created_at, id`.execute(db);
  return rows.map((row) => row.id);
}
