/** Rows of deletes in the catalogue, and what is deleted and removed at last. */
import { type Database, sql, type Transaction } from '../../database/database.js';

export const CATALOG_KINDS = ['service', 'environment', 'plan'] as const;
export type CatalogKind = (typeof CATALOG_KINDS)[number];
export const DELETION_STATUSES = ['IN_PROGRESS', 'SUCCEEDED', 'FAILED'] as const;
export type DeletionStatus = (typeof DELETION_STATUSES)[number];

export interface DeletionRow {
  id: string;
  orgId: string;
  kind: CatalogKind;
  targetId: string;
  name: string;
  serviceId: string;
  status: DeletionStatus;
  message: string;
  /** Snapshots that were there at the begin, and that are left. */
  snapshots: number;
  snapshotsLeft: number;
  requestedBy: string;
  createdAt: Date;
  endedAt: Date | null;
}

const columns = sql`id, org_id as "orgId", kind, target_id as "targetId", name, service_id as "serviceId", status, message, snapshots,
  snapshots_left as "snapshotsLeft", requested_by as "requestedBy", created_at as "createdAt", ended_at as "endedAt"`;

/** Rows of one list. */
const MOST = 200;

/** Deletes of an organization, newest first; `products`: only of these services. */
export async function selectDeletions(
  db: Database,
  orgId: string,
  { products, id, targetId }: { products?: readonly string[] | undefined; id?: string; targetId?: string | undefined },
): Promise<DeletionRow[]> {
  const { rows } = await sql<DeletionRow>`
    select ${columns} from catalog_deletions where org_id = ${orgId}
      and ${products === undefined ? sql`true` : sql`service_id = any(${[...products]})`}
      and ${id === undefined ? sql`true` : sql`id = ${id}`}
      and ${targetId === undefined ? sql`true` : sql`target_id = ${targetId}`}
    order by created_at desc, id desc limit ${MOST}`.execute(db);
  return rows;
}

/** The delete of this thing that goes on. */
export async function selectOpenDeletion(db: Database, targetId: string): Promise<DeletionRow | undefined> {
  const { rows } = await sql<DeletionRow>`
    select ${columns} from catalog_deletions where target_id = ${targetId} and status = 'IN_PROGRESS'`.execute(db);
  return rows[0];
}

