/** SQL of the table `chart_releases`. */
import { type Database, sql, type Transaction } from '../database/database.js';

export interface ChartKey {
  cellId: string;
  repositoryUrl: string;
  chart: string;
}

/** `pending`: wished, and not known to be there. */
export const CHART_STATUSES = ['pending', 'deployed'] as const;

export interface ChartRow extends ChartKey {
  version: string;
  namespace: string;
  releaseName: string;
  sealedValues: Buffer;
  status: (typeof CHART_STATUSES)[number];
  plan: { id: string; name: string; version: string };
}

const columns = sql`cell_id as "cellId", repository_url as "repositoryUrl", chart, version, namespace, release_name as "releaseName",
  sealed_values as "sealedValues", status,
  json_build_object('id', owner_plan_id, 'name', owner_plan_name, 'version', owner_plan_version) as plan`;

const matches = (key: ChartKey) => sql`cell_id = ${key.cellId} and repository_url = ${key.repositoryUrl} and chart = ${key.chart}`;

/** The release, locked until the transaction ends. */
export async function lockChart(tx: Transaction, key: ChartKey): Promise<ChartRow | undefined> {
  return (await sql<ChartRow>`select ${columns} from chart_releases where ${matches(key)} for update`.execute(tx)).rows[0];
}

export async function selectChart(db: Database, key: ChartKey): Promise<ChartRow | undefined> {
  return (await sql<ChartRow>`select ${columns} from chart_releases where ${matches(key)}`.execute(db)).rows[0];
}

/** A chart of the cell whose release lies in the namespace; undefined: none that is known. */
export async function selectChartIn(db: Database, cellId: string, namespace: string): Promise<string | undefined> {
  const { rows } = await sql<{ chart: string }>`
    select chart from chart_releases where cell_id = ${cellId} and namespace = ${namespace} order by chart limit 1`.execute(db);
  return rows[0]?.chart;
}

/** A release that is not in its cell any more: it is to be installed again. */
export async function markMissing(db: Database, key: ChartKey): Promise<void> {
  await sql`update chart_releases set status = 'pending' where ${matches(key)} and status = 'deployed'`.execute(db);
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

/** Writes what will be installed. The row must be locked. */
export async function setWish(tx: Transaction, key: ChartKey, to: Pick<ChartRow, 'version' | 'sealedValues' | 'plan'>): Promise<void> {
  await sql`
    update chart_releases set status = 'pending', version = ${to.version}, sealed_values = ${to.sealedValues},
      owner_plan_id = ${to.plan.id}, owner_plan_name = ${to.plan.name}, owner_plan_version = ${to.plan.version}, modified_at = now()
    where ${matches(key)}`.execute(tx);
}

/** It works in its cell, in this version: the wished one, or a newer one that was found in place. */
export async function setDeployed(tx: Transaction, key: ChartKey, version: string): Promise<void> {
  await sql`update chart_releases set status = 'deployed', version = ${version}, modified_at = now() where ${matches(key)}`.execute(tx);
}

/** Sets the version of a release that turned out to be newer than wished. */
export async function setChartVersion(db: Database, key: ChartKey, version: string): Promise<void> {
  await sql`update chart_releases set version = ${version} where ${matches(key)}`.execute(db);
}
