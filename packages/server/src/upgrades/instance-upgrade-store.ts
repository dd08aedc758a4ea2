/** Rows of instances in upgrade paths. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { InstanceStatus, Tag } from '../instances/instance.js';
import { type Counts, noCounts, type RollbackStatus, type UpgradeLetter, type UpgradeStatus } from './upgrade-path.js';

export interface UpgradeRow {
  pathId: string;
  instanceId: string;
  wave: number;
  position: number;
  status: UpgradeStatus;
  reason: string;
  /** The version that its upgrade has led to, or was to lead to. */
  targetVersion: string | null;
  operationId: string | null;
  runId: string | null;
  rollback: RollbackStatus | null;
  nextTryAt: Date;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

const columns = sql`u.path_id as "pathId", u.instance_id as "instanceId", u.wave, u.position, u.status, u.reason,
  u.target_version as "targetVersion", u.operation_id as "operationId", u.run_id as "runId", u.rollback_status as rollback, u.next_try_at as "nextTryAt",
  u.created_at as "createdAt", u.updated_at as "updatedAt", u.started_at as "startedAt", u.ended_at as "endedAt"`;

/** What is to be upgraded, in its order. */
export interface NewUpgrade {
  instanceId: string;
  wave: number;
  position: number;
}

/**
 * Adds them to the path; those that another open path has are skipped, and say in which they are.
 * Where two requests take the same instance at once, the second one waits for the first.
 */
export async function insertUpgrades(tx: Transaction, pathId: string, upgrades: NewUpgrade[], letter: UpgradeLetter | null): Promise<void> {
  const given = JSON.stringify(upgrades);
  await sql`
    insert into instance_upgrades (path_id, instance_id, wave, position, status, letter_kind)
    select ${pathId}, g."instanceId", g.wave, g.position, 'PENDING', ${letter}
    from jsonb_to_recordset(${given}::jsonb) as g ("instanceId" text, wave integer, position integer) order by g."instanceId"
    on conflict (instance_id) where status in ('PENDING', 'IN_PROGRESS') do nothing`.execute(tx);
  await sql`
    insert into instance_upgrades (path_id, instance_id, wave, position, status, reason, ended_at)
    select ${pathId}, g."instanceId", g.wave, g.position, 'SKIPPED',
      'It is in upgrade path ' || coalesce((select o.path_id from instance_upgrades o
        where o.instance_id = g."instanceId" and o.path_id <> ${pathId} and o.status in ('PENDING', 'IN_PROGRESS')), 'another') || '.', now()
    from jsonb_to_recordset(${given}::jsonb) as g ("instanceId" text, wave integer, position integer)
    where not exists (select 1 from instance_upgrades u where u.path_id = ${pathId} and u.instance_id = g."instanceId")`.execute(tx);
}

export interface WaveCounts {
  pathId: string;
  wave: number;
  counts: Counts;
}

/** Instances of these paths by wave and status: one statement over the rows, so that they add up at any moment. */
export async function countUpgrades(db: Database, pathIds: string[]): Promise<WaveCounts[]> {
  const { rows } = await sql<{ pathId: string; wave: number; status: UpgradeStatus; count: number }>`
    select path_id as "pathId", wave, status, count(*) as count from instance_upgrades where path_id = any(${pathIds})
    group by path_id, wave, status order by path_id, wave`.execute(db);
  const found = new Map<string, WaveCounts>();
  for (const { pathId, wave, status, count } of rows) {
    const key = `${pathId} ${wave}`;
    const one = found.get(key) ?? { pathId, wave, counts: noCounts() };
    one.counts[status] = count;
    found.set(key, one);
  }
  return [...found.values()];
}

/** Of the present wave, and how many are upgraded now in the whole path. */
export async function countWave(tx: Transaction, pathId: string, wave: number): Promise<{ counts: Counts; inFlight: number }> {
  const { rows } = await sql<{ status: UpgradeStatus; ofWave: number; all: number }>`
    select status, count(*) filter (where wave = ${wave}) as "ofWave", count(*) as all from instance_upgrades
    where path_id = ${pathId} and (wave = ${wave} or status = 'IN_PROGRESS') group by status`.execute(tx);
  const counts = noCounts();
  let inFlight = 0;
  for (const { status, ofWave, all } of rows) {
    counts[status] = ofWave;
    if (status === 'IN_PROGRESS') inFlight = all;
  }
  return { counts, inFlight };
}