export async function selectOpenDeletionIds(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from catalog_deletions where status = 'IN_PROGRESS' order by created_at`.execute(db);
  return rows.map((row) => row.id);
}

/** The delete, locked, if it goes on and no other process has it; `isLate`: it has gone on for more than these hours. */
export async function lockOpenDeletion(
  tx: Transaction,
  id: string,
  hours: number,
): Promise<(DeletionRow & { isLate: boolean }) | undefined> {
  const { rows } = await sql<DeletionRow & { isLate: boolean }>`
    select ${columns}, created_at < now() - make_interval(hours => ${hours}) as "isLate" from catalog_deletions
    where id = ${id} and status = 'IN_PROGRESS' for update skip locked`.execute(tx);
  return rows[0];
}

export async function insertDeletion(
  tx: Transaction,
  row: Pick<DeletionRow, 'id' | 'orgId' | 'kind' | 'targetId' | 'name' | 'serviceId' | 'status' | 'snapshots' | 'requestedBy'>,
): Promise<void> {
  await sql`
    insert into catalog_deletions (id, org_id, kind, target_id, name, service_id, status, snapshots, snapshots_left, requested_by, ended_at)
    values (${row.id}, ${row.orgId}, ${row.kind}, ${row.targetId}, ${row.name}, ${row.serviceId}, ${row.status}, ${row.snapshots}, ${row.snapshots},
      ${row.requestedBy}, case when ${row.status} = 'IN_PROGRESS' then null else now() end)`.execute(tx);
}

/** Snapshots that are left to remove. */
export async function setLeft(tx: Transaction, id: string, left: number): Promise<void> {
  await sql`update catalog_deletions set snapshots_left = ${left} where id = ${id} and snapshots_left <> ${left}`.execute(tx);
}

/** The delete is over; of one that has failed the plans can be used again. */
export async function endDeletion(tx: Transaction, id: string, status: 'SUCCEEDED' | 'FAILED', message: string): Promise<void> {
  await sql`
    update catalog_deletions set status = ${status}, message = ${message}, ended_at = now(),
      snapshots_left = case when ${status} = 'SUCCEEDED' then 0 else snapshots_left end
    where id = ${id}`.execute(tx);
  if (status === 'FAILED') await sql`update plans set deletion_id = null where deletion_id = ${id}`.execute(tx);
}

/** Nothing begins on these plans any more. They are locked. */
export async function setGoing(tx: Transaction, planIds: string[], deletionId: string): Promise<void> {
  await sql`update plans set deletion_id = ${deletionId} where id = any(${planIds})`.execute(tx);
}

/** Of these plans those whose delete goes on, and which one that is. */
export async function selectGoing(tx: Transaction, planIds: string[]): Promise<{ name: string; deletionId: string }[]> {
  const { rows } = await sql<{ name: string; deletionId: string | null }>`
    select name, deletion_id as "deletionId" from plans where id = any(${planIds}) and deletion_id is not null order by name`.execute(tx);
  return rows.flatMap(({ name, deletionId }) => (deletionId === null ? [] : [{ name, deletionId }]));
}

/** The delete that goes on of this plan, or of the environment or service that it is in. */
export async function selectDeletionOver(tx: Transaction, planId: string): Promise<Pick<DeletionRow, 'id' | 'kind' | 'name'> | undefined> {
  const { rows } = await sql<Pick<DeletionRow, 'id' | 'kind' | 'name'>>`
    select d.id, d.kind, d.name from plans p join environments e on e.id = p.environment_id
    join catalog_deletions d on d.target_id in (p.id, e.id, e.service_id) and d.status = 'IN_PROGRESS'
    where p.id = ${planId} limit 1`.execute(tx);
  return rows[0];
}

/** Marks a service, environment or plan, and everything of the catalogue below it, as deleted. No environment takes from it any more. */
export async function markDeletedWithAllBelow(tx: Transaction, kind: CatalogKind, id: string): Promise<void> {
  if (kind === 'service') await sql`update services set deleted_at = now() where id = ${id} and deleted_at is null`.execute(tx);
  if (kind !== 'plan') {
    const of = kind === 'service' ? sql`service_id = ${id}` : sql`id = ${id}`;
    await sql`update environments set deleted_at = now() where ${of} and deleted_at is null`.execute(tx);
    await sql`
      update environments set source_environment_id = null
      where source_environment_id in (select id from environments where ${of})`.execute(tx);
  }
  const plans =
    kind === 'plan'
      ? sql`id = ${id}`
      : sql`environment_id in (select id from environments where ${kind === 'service' ? sql`service_id = ${id}` : sql`id = ${id}`})`;
  await sql`update plans set deleted_at = now(), deletion_id = null where ${plans} and deleted_at is null`.execute(tx);
}

/** So many plans are looked at at once. */
const MOST_PLANS = 1_000;

/** Plans that were deleted before this moment, the longest ago first. */
export async function selectDeletedPlans(db: Database, before: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from plans where deleted_at < ${before} order by deleted_at, id limit ${MOST_PLANS}`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * Removes these plans, of which no instance is left, with their versions and subscriptions; then environments, services and records of
 * deletes of before this moment that nothing is left of. Answers how many plans.
 */
export async function removeDeleted(tx: Transaction, planIds: string[], before: Date): Promise<number> {
  const { numAffectedRows } = await sql`delete from plans where id = any(${planIds}) and deleted_at < ${before}`.execute(tx);
  await sql`
    delete from environments e where e.deleted_at < ${before} and not exists (select 1 from plans p where p.environment_id = e.id)`.execute(
    tx,
  );
  await sql`
    delete from services s where s.deleted_at < ${before} and not exists (select 1 from environments e where e.service_id = s.id)`.execute(
    tx,
  );
  await sql`delete from catalog_deletions where ended_at < ${before}`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
