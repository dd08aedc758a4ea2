import { type Database, sql } from '../database/database.js';

/** Compiled plans of versions as text: the driver would parse JSON each time, and its length says what it weighs. */
export async function selectCompiledTexts(
  db: Database,
  planId: string,
  versions: readonly { number: number }[],
): Promise<{ number: number; digest: string; text: string }[]> {
  const { rows } = await sql<{ number: number; digest: string; text: string }>`
    select number, digest, compiled::text as text from plan_versions
    where plan_id = ${planId} and number = any(${versions.map(({ number }) => number)})`.execute(db);
  return rows;
}