/** The next of the wave that is due, locked. */
export async function lockNext(tx: Transaction, pathId: string, wave: number): Promise<UpgradeRow | undefined> {
  const { rows } = await sql<UpgradeRow>`
    select ${columns} from instance_upgrades u
    where u.path_id = ${pathId} and u.wave = ${wave} and u.status = 'PENDING' and u.next_try_at <= now()
    order by u.position limit 1 for update skip locked`.execute(tx);
  return rows[0];
}

/** When the first of the wave that waits is to be tried again. */
export async function selectNextTry(tx: Transaction, pathId: string, wave: number): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(next_try_at) as at from instance_upgrades where path_id = ${pathId} and wave = ${wave} and status = 'PENDING'`.execute(tx);
  return rows[0]?.at ?? undefined;
}

/** It waits, by name, and is tried again then. */
export async function putOff(tx: Transaction, row: UpgradeRow, { reason, until }: { reason: string; until: Date }): Promise<void> {
  await sql`
    update instance_upgrades set reason = ${reason}, next_try_at = ${until}, updated_at = now()
    where path_id = ${row.pathId} and instance_id = ${row.instanceId} and status = 'PENDING'`.execute(tx);
}

/** Its upgrade has begun. */
export async function setBegun(
  tx: Transaction,
  row: UpgradeRow,
  to: { targetVersion: string; operationId: string; runId: string },
): Promise<void> {
  await sql`
    update instance_upgrades set status = 'IN_PROGRESS', reason = '', target_version = ${to.targetVersion}, operation_id = ${to.operationId},
      run_id = ${to.runId}, started_at = now(), updated_at = now()
    where path_id = ${row.pathId} and instance_id = ${row.instanceId} and status = 'PENDING'`.execute(tx);
}

/**
 * Ends those that wait, without an operation: nothing of them was touched. Of these instances alone, if they are named. `FAILED`: the upgrade
 * could not begin. A customer who was told of it is told of that. Answers which.
 */
export async function endPending(
  tx: Transaction,
  pathId: string,
  { status, reason, instanceIds }: { status: 'SKIPPED' | 'CANCELLED' | 'FAILED'; reason: string; instanceIds?: string[] },
): Promise<string[]> {
  const letter: UpgradeLetter = status === 'FAILED' ? 'COMPLETED' : 'CANCELLED';
  const { rows } = await sql<{ id: string }>`
    update instance_upgrades u set status = ${status}, reason = ${reason}, ended_at = now(), updated_at = now(),
      letter_kind = case when p.notify_customer and u.letter_kind is null then ${letter} end
    from upgrade_paths p
    where p.id = u.path_id and u.path_id = ${pathId} and u.status = 'PENDING'
      and ${instanceIds === undefined ? sql`true` : sql`u.instance_id = any(${instanceIds})`}
    returning u.instance_id as id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** How these stand in the path. */
