/** Rows of upgrade paths. */
import type { Json } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import { tell } from '../events/tell.js';
import type { Viewer } from '../identity/viewer.js';
import type { Strategy } from './strategy.js';
import { OPEN_STATUSES, type PathAction, type PathStatus, type PathType } from './upgrade-path.js';

export interface PathRow {
  id: string;
  providerOrgId: string;
  serviceId: string;
  environmentId: string;
  planId: string;
  sourceVersion: string;
  targetVersion: string;
  type: PathType;
  status: PathStatus;
  statusMessage: string;
  filters: Record<string, string[]>;
  strategy: Strategy;
  /** Parameters that instances get with the new version, see `sealOverrides`. */
  sealedOverrides: Buffer | null;
  maxConcurrent: number;
  notifyCustomer: boolean;
  /** Another path, which must be complete before this one begins. */
  afterPath: string | null;
  scheduledAt: Date | null;
  wave: number;
  lastWave: number;
  soakUntil: Date | null;
  acceptedFailures: number;
  /** The wave whose gates a person has gone on over; -1: none. */
  acceptedGates: number;
  /** It paused itself. */
  halted: boolean;
  pausedAt: Date | null;
  dueAt: Date;
  lastAction: PathAction | null;
  createdBy: string;
  modifiedBy: string;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
}

const columns = sql`p.id, p.provider_org_id as "providerOrgId", p.service_id as "serviceId", p.environment_id as "environmentId",
  p.plan_id as "planId", p.source_version as "sourceVersion", p.target_version as "targetVersion", p.type, p.status,
  p.status_message as "statusMessage", p.filters, p.strategy, p.sealed_overrides as "sealedOverrides", p.max_concurrent as "maxConcurrent",
  p.notify_customer as "notifyCustomer", p.after_path as "afterPath", p.scheduled_at as "scheduledAt", p.wave, p.last_wave as "lastWave",
  p.soak_until as "soakUntil", p.accepted_failures as "acceptedFailures", p.accepted_gates as "acceptedGates", p.halted,
  p.paused_at as "pausedAt", p.due_at as "dueAt", p.last_action_type as "lastAction", p.created_by as "createdBy", p.modified_by as "modifiedBy",
  p.created_at as "createdAt", p.updated_at as "updatedAt", p.started_at as "startedAt", p.completed_at as "completedAt"`;

/** True of `upgrade_paths p`: what belongs to another provider does not exist. */
const visibleTo = ({ orgId, products }: Viewer) =>
  sql`p.provider_org_id = ${orgId} and ${products === undefined ? sql`true` : sql`p.service_id = any(${[...products]})`}`;

type NewPath = Pick<
  PathRow,
  | 'id'
  | 'providerOrgId'
  | 'serviceId'
  | 'environmentId'
  | 'planId'
  | 'sourceVersion'
  | 'targetVersion'
  | 'type'
  | 'status'
  | 'filters'
  | 'strategy'
  | 'sealedOverrides'
  | 'maxConcurrent'
  | 'notifyCustomer'
  | 'afterPath'
  | 'scheduledAt'
  | 'lastWave'
  | 'createdBy'
>;

export async function insertPath(tx: Transaction, row: NewPath): Promise<void> {
  await sql`
    insert into upgrade_paths (id, provider_org_id, service_id, environment_id, plan_id, source_version, target_version, type, status, filters,
      strategy, sealed_overrides, max_concurrent, notify_customer, after_path, scheduled_at, last_wave, created_by, modified_by, due_at)
    values (${row.id}, ${row.providerOrgId}, ${row.serviceId}, ${row.environmentId}, ${row.planId}, ${row.sourceVersion}, ${row.targetVersion},
      ${row.type}, ${row.status}, ${JSON.stringify(row.filters)}, ${JSON.stringify(row.strategy)}, ${row.sealedOverrides}, ${row.maxConcurrent},
      ${row.notifyCustomer}, ${row.afterPath}, ${row.scheduledAt}, ${row.lastWave}, ${row.createdBy}, ${row.createdBy},
      coalesce(${row.scheduledAt}::timestamptz, now()))`.execute(tx);
}

/** Of one plan, or wherever it is. */
export async function selectPath(
  db: Database,
  viewer: Viewer,
  { id, serviceId, planId }: { id: string; serviceId?: string; planId?: string },
): Promise<PathRow | undefined> {
  const { rows } = await sql<PathRow>`
    select ${columns} from upgrade_paths p where p.id = ${id} and ${visibleTo(viewer)}
      and ${serviceId === undefined ? sql`true` : sql`p.service_id = ${serviceId}`}
      and ${planId === undefined ? sql`true` : sql`p.plan_id = ${planId}`}`.execute(db);
  return rows[0];
}

/** For the platform itself. */
export async function selectPathById(db: Database, id: string): Promise<PathRow | undefined> {
  return (await sql<PathRow>`select ${columns} from upgrade_paths p where p.id = ${id}`.execute(db)).rows[0];
}

/** The path, locked until the transaction ends, and the time. */
export async function lockPath(tx: Transaction, id: string): Promise<LockedPath | undefined> {
  const { rows } =
    await sql<LockedPath>`select ${columns}, clock_timestamp() as "now" from upgrade_paths p where p.id = ${id} for update`.execute(tx);
  return rows[0];
}

export type LockedPath = PathRow & { now: Date };

