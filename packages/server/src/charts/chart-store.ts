import type { ProcessGroup } from '../exec/process-group.js';
import { type Database, sql, type Transaction } from '../database/database.js';

export interface ChartKey {
  cellId: string;
  repositoryUrl: string;
  chart: string;
}

export const CHART_STATUSES = ['pending', 'installing', 'deployed', 'failed'] as const;

export interface ChartRow extends ChartKey {
  version: string;
  namespace: string;
  releaseName: string;
  sealedValues: Buffer;
  status: (typeof CHART_STATUSES)[number];
  message: string;
  retriable: boolean;
  attempts: number;
  due: boolean;
  plan: { id: string; name: string; version: string };
  leaseHolder: string | null;
  leased: boolean;
  processGroup: ProcessGroup | null;
  modifiedAt: Date;
}

const columns = sql`cell_id as "cellId", repository_url as "repositoryUrl", chart, version, namespace, release_name as "releaseName",
  sealed_values as "sealedValues", status, message, retriable, attempts, next_attempt_at <= now() as due,
  json_build_object('id', owner_plan_id, 'name', owner_plan_name, 'version', owner_plan_version) as plan,
  lease_holder as "leaseHolder", coalesce(lease_until > now(), false) as leased, process_group as "processGroup", modified_at as "modifiedAt"`;

const matches = (key: ChartKey) => sql`cell_id = ${key.cellId} and repository_url = ${key.repositoryUrl} and chart = ${key.chart}`;

/** The release, locked until the transaction ends. */
export async function lockChart(tx: Transaction, key: ChartKey): Promise<ChartRow | undefined> {
  return (await sql<ChartRow>`select ${columns} from chart_releases where ${matches(key)} for update`.execute(tx)).rows[0];
}

export async function selectChart(db: Database, key: ChartKey): Promise<ChartRow | undefined> {
  return (await sql<ChartRow>`select ${columns} from chart_releases where ${matches(key)}`.execute(db)).rows[0];
}

/** A release that is not in its cell any more: it is to be installed again. */
export async function markMissing(db: Database, key: ChartKey): Promise<void> {
  await sql`update chart_releases set status = 'pending' where ${matches(key)} and status = 'deployed'`.execute(db);
}

export async function selectCharts(db: Database, cellId: string): Promise<ChartRow[]> {
  return (await sql<ChartRow>`select ${columns} from chart_releases where cell_id = ${cellId} order by created_at`.execute(db)).rows;
}

/** Reserves the release for an installation. Answers false if somebody else did so first. */
export async function insertChart(
  tx: Transaction,
  row: ChartKey & Pick<ChartRow, 'version' | 'namespace' | 'releaseName' | 'sealedValues' | 'plan'>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into chart_releases (cell_id, repository_url, chart, version, namespace, release_name, sealed_values, status, owner_plan_id, owner_plan_name, owner_plan_version)
    values (${row.cellId}, ${row.repositoryUrl}, ${row.chart}, ${row.version}, ${row.namespace}, ${row.releaseName}, ${row.sealedValues}, 'pending',
      ${row.plan.id}, ${row.plan.name}, ${row.plan.version})
    on conflict do nothing returning 1`.execute(tx);
  return rows.length > 0;
}

/** Takes the lease and writes what will be installed. The row must be locked. */
export async function startInstallation(
  tx: Transaction,
  key: ChartKey,
  to: { holder: string; leaseSeconds: number; version: string; sealedValues: Buffer; plan: ChartRow['plan']; attempts: number },
): Promise<void> {
  await sql`
    update chart_releases set status = 'installing', message = '', version = ${to.version}, sealed_values = ${to.sealedValues},
      owner_plan_id = ${to.plan.id}, owner_plan_name = ${to.plan.name}, owner_plan_version = ${to.plan.version}, attempts = ${to.attempts},
      lease_holder = ${to.holder}, lease_until = now() + make_interval(secs => ${to.leaseSeconds}), modified_at = now()
    where ${matches(key)}`.execute(tx);
}

/** False if the lease is no longer ours. */
export async function renewLease(db: Database, key: ChartKey, holder: string, leaseSeconds: number): Promise<boolean> {
  const { rows } = await sql`
    update chart_releases set lease_until = now() + make_interval(secs => ${leaseSeconds})
    where ${matches(key)} and lease_holder = ${holder} and status = 'installing' returning 1`.execute(db);
  return rows.length > 0;
}

/** Records Helm's process group before it does anything that lasts. False if the lease is no longer ours. */
export async function recordGroup(db: Database, key: ChartKey, holder: string, group: ProcessGroup): Promise<boolean> {
  const { rows } = await sql`
    update chart_releases set process_group = ${JSON.stringify(group)}::jsonb where ${matches(key)} and lease_holder = ${holder} returning 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Writes how the installation ended and lets the lease go, if it is still ours. The group stays known where Helm may have left something pending. */
export async function finishInstallation(
  db: Database,
  key: ChartKey,
  holder: string,
  end: { status: 'deployed' } | { status: 'failed'; message: string; retriable: boolean; retryInSeconds: number } | { status: 'pending' },
): Promise<void> {
  const failed = end.status === 'failed' ? end : undefined;
  await sql`
    update chart_releases set status = ${end.status}, message = ${failed?.message ?? ''}, retriable = ${failed?.retriable ?? true},
      next_attempt_at = now() + make_interval(secs => ${failed?.retryInSeconds ?? 0}), attempts = case when ${end.status} = 'deployed' then 0 else attempts end,
      lease_holder = null, lease_until = null, process_group = case when ${end.status} = 'deployed' then null else process_group end, modified_at = now()
    where ${matches(key)} and lease_holder = ${holder}`.execute(db);
}

/** Sets the version of a release that turned out to be newer than wished. */
export async function setChartVersion(db: Database, key: ChartKey, version: string): Promise<void> {
  await sql`update chart_releases set version = ${version} where ${matches(key)}`.execute(db);
}