export async function selectStatuses(db: Database, pathId: string, instanceIds: string[]): Promise<Map<string, UpgradeStatus>> {
  const { rows } = await sql<{ id: string; status: UpgradeStatus }>`
    select instance_id as id, status from instance_upgrades where path_id = ${pathId} and instance_id = any(${instanceIds})`.execute(db);
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** What the operation is in a path: the upgrade of an instance, or its way back. Undefined: nothing. */
export async function selectPart(tx: Transaction, operationId: string): Promise<'upgrade' | 'rollback' | undefined> {
  const { rows } = await sql<{ isUpgrade: boolean }>`
    select true as "isUpgrade" from instance_upgrades where operation_id = ${operationId}
    union all select false from instance_upgrades where rollback_operation_id = ${operationId} limit 1`.execute(tx);
  if (rows[0] === undefined) return undefined;
  return rows[0].isUpgrade ? 'upgrade' : 'rollback';
}

/** The upgrade has ended, if its operation has: the row says how. Who is deleted meanwhile has not failed. */
export async function noteUpgradeEnd(tx: Transaction, operationId: string): Promise<void> {
  await sql`
    update instance_upgrades u set updated_at = now(), ended_at = now(), next_try_at = now(),
      status = case when o.status = 'succeeded' then 'COMPLETE' when o."isGoing" then 'SKIPPED' else 'FAILED' end,
      reason = case when o.status = 'succeeded' then '' when o."isGoing" then 'It was deleted meanwhile.' else o.message end,
      rollback_status = case when o.status = 'failed' and not o."isGoing" and (p.strategy->>'automaticRollback')::boolean then 'WANTED' end,
      letter_kind = case when p.notify_customer then 'COMPLETED' end
    from (select id, status, message, exists (
        select 1 from operations d where d.instance_id = ended.instance_id and d.kind = 'delete' and d.status in ('waiting', 'running')) as "isGoing"
      from operations ended where id = ${operationId} and status in ('succeeded', 'failed', 'cancelled')) o, upgrade_paths p
    where u.operation_id = o.id and p.id = u.path_id`.execute(tx);
}

/** The same of bringing an instance back. */
export async function noteRollbackEnd(tx: Transaction, operationId: string): Promise<void> {
  await sql`
    update instance_upgrades u set updated_at = now(), rollback_status = case when o.status = 'succeeded' then 'COMPLETE' else 'FAILED' end,
      reason = u.reason || case when u.reason ~ '[.!?]$' then '' else '.' end || case when o.status = 'succeeded' then ' It was brought back to the version that it had.'
        else ' It could not be brought back: ' || o.message end
    from operations o
    where o.id = ${operationId} and o.status in ('succeeded', 'failed', 'cancelled') and u.rollback_operation_id = o.id
      and u.rollback_status = 'IN_PROGRESS'`.execute(tx);
}

/** Why instances of these paths failed; of each path so many at most. */
export async function selectFailures(
  db: Database,
  pathIds: string[],
  most: number,
): Promise<{ pathId: string; instanceId: string; reason: string }[]> {
  const { rows } = await sql<{ pathId: string; instanceId: string; reason: string }>`
    select f."pathId", f."instanceId", f.reason from unnest(${pathIds}::text[]) as path (id)
    cross join lateral (
      select u.path_id as "pathId", u.instance_id as "instanceId", u.reason from instance_upgrades u
      where u.path_id = path.id and u.status = 'FAILED' order by u.position limit ${most}) as f`.execute(db);
  return rows;
}

/** An instance in a path, with what its list shows of it. */
export interface ListedUpgrade extends UpgradeRow {
  orgId: string;
  resourceKey: string;
  cloudProvider: string;
  region: string;
  instanceStatus: InstanceStatus;
  tags: Tag[];
  isLost: boolean;
}

const UPGRADES: PagedList = { name: 'instance-upgrades', by: 'number', usual: 100, most: 500 };

/** Instances of a path, in its order. @throws DomainError bad_request for a token of another list */
export async function selectUpgrades(
  db: Database,
  pathId: string,
  query: PageQuery,
): Promise<{ rows: ListedUpgrade[]; nextPageToken?: string }> {
  const page = readPage(UPGRADES, query);
  const { rows } = await sql<ListedUpgrade>`
    select ${columns}, i.org_id as "orgId", i.resource_key as "resourceKey", i.cloud_provider as "cloudProvider", i.region,
      i.status as "instanceStatus", i.tags,
      exists (select 1 from jsonb_array_elements(i.findings) f where f->>'code' <> 'unknown-run') as "isLost"
    from instance_upgrades u join instances i on i.id = u.instance_id
    where u.path_id = ${pathId}
      and ${page.after === undefined ? sql`true` : sql`(u.position, u.instance_id) > (${page.after.at}::int, ${page.after.id})`}
    order by u.position, u.instance_id limit ${page.limit}`.execute(db);
  return pageOf(page, rows, ({ position, instanceId }) => ({ at: String(position), id: instanceId }));
}

/** Customers of those that wait are to be told. */
export async function wantLetters(tx: Transaction, pathId: string): Promise<void> {
  await sql`update instance_upgrades set letter_kind = 'SCHEDULED', updated_at = now() where path_id = ${pathId} and status = 'PENDING'`.execute(
    tx,
  );
}
