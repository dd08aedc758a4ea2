/** SQL of the table `operator_allowances`. */
import { type Database, sql } from '../database/database.js';

export interface ChartVersionInCell {
  cellId: string;
  repositoryUrl: string;
  chart: string;
  version: string;
}

/** Keys of the findings that somebody has allowed. */
export async function allowedKeys(db: Database, { cellId, repositoryUrl, chart, version }: ChartVersionInCell): Promise<Set<string>> {
  const { rows } = await sql<{ finding: string }>`
    select finding from operator_allowances
    where cell_id = ${cellId} and repository_url = ${repositoryUrl} and chart = ${chart} and version = ${version}`.execute(db);
  return new Set(rows.map(({ finding }) => finding));
}

/** Allows findings; those that are allowed already stay whose they were. */
export async function insertAllowances(
  db: Database,
  { cellId, repositoryUrl, chart, version }: ChartVersionInCell,
  findings: readonly string[],
  by: string,
): Promise<void> {
  await sql`insert into operator_allowances (cell_id, repository_url, chart, version, finding, allowed_by)
    select ${cellId}, ${repositoryUrl}, ${chart}, ${version}, one, ${by} from unnest(${[...findings]}::text[]) one
    on conflict do nothing`.execute(db);
}