/** The same of an open path on which nobody else acts. */
export async function lockOpenPath(tx: Transaction, id: string): Promise<LockedPath | undefined> {
  const { rows } = await sql<LockedPath>`
    select ${columns}, clock_timestamp() as "now" from upgrade_paths p
    where p.id = ${id} and p.status = any(${[...OPEN_STATUSES]}) for update skip locked`.execute(tx);
  return rows[0];
}

/** Stores all that may change of a locked path. */
export async function savePath(tx: Transaction, row: PathRow): Promise<void> {
  await sql`
    update upgrade_paths set target_version = ${row.targetVersion}, type = ${row.type}, status = ${row.status}, status_message = ${row.statusMessage},
      wave = ${row.wave}, soak_until = ${row.soakUntil}, accepted_failures = ${row.acceptedFailures}, accepted_gates = ${row.acceptedGates},
      halted = ${row.halted}, paused_at = ${row.pausedAt}, due_at = ${row.dueAt}, last_action_type = ${row.lastAction},
      modified_by = ${row.modifiedBy}, notify_customer = ${row.notifyCustomer}, after_path = ${row.afterPath}, started_at = ${row.startedAt},
      completed_at = ${row.completedAt}, updated_at = now()
    where id = ${row.id}`.execute(tx);
  await tell(tx, { kind: 'thing-changed', subject: row.id, payload: { noun: 'upgrades' } });
}

/** When there may be something to do about it next. */
export async function setDue(tx: Transaction, id: string, at: Date): Promise<void> {
  await sql`update upgrade_paths set due_at = ${at} where id = ${id}`.execute(tx);
}

/** Open paths about which there may be something to do, those that have waited longest first. */
export async function selectDuePaths(db: Database, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from upgrade_paths where status in ('SCHEDULED', 'PENDING', 'IN_PROGRESS', 'PAUSED') and due_at <= now()
    order by due_at limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Something has changed for the open paths that these instances wait in. */
export async function wakePathsOf(tx: Transaction, pathIds: string[]): Promise<void> {
  await sql`
    update upgrade_paths set due_at = now()
    where id in (select id from upgrade_paths where id = any(${pathIds}) and status = 'IN_PROGRESS' order by id for update)`.execute(tx);
}

export interface PathFilter {
  serviceId?: string;
  environmentId?: string;
  planId?: string;
  sourceVersion?: string;
  targetVersion?: string;
  status?: string;
  type?: string;
  /** A part of the id, in any case. */
  text?: string;
}

const PATHS: PagedList = { name: 'upgrade-paths', by: 'time', usual: 100, most: 500 };

/** Paths that the viewer may see, newest first. @throws DomainError bad_request for a token of another list */
export async function selectPaths(
  db: Database,
  viewer: Viewer,
  filter: PathFilter,
  query: PageQuery = {},
): Promise<{ rows: PathRow[]; nextPageToken?: string }> {
  const page = readPage(PATHS, query);
  const when = (value: string | undefined, condition: ReturnType<typeof sql>) => (value === undefined ? sql`true` : condition);
  const { rows } = await sql<PathRow & { at: string }>`
    select ${columns}, p.created_at::text as at from upgrade_paths p
    where ${visibleTo(viewer)}
      and ${when(filter.serviceId, sql`p.service_id = ${filter.serviceId}`)}
      and ${when(filter.environmentId, sql`p.environment_id = ${filter.environmentId}`)}
      and ${when(filter.planId, sql`p.plan_id = ${filter.planId}`)}
      and ${when(filter.sourceVersion, sql`p.source_version = ${filter.sourceVersion}`)}
      and ${when(filter.targetVersion, sql`p.target_version = ${filter.targetVersion}`)}
      and ${when(filter.status, sql`p.status = ${filter.status}`)}
      and ${when(filter.type, sql`p.type = ${filter.type}`)}
      and ${when(filter.text, sql`position(lower(${filter.text}) in lower(p.id)) > 0`)}
      and ${page.after === undefined ? sql`true` : sql`(p.created_at, p.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by p.created_at desc, p.id desc limit ${page.limit}`.execute(db);
  const found = pageOf(page, rows, ({ at, id }) => ({ at, id }));
  return { ...found, rows: found.rows.map(({ at: _at, ...row }) => row) };
}

/** The newest path to each version of a plan. */
export async function selectLatestPaths(db: Database, planId: string): Promise<{ version: string; id: string }[]> {
  const { rows } = await sql<{ version: string; id: string }>`
    select distinct on (target_version) target_version as version, id from upgrade_paths
    where plan_id = ${planId} order by target_version, created_at desc, id desc`.execute(db);
  return rows;
}

/** Forgets the paths of plans that go. */
export async function deletePathsOfPlans(tx: Transaction, planIds: string[]): Promise<void> {
  await sql`delete from upgrade_paths where plan_id = any(${planIds})`.execute(tx);
}

/** Overrides as they are sealed: for whom. */
export function overridesOf(id: string): string {
  return `upgrade path ${id}`;
}

export type Overrides = Record<string, Json>;

/** Paths that are not over, by status. */
export async function countOpenPaths(db: Database): Promise<Record<string, number>> {
  const { rows } = await sql<{ status: string; count: number }>`
    select status, count(*) as count from upgrade_paths where status in ('SCHEDULED', 'PENDING', 'IN_PROGRESS', 'PAUSED') group by status`.execute(
    db,
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
