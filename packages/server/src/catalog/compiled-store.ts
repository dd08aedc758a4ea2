import { type Database, sql } from '../database/database.js';

/** Compiled plans of versions as text: the driver would parse JSON each time, and its length says what it weighs. */
export async function selectCompiledTexts(
  db: Database,
  versions: readonly { planId: string; number: number }[],
): Promise<{ planId: string; number: number; digest: string; text: string }[]> {
  const { rows } = await sql<{ planId: string; number: number; digest: string; text: string }>`
    select v.plan_id as "planId", v.number, v.digest, v.compiled::text as text from plan_versions v
    join unnest(${versions.map(({ planId }) => planId)}::text[], ${versions.map(({ number }) => number)}::int[]) as wanted(plan_id, number)
      on wanted.plan_id = v.plan_id and wanted.number = v.number`.execute(db);
  return rows;
}
